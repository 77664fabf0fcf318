"""Looks at pictures that a model has drawn, and at photos, before anybody is shown them.

The looking is done by a plug-in (`PICTURE_CHECK`) in a bounded child of this process, so that no network is loaded here and nothing that
it does, crash, hang, or take all memory, can reach a worker or a page. What it cannot say is not "fit": a picture that nobody could judge
is held back (`covers.safety.withholding`).
"""

from __future__ import annotations

import enum
import functools
import io
import logging
import math
import threading
import time
from dataclasses import dataclass, field

from django.conf import settings
from PIL import Image

from albumsite.media.encoding import saved
from albumsite.processes.sandbox import Bounded, ChildBusy, ChildDied, ChildTooSlow, StemFailed
from covers.engine import OWN_DRAWINGS

logger = logging.getLogger(__name__)

OFF = "off"
CHECKS = {"opennsfw": "covers.safety.opennsfw"}
"""Short names of what comes with the site; anything else is the dotted name of a module."""
SIDE_MOST = 512
"""Pixels of what the check is given: such networks look at a few hundred."""
MEMORY_BYTES = 2 * 1024**3
AT_ONCE = 2
PATIENCE_SECONDS = 30.0
"""How long a picture waits for one of those places."""
FAILURES_IN_A_ROW = 3
REST_SECONDS = 30.0
"""After so many failures in a row the check is not asked for a while: a hang costs `PICTURE_CHECK_SECONDS` each time."""
HINT_SIDE = 10
"""Pixels of a live preview that nobody has judged: colours and where they are, and no shape that could show anything."""


class CheckOutcome(enum.StrEnum):
    FIT = "fit"
    UNFIT = "unfit"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class PictureFinding:
    """outcome: UNKNOWN where the check could not say. score: 0 fit to 1 unfit, None where it did not say. cause: why not, one word."""

    outcome: CheckOutcome
    score: float | None = None
    cause: str = ""

    @property
    def is_fit(self) -> bool:
        return self.outcome == CheckOutcome.FIT


NOT_NEEDED = PictureFinding(CheckOutcome.FIT)


@dataclass
class _Check:
    """One plug-in as this process uses it. Thread-safe."""

    children: Bounded
    _failures: int = 0
    _rests_until: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def look(self, content: bytes) -> PictureFinding:
        with self._lock:
            if time.monotonic() < self._rests_until:
                return PictureFinding(CheckOutcome.UNKNOWN, cause="away")
        score, cause = self._asked(content)
        self._count(cause)
        if score is None:
            logger.error("picture check could not judge a picture check=%s cause=%s", self.children.module, cause)
            return PictureFinding(CheckOutcome.UNKNOWN, cause=cause)
        return PictureFinding(
            CheckOutcome.UNFIT if score >= settings.PICTURE_CHECK_THRESHOLD else CheckOutcome.FIT, score
        )

    def _asked(self, content: bytes) -> tuple[float | None, str]:
        """The score, or None and why there is none."""
        try:
            said = self.children.run(content)
        except ChildTooSlow:
            return None, "too-slow"
        except ChildDied:
            return None, "died"
        except StemFailed:
            return None, "cannot-start"
        except ChildBusy:
            return None, "busy"
        try:
            score = float(said.decode("ascii"))
        except ValueError:
            return None, "no-number"
        return (score, "") if math.isfinite(score) and 0 <= score <= 1 else (None, "no-number")

    def _count(self, cause: str) -> None:
        with self._lock:
            self._failures = self._failures + 1 if cause else 0
            if self._failures >= FAILURES_IN_A_ROW:
                self._failures, self._rests_until = 0, time.monotonic() + REST_SECONDS
                logger.error("picture check is away, pictures are held check=%s cause=%s", self.children.module, cause)


@functools.cache
def _check(name: str, seconds: float) -> _Check:
    module = CHECKS.get(name, name)
    return _Check(
        Bounded(
            module,
            at_once=AT_ONCE,
            wait_seconds=PATIENCE_SECONDS,
            time_limit_seconds=seconds,
            memory_bytes=MEMORY_BYTES,
        )
    )


def is_on() -> bool:
    return bool(settings.PICTURE_CHECK != OFF)


def is_needed(engine: str) -> bool:
    """Whether pictures of this engine are looked at: of all but those that put our own drawings together."""
    return is_on() and engine not in OWN_DRAWINGS


def look(content: bytes) -> PictureFinding:
    """Judge an encoded picture. Never raises; takes `PICTURE_CHECK_SECONDS` at most once its turn comes. Fit where the check is off."""
    if not is_on():
        return NOT_NEEDED
    return _check(settings.PICTURE_CHECK, settings.PICTURE_CHECK_SECONDS).look(content)


def look_at_drawn(rgb: bytes, width: int, height: int) -> PictureFinding:
    """Judge what an engine drew, before any title is on it. rgb: width * height * 3 bytes."""
    picture = Image.frombytes("RGB", (width, height), rgb)
    picture.thumbnail((SIDE_MOST, SIDE_MOST), Image.Resampling.LANCZOS)
    return look(saved(picture, "PNG", compress_level=1))


def works() -> bool:
    """Whether the check can judge at all: asked with a picture that has nothing on it."""
    return look_at_drawn(bytes((128, 128, 128)) * 64 * 64, 64, 64).score is not None


def close() -> None:
    """End the children of this process, and begin anew: for tests and commands that are done."""
    if is_on():
        _check(settings.PICTURE_CHECK, settings.PICTURE_CHECK_SECONDS).children.close()
    _check.cache_clear()


def hint_of(preview: bytes) -> bytes | None:
    """A live preview that nobody has judged, so coarse that it shows colours and no thing. None for what is no picture."""
    try:
        with Image.open(io.BytesIO(preview)) as picture:
            small = picture.convert("RGB").resize((HINT_SIDE, HINT_SIDE), Image.Resampling.BOX)
    except (OSError, ValueError, SyntaxError):
        return None
    return saved(small, "WEBP", quality=80)
