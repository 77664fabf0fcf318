"""What makes one version of a cover differ from another, in names that are stored and words that are shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from covers.edits.picture_edit import PictureEdit
from covers.lettering.type_document import TypeDocument, TypeLine

ROLE_NAMES: dict[str, Promise] = {
    "title": _("Title"),
    "artist": _("Artist"),
    "featuring": _("Featuring"),
    "subtitle": _("Subtitle"),
    "label": _("Label line"),
}

PART_NAMES: dict[str, Promise] = {**ROLE_NAMES, "picture": _("Picture"), "drawn": _("Drawn anew")}

CHANGE_NAMES: dict[str, Promise] = {
    "text": pgettext_lazy("what was changed", "words"),
    "voice": pgettext_lazy("what was changed", "typeface"),
    "size": pgettext_lazy("what was changed", "size"),
    "place": pgettext_lazy("what was changed", "place"),
    "colour": pgettext_lazy("what was changed", "colour"),
    "spacing": pgettext_lazy("what was changed", "spacing"),
    "case": pgettext_lazy("what was changed", "capitals"),
    "direction": pgettext_lazy("what was changed", "direction"),
    "curve": pgettext_lazy("what was changed", "curve"),
    "plate": pgettext_lazy("what was changed", "block of colour"),
    "on": pgettext_lazy("what was changed", "shown"),
    "off": pgettext_lazy("what was changed", "hidden"),
    "finish": pgettext_lazy("what was changed", "print"),
    "mark": pgettext_lazy("what was changed", "explicit mark"),
    "words": pgettext_lazy("what was changed", "words about it"),
    "palette": pgettext_lazy("what was changed", "colours"),
    "hour": pgettext_lazy("what was changed", "hour"),
    "season": pgettext_lazy("what was changed", "season"),
    "weather": pgettext_lazy("what was changed", "weather"),
    "people": pgettext_lazy("what was changed", "people"),
    "thing": pgettext_lazy("what was changed", "thing"),
    "press": pgettext_lazy("what was changed", "printing"),
    "is_mirrored": pgettext_lazy("what was changed", "mirrored"),
    "another": pgettext_lazy("what was changed", "another look"),
    "texture": pgettext_lazy("what was changed", "surface"),
    "strength": pgettext_lazy("what was changed", "strength of the surface"),
    "zoom": pgettext_lazy("what was changed", "cut"),
    "across": pgettext_lazy("what was changed", "part that is seen"),
    "down": pgettext_lazy("what was changed", "part that is seen"),
    "whole": pgettext_lazy("what was changed", "the whole picture"),
    "sky": pgettext_lazy("what was changed", "the sky"),
    "background": pgettext_lazy("what was changed", "the background"),
    "lower_third": pgettext_lazy("what was changed", "the lower third"),
    "brushed": pgettext_lazy("what was changed", "a brushed part"),
    "prompt": pgettext_lazy("what was changed", "other words"),
}

PARTS: dict[str, tuple[str, ...]] = {
    "text": ("text",),
    "voice": ("voice",),
    "size": ("size",),
    "place": ("x", "y", "align"),
    "colour": ("colour",),
    "spacing": ("tracking", "leading"),
    "case": ("case",),
    "direction": ("is_vertical",),
    "curve": ("curve",),
    "plate": ("has_plate",),
}
"""Change → the fields of a line that it is made of."""


def changes_between(before: TypeDocument, after: TypeDocument) -> list[str]:
    """Names such as "title:colour", those of the whole document without a role; none where both are the same on the cover."""
    found: list[str] = []
    for line in after.lines:
        found += [f"{line.role}:{name}" for name in _changes_of(before.line(line.role), line)]
    if (before.plate, before.plate_colour) != (after.plate, after.plate_colour) and any(
        line.has_plate for line in (*before.shown, *after.shown)
    ):
        found.append("plate")
    if (before.finish, before.second_colour) != (after.finish, after.second_colour):
        found.append("finish")
    if before.mark != after.mark:
        found.append("mark")
    return found


def _changes_of(before: TypeLine | None, after: TypeLine) -> Iterator[str]:
    was_shown = before is not None and before.is_on and bool(before.text.strip())
    is_shown = after.is_on and bool(after.text.strip())
    if was_shown != is_shown:
        yield "on" if is_shown else "off"
    elif is_shown and before is not None:
        yield from (
            name for name, fields in PARTS.items() if any(getattr(before, one) != getattr(after, one) for one in fields)
        )


def picture_changes(before: PictureEdit, after: PictureEdit) -> list[str]:
    """Names such as "picture:palette"."""
    return [
        f"picture:{one.name}" for one in fields(PictureEdit) if getattr(before, one.name) != getattr(after, one.name)
    ]


def drawing_changes(part: str, *, has_other_words: bool) -> list[str]:
    """Names such as "drawn:sky", of a version whose picture is drawn anew."""
    return [f"drawn:{part}", *(["drawn:prompt"] if has_other_words else [])]


def spoken(changes: Iterable[str]) -> str:
    """In the reader's language: "Title: words, colour · Artist: place"."""
    by_role: dict[str, list[str]] = {}
    for change in changes:
        role, _colon, name = change.rpartition(":")
        by_role.setdefault(role, []).append(name)
    parts = []
    for role, names in by_role.items():
        said = ", ".join(dict.fromkeys(str(CHANGE_NAMES[name]) for name in names if name in CHANGE_NAMES))
        parts.append(f"{PART_NAMES[role]}: {said}" if role in PART_NAMES else said[:1].upper() + said[1:])
    return " · ".join(parts) or str(_("As it was drawn"))
