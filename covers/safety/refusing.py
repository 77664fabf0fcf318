"""Refuses what nobody may have drawn here, before it is recorded or sent to anybody, and notes that it did."""

from __future__ import annotations

import logging

from django.db import DatabaseError, InterfaceError

from accounts.person import Person
from covers.brief.brief_contract import Song
from covers.errors import PromptUnfit, RealPersonBesideFace, SongUnfit
from covers.models import CoverRequest, Refusal
from covers.safety.people import asks_for_likeness, people_in, without_people
from covers.safety.text import is_unfit, sexualises_a_child, undresses

logger = logging.getLogger(__name__)

TYPED = ("title", "artist", "album", "lyrics")


def refuse_unfit(*, owner: Person, song: Song, shows_face: bool) -> None:
    """Raises SongUnfit, and RealPersonBesideFace where a face is to be shown. Neither repeats what was typed."""
    names = f"{song.title} {song.artist} {song.album}"
    for name in TYPED:
        if sexualises_a_child(str(getattr(song, name))):
            note(Refusal.RefusalReason.CHILD, name, owner)
            raise SongUnfit
    if sexualises_a_child(names):  # the one half in the title, the other in the album
        note(Refusal.RefusalReason.CHILD, Refusal.Field.TITLE, owner)
        raise SongUnfit
    if not shows_face:
        return
    for name in ("title", "album", "lyrics"):
        text = str(getattr(song, name))
        if asks_for_likeness(text) or (name != "lyrics" and people_in(text)):
            note(Refusal.RefusalReason.PERSON, name, owner)
            raise RealPersonBesideFace


def refuse_unfit_prompt(*, owner: Person, prompt: str, shows_face: bool, is_negative: bool = False) -> str:
    """What somebody wrote for a picture that is drawn anew, as it may be drawn: without names of real people.

    is_negative: it says what shall not be there, where nudity may be named and clothes may not.

    Raises PromptUnfit, and RealPersonBesideFace where a face is shown.
    """
    if sexualises_a_child(prompt, is_prompt=True):
        note(Refusal.RefusalReason.CHILD, Refusal.Field.PROMPT, owner)
        raise PromptUnfit
    if undresses(prompt) if is_negative else is_unfit(prompt):
        note(Refusal.RefusalReason.PROMPT, Refusal.Field.PROMPT, owner)
        raise PromptUnfit
    if is_negative:
        return without_people(prompt)
    if shows_face and (people_in(prompt) or asks_for_likeness(prompt)):
        note(Refusal.RefusalReason.PERSON, Refusal.Field.PROMPT, owner)
        raise RealPersonBesideFace
    return without_people(prompt)


def note_of(row: CoverRequest, reason: str) -> None:
    """A request ends because of what was written for it."""
    note(reason, Refusal.Field.PROMPT, Person(user=row.owner, visitor=row.visitor))


def note(reason: str, field: str, owner: Person) -> None:
    """Never raises: a refusal stands whether or not it can be counted."""
    logger.warning("song refused reason=%s field=%s", reason, field)
    try:
        Refusal.objects.create(reason=reason, field=field, owner=owner.user)
    except (DatabaseError, InterfaceError):
        logger.exception("refusal not noted")
