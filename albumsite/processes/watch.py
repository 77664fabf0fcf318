"""Watches over a running site from a thread of its own: asks the servers and the web server for life, and has what keeps
silent started again. So nothing that hangs there can stop the supervisor.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable

from albumsite.processes import local_servers
from albumsite.processes.supervisor import Supervisor

logger = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 2.0
PAGE_SECONDS = 15
WEB_SILENT_SECONDS = 60
"""A web server that has answered nothing at all for so long hangs; one that is only busy lets some page through."""


class SiteWatch:
    """is_ready: the first page has answered. has_new_address: a server had to move to another port."""

    def __init__(self, supervisor: Supervisor, address: str) -> None:
        self.is_ready = False
        self.has_new_address = threading.Event()
        self._supervisor, self._address = supervisor, address
        self._is_over = threading.Event()
        self._web_heard_at = time.monotonic()
        self._threads = [
            threading.Thread(target=self._forever, args=(look,), name=look.__name__, daemon=True)
            for look in (self._look_at_servers, self._look_at_web)
        ]

    def look_for_first_page(self) -> None:
        self._revive()
        self.is_ready = local_servers.answers(self._address, timeout_seconds=5)

    def start(self) -> None:
        self._web_heard_at = time.monotonic()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._is_over.set()

    def _forever(self, look: Callable[[], None]) -> None:
        while not self._is_over.wait(LOOK_EVERY_SECONDS):
            look()

    def _look_at_servers(self) -> None:
        self._revive()

    def _revive(self) -> None:
        """One that cannot start yet (recovery, memory still held) is tried next time."""
        try:
            for name in local_servers.revive():
                logger.warning("server did not answer and was started again name=%s", name)
        except Exception as error:  # the site must stay up to try again, whatever a dying server throws
            logger.warning("server could not be started again yet: %s", str(error).splitlines()[0])
        moved = {name: url for name, url in local_servers.started.items() if os.environ.get(name) != url}
        if moved and not self._is_over.is_set():
            os.environ.update(moved)
            self.has_new_address.set()

    def _look_at_web(self) -> None:
        if local_servers.answers(f"{self._address}livez", timeout_seconds=PAGE_SECONDS, with_any_status=True):
            self._web_heard_at = time.monotonic()
        elif time.monotonic() - self._web_heard_at > WEB_SILENT_SECONDS and not self._is_over.is_set():
            logger.warning("web server kept silent and is started again seconds=%d", WEB_SILENT_SECONDS)
            self._supervisor.kill("web")
            self._web_heard_at = time.monotonic()
