"""Threads, shared fairly: nobody's requests take more than half of them, and networks take turns."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from albumsite.door import bounds

Result = TypeVar("Result")


class TooManyInLine(Exception):
    """This network's requests, or everybody's, already wait in numbers."""


class Turns:
    """Runs functions in `threads` threads. One network holds at most half of them at a time, and one at least."""

    def __init__(self, threads: int, name: str) -> None:
        self.free = threads
        self.share = max(1, threads // 2)
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self.running: Counter[str] = Counter()
        self.waiting: dict[str, deque[asyncio.Future[None]]] = {}

    async def run(self, network: str, work: Callable[[], Result]) -> Result:
        """Raises TooManyInLine."""
        async with self._turn(network):
            return await asyncio.get_running_loop().run_in_executor(self.pool, work)

    @contextlib.asynccontextmanager
    async def _turn(self, network: str) -> AsyncIterator[None]:
        if self.free and self.running[network] < self.share:
            self._take(network)
        else:
            await self._wait(network)
        try:
            yield
        finally:
            self.free += 1
            self.running[network] -= 1
            if not self.running[network]:
                del self.running[network]
            self._call_next()

    async def _wait(self, network: str) -> None:
        mine = self.waiting.setdefault(network, deque())
        if len(mine) >= bounds.WAITING_PER_NETWORK or sum(map(len, self.waiting.values())) >= bounds.WAITING_MAX:
            raise TooManyInLine
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        mine.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # called in the moment it left
                self.free += 1
                self.running[network] -= 1
                self._call_next()
            raise

    def _take(self, network: str) -> None:
        self.free -= 1
        self.running[network] += 1

    def _call_next(self) -> None:
        """The first of the network that comes next; it goes behind the others."""
        for network in list(self.waiting):
            mine = self.waiting[network]
            while mine and mine[0].done():
                mine.popleft()
            if not mine:
                del self.waiting[network]
            elif self.free and self.running[network] < self.share:
                turn = mine.popleft()
                del self.waiting[network]
                if mine:
                    self.waiting[network] = mine
                self._take(network)
                turn.set_result(None)
