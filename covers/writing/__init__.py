"""Turning a song into a brief. Nothing heavy is imported here: the web process reads briefs, only the worker writes them."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from albumsite.errors import WriterDeclined, WriterError
from covers.brief.brief_contract import Brief, BriefWriter, OnUsage, Song

logger = logging.getLogger(__name__)

FAILURES_BEFORE_REST = 5
REST_SECONDS = 30.0


class RestingWriter:
    """A writer that is left alone for a while after it failed several times in a row (a circuit breaker).

    While it rests, `write` raises WriterError at once; afterwards one song tries it again, and one more failure sends it
    back to rest. State is per process. clock: seconds that never go back.
    """

    def __init__(self, writer: BriefWriter, clock: Callable[[], float] = time.monotonic) -> None:
        self._writer = writer
        self._clock = clock
        self._failures = 0
        self._rests_until = 0.0

    def write(self, song: Song, on_usage: OnUsage | None = None) -> Brief:
        if self._clock() < self._rests_until:
            raise WriterError("resting after repeated failures")
        try:
            brief = self._writer.write(song, on_usage)
        except WriterDeclined:  # the service is well: it has read the song and said no
            self._failures = 0
            raise
        except WriterError:
            self._failures += 1
            if self._failures >= FAILURES_BEFORE_REST:
                self._rests_until = self._clock() + REST_SECONDS
            raise
        self._failures = 0
        return brief


def write_brief(song: Song, *, writer: BriefWriter | None, on_usage: OnUsage | None = None) -> Brief:
    """The song's brief by `writer`, or by the rules when it is None or fails. on_usage: as `BriefWriter.write`.

    Raises WriterDeclined where a model will not work with the song: whoever asked decides what may be drawn then.
    """
    from covers.writing.rules_writer import RulesWriter

    if writer is not None:
        try:
            return writer.write(song, on_usage)
        except WriterDeclined as error:
            logger.warning("brief writer declined reason=%s", error)
            raise
        except WriterError as error:
            logger.warning("brief writer failed, rules take over reason=%s", error)  # our own words, never the song's
    return RulesWriter().write(song)


def load_writer(*, api_key: str, base_url: str, model: str, timeout_seconds: float) -> BriefWriter:
    """The writer that the settings name: `openai` when there is a key or an address of a service, else the rules."""
    if not (api_key or base_url):
        from covers.writing.rules_writer import RulesWriter

        return RulesWriter()
    from covers.writing.openai import OpenAIWriter

    return RestingWriter(OpenAIWriter(api_key, base_url, model, timeout_seconds=timeout_seconds))
