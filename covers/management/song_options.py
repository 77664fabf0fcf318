"""What somebody types after `make_covers`, as a request: by the site's own form, or as the same covers once more."""

from __future__ import annotations

import sys
import uuid
from pathlib import Path
from typing import Any

from accounts.person import Person
from albumsite.errors import StorageError
from albumsite.management.terminal import BadInput
from covers import registry
from covers.errors import NotForStores
from covers.faces import faces
from covers.forms.requests import CoverRequestForm
from covers.forms.wishes import WISHES
from covers.models import CoverRequest
from covers.services.own_pictures import add_picture
from covers.services.requests import draw_again, request_covers

COUNT = "4"
SONG_OPTIONS = (
    "title", "artist", "album", "genre", "lyrics", "style", "engine", "face", "count", "seed", "no_lettering",
    "without_missing_letters", "picture", "picture_for", "treatment", "i_may_use_it",
    "palette", "colours", "people", "avoid",
)  # fmt: skip


def new_request(options: dict[str, Any]) -> CoverRequest:
    """A request for what the arguments say. Raises BadInput or UserFacingError."""
    owner = owner_of(options["face"])
    form = read_form(options, owner, read_picture(options, owner))
    return request_covers(owner=owner, song=form.to_song(), options=form.to_options(), submission=uuid.uuid4())


def same_request(options: dict[str, Any]) -> CoverRequest:
    """A request with the whole recipe of an earlier one, in the terminal's own name or, with a face or a picture, in that of its owner.

    Raises BadInput or UserFacingError.
    """
    if more := [name for name in SONG_OPTIONS if options[name] and (name, options[name]) != ("count", COUNT)]:
        raise BadInput(f"--{more[0].replace('_', '-')}: is part of what --again brings along; leave it out")
    try:
        found = CoverRequest.objects.select_related("owner").filter(pk=uuid.UUID(options["again"])).first()
    except ValueError:
        found = None
    if found is None:
        raise BadInput(f"--again: there is no request {options['again']}")
    if (found.shows_face or found.shows_picture) and found.owner:
        owner = Person(user=found.owner)
    else:
        owner = Person(visitor=found.visitor if found.shows_picture else uuid.uuid4())
    return draw_again(owner=owner, request=found, submission=uuid.uuid4())


def owner_of(face: str) -> Person:
    """Whoever owns the face, if one is wanted; else nobody in particular. Raises BadInput."""
    if not face:
        return Person(visitor=uuid.uuid4())
    try:
        found = faces().all().filter(pk=uuid.UUID(face)).select_related("owner").first()
    except ValueError:
        found = None
    if found is None:
        raise BadInput(f"--face: there is no face {face}")
    return Person(user=found.owner)


def read_picture(options: dict[str, Any], owner: Person) -> str:
    """The number of the picture, taken as the site takes it; "" where none is brought. Raises BadInput or UserFacingError."""
    if not options.get("picture"):
        return ""
    read_form({**options, "picture": ""}, owner)  # what is wrong with the rest is said before a picture is kept
    if not options["i_may_use_it"]:
        raise BadInput("--picture: add --i-may-use-it if you may, and everybody who can be recognised in it agrees")
    try:
        content = Path(options["picture"]).expanduser().read_bytes()
    except OSError as error:
        raise BadInput(f"--picture: {options['picture']}: {error.strerror}") from error
    try:
        return str(add_picture(owner=owner, content=content).pk)
    except StorageError as error:
        raise BadInput("--picture: the store of this site does not take it just now") from error


def read_form(options: dict[str, Any], owner: Person | None = None, picture: str = "") -> CoverRequestForm:
    """The site's own form over the arguments, so that both refuse the same things in the same words. Raises BadInput."""
    names = ("title", "artist", "album", "genre", "style", "engine", "face", "count", "seed")
    fields = {name: options.get(name, "") for name in names}
    fields |= {"lyrics": read_lyrics(options["lyrics"]), "with_lettering": not options["no_lettering"]}
    fields |= {"without_missing": options["without_missing_letters"]}
    fields |= {"picture": picture, "picture_agreed": options.get("i_may_use_it", False)}
    fields |= {name: options.get(name, "") for name in ("picture_for", "treatment", *WISHES)}
    if not str(options["count"]).strip():
        raise BadInput("--count: give a number from 1 to 8")
    form = CoverRequestForm(fields, choices=registry.available(), person=owner)
    if not form.is_valid():
        hint = "; add --without-missing-letters --size preview to go on" if form.missing else ""
        raise BadInput("; ".join(f"--{name}: {errors[0]}" for name, errors in form.errors.items()) + hint)
    if form.missing and options["size"] == "release":
        raise BadInput(f"--size: {NotForStores()} Add --size preview")
    return form


def read_lyrics(source: str) -> str:
    if not source:
        return ""
    try:
        content = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
        return content.decode("utf-8-sig")
    except OSError as error:
        raise BadInput(f"--lyrics: {source}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"--lyrics: {source} is not UTF-8 text") from error
