"""How long steps take: for an honest rest, and to notice when they take far too long.

On a card, memory that does not suffice overflows into main memory without an error, and a run of minutes takes hours. That
shows as steps of several times what was predicted, one after the other. On a CPU, a neighbour's work slows steps down as
much; there the process's own seconds are compared, which a neighbour does not touch.
"""

from __future__ import annotations

import statistics
import time
from collections import deque
from collections.abc import Callable

from albumsite.errors import EngineError

TOO_SLOW = 3.0
"""Times what was expected."""
IN_A_ROW = 5
"""Steps. A single one may wait for a disk."""
SETTLED_AFTER, SETTLED_BY = 2, 8
"""Steps that warm up, and the step by which enough were measured to go by the run's own speed."""
KEPT = 32

Clock = Callable[[], float]


class StepTimer:
    """Seconds of steps. predicted: of one step, None where nothing is known. judging_clock: the clock for "too slow"."""

    def __init__(
        self,
        predicted: float | None,
        *,
        is_trusted: bool,
        judging_clock: Clock = time.perf_counter,
        clock: Clock = time.perf_counter,
    ) -> None:
        self.predicted = predicted
        self._is_trusted = is_trusted
        self._clock, self._judging_clock = clock, judging_clock
        self._lately: deque[float] = deque(maxlen=KEPT)
        self._first: list[float] = []
        self._slow = 0
        self._steps = 0
        self._work = 1.0

    def rescale(self, share: float) -> None:
        """Steps are this large from now on, as a share of what they were when `predicted` was measured: some jobs ended."""
        factor = share / self._work
        self._work = share
        self._first = [seconds * factor for seconds in self._first]
        self._lately = deque((seconds * factor for seconds in self._lately), maxlen=KEPT)

    def time_step(self, work: Callable[[], object]) -> None:
        """Time one step. Raises EngineError "training:too-slow" with plain numbers when several in a row were."""
        started, judged = self._clock(), self._judging_clock()
        work()
        self._lately.append(self._clock() - started)
        self._judge(self._judging_clock() - judged)

    def _judge(self, seconds: float) -> None:
        self._steps += 1
        if SETTLED_AFTER < self._steps <= SETTLED_BY:
            self._first.append(seconds)
        expected = self.expected
        self._slow = self._slow + 1 if expected is not None and seconds > TOO_SLOW * expected else 0
        if self._slow >= IN_A_ROW and expected is not None:
            raise EngineError(
                "training:too-slow",
                f"{self._slow} steps in a row took over {TOO_SLOW:.0f} times the expected {expected:.3f} s, the last "
                f"{seconds:.3f} s: memory has probably overflowed",
            )

    @property
    def expected(self) -> float | None:
        """Seconds of a step by the judging clock: the run's own first steps, unless a trusted prediction says far less."""
        predicted = self.predicted * self._work if self.predicted is not None and self._is_trusted else None
        if self._steps <= SETTLED_BY or not self._first:
            return predicted
        own = statistics.median(self._first)
        return min(own, predicted) if predicted is not None and own > TOO_SLOW * predicted else own

    @property
    def seconds_per_step(self) -> float | None:
        """What a step takes now, by the clock on the wall."""
        if len(self._lately) > SETTLED_AFTER:
            return statistics.fmean(list(self._lately)[-KEPT // 2 :])
        return None if self.predicted is None else self.predicted * self._work
