"""What a person has switched off in the pictures of a request, and which concepts each of them stands on. Plain values only."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from covers.brief.brief_contract import Brief

ALL, PEOPLE, HOUR, WEATHER, THING = "all", "people", "hour", "weather", "thing"
"""What of a picture can be switched off: all of it or a part, a thing as "thing:dog"."""
NOW = -1
"""A picture that stands on the brief as it is."""


@dataclass(frozen=True)
class Avoided:
    """off: what must not come any more, as `covers.writing.other_concepts` says it. parts: place of a concept → what of it is
    switched off by this request. earlier: concepts and styles that pictures which were kept are drawn from, for one picture's plan
    depends on all of them. stands_on: for each concept, the place in `earlier`, or NOW.
    """

    off: tuple[str, ...] = ()
    parts: tuple[tuple[int, tuple[str, ...]], ...] = ()
    earlier: tuple[Mapping[str, Any], ...] = ()
    stands_on: tuple[int, ...] = ()

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Avoided:
        """What a row keeps; empty where nothing was switched off."""
        return cls(
            tuple(stored.get("off", ())),
            tuple((place, tuple(parts)) for place, parts in stored.get("parts", ())),
            tuple(stored.get("earlier", ())),
            tuple(stored.get("stands_on", ())),
        )

    @staticmethod
    def unread(stored: Mapping[str, Any]) -> set[str]:
        """What of the ideas that were kept a newer release has written."""
        return {name for earlier in stored.get("earlier", ()) for name in Brief.unread(earlier)}

    def brief_of(self, brief: Brief, position: int) -> Brief:
        """What one picture is drawn from: where it was kept, the concepts among which it was planned."""
        at = self.stands_on[position % len(self.stands_on)] if self.stands_on else NOW
        if at == NOW:
            return brief
        before = Brief.from_json({**asdict(brief), **self.earlier[at]})
        return replace(brief, concepts=before.concepts, styles=before.styles)

    def after(self, brief: Mapping[str, Any], count: int) -> Avoided:
        """Once the switched-off concepts are others. brief: as it was stored before. count: of its concepts."""
        changed = {place for place, _ in self.parts}
        stands_on = self.stands_on or (NOW,) * count
        before = {name: brief.get(name, ()) for name in ("concepts", "styles")}
        moved = [
            NOW if place in changed else len(self.earlier) if at == NOW else at for place, at in enumerate(stands_on)
        ]
        used = sorted({at for at in moved if at != NOW})
        every = (*self.earlier, before)
        return Avoided(
            self.off,
            self.parts,
            tuple(every[at] for at in used),
            tuple(NOW if at == NOW else used.index(at) for at in moved),
        )


def asked(before: Avoided, off: Collection[str], parts: Mapping[int, Collection[str]]) -> Avoided:
    """A new wish after earlier ones."""
    every = tuple(dict.fromkeys((*before.off, *sorted(off))))
    return replace(before, off=every, parts=tuple((place, tuple(sorted(parts[place]))) for place in sorted(parts)))
