"""Telling of each step, and hearing that a request is no longer wanted."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from torch import Tensor

from covers.engine.engine_contract import DrawSpec, Step, StepCallback
from covers.engine.sdxl.rows import Row


class Watch:
    """Hands steps to `on_step`, and remembers for the whole draw which requests it said no to.

    preview: makes a small picture of latents (channels, h, w).
    """

    def __init__(self, on_step: StepCallback, preview: Callable[[Tensor], bytes], preview_every: int) -> None:
        self._on_step = on_step
        self._preview = preview
        self._preview_every = preview_every
        self._stopped: set[str] = set()

    def wants(self, spec: DrawSpec) -> bool:
        return spec.request_id not in self._stopped

    def tell(self, rows: Sequence[Row], step: int, total: int) -> list[Row]:
        """Tell of a step of each picture, and give back the rows that are still wanted."""
        for row in rows:
            if self.wants(row.spec) and not self._on_step(self._step(row, step, total)):
                self._stopped.add(row.spec.request_id)
        return [row for row in rows if self.wants(row.spec)]

    def _step(self, row: Row, step: int, total: int) -> Step:
        has_preview = step % self._preview_every == 0 and step < total
        shown = row.latents if row.clean is None else row.clean
        return Step(
            row.spec.position, step, total, self._preview(shown[0]) if has_preview else None, row.spec.request_id
        )
