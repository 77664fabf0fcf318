"""A cover is a document: its maker opens it, saves changes as versions, goes back to any of them. One transaction each."""

from __future__ import annotations

import hashlib
import logging
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Now
from PIL import Image

from accounts.person import Person
from albumsite.disk import refuse_without_room
from albumsite.errors import EngineError
from albumsite.jobs.claims import Claim
from albumsite.jobs.states import State
from albumsite.media import encoding, outputs
from covers import lettering
from covers.brief.brief_contract import Song
from covers.drawing.edited_picture import draw_edited
from covers.drawing.recording import alt_texts
from covers.drawing.specs import spec_of
from covers.drawing.version_pictures import is_drawn_from_pictures, picture_as_it_is, picture_of_drawing, words_of
from covers.edits.own_words import OwnWords
from covers.edits.picture_edit import PictureEdit, edited
from covers.edits.studio_changes import changes_between, picture_changes
from covers.engine.engine_contract import CoverEngine, Drawn, DrawSpec
from covers.errors import BaseStillDrawn, NothingChanged, NotOpenable, TooManyVersions, VersionInUse
from covers.lettering.type_document import TypeDocument
from covers.models import Cover, CoverRequest, CoverVersion, ReleaseFile, VersionDrawing, Visibility
from covers.object_keys import MASTER, art_key, cover_prefix
from covers.safety.refusing import refuse_unfit
from covers.services import withdrawals
from covers.writing.alt import marked_explicit, of_prompt, of_words

if TYPE_CHECKING:
    from covers.lettering.typesetting import Typeset

logger = logging.getLogger(__name__)

VERSIONS_MAX = 60
"""Versions that a cover keeps: each has files of its own."""

COLUMNS = (
    "parameters", "layout", "own_words", "own_reason", "alt_text", "alt_text_ko",
    "storage_prefix", "sha256", "placeholder", "dominant_colour",
)  # fmt: skip
"""Of a version, that are the cover's while it is shown."""


def may_open(*, cover: Cover, person: Person) -> bool:
    """Its maker, but for what a moderator has hidden, and drafts, which go with their face."""
    return cover.request.obeys(person) and not (cover.is_hidden or cover.request.is_draft)


def shown_version(*, cover: Cover) -> CoverVersion | None:
    """None while nothing was ever changed."""
    return cover.versions.filter(is_shown=True).first()


def has_own_type(*, cover: Cover) -> bool:
    """Whether its maker has said where its type stands. Else the site has, and finds it again."""
    shown = shown_version(cover=cover)
    return shown is not None and not shown.is_first


def document_now(*, cover: Cover) -> TypeDocument:
    """The type that a cover shows, as data."""
    shown = shown_version(cover=cover)
    return shown.parsed_document() if shown else first_document(cover=cover)


def first_document(*, cover: Cover) -> TypeDocument:
    """The type that the site has set on a cover, as data."""
    from covers.lettering.first_type import document_of  # brings the drawing library, which other pages do without

    request = cover.request
    return document_of(cover.layout, title=request.title, artist=request.artist, seed=cover.seed)


def picture_now(*, cover: Cover) -> PictureEdit:
    """What is changed in the picture that a cover shows."""
    shown = shown_version(cover=cover)
    return shown.parsed_picture() if shown else PictureEdit()


def first_parameters(*, cover: Cover) -> Mapping[str, Any]:
    """Of the picture as it was drawn. Versions of an earlier release have none written down; nobody had changed a picture then."""
    first = cover.versions.filter(number=1).values_list("parameters", flat=True)
    return dict(next(iter(first), {}) or cover.parameters)


def faces_in(*, cover: Cover) -> list[list[float]]:
    """Boxes of the faces in its picture, of photos that people have brought; none of a cover that an earlier release drew."""
    return [list(box) for box in first_parameters(cover=cover).get("faces", ())]


def may_repaint(*, cover: Cover) -> bool:
    """Whether its picture can be changed: drawn by `poster` from the song alone."""
    row = cover.request
    return row.engine == "poster" and not row.shows_face and not row.is_of_picture(cover.position)


def stored_picture(*, cover: Cover, edit: PictureEdit) -> Image.Image | None:
    """The picture without its type, where a version of the cover has it already. Raises StorageError."""
    ready = cover.versions.filter(state=State.DONE, picture=edit.as_json()).order_by("-number").first()
    if ready is not None:
        return picture_as_it_is(ready)
    return picture_as_it_is(cover) if edit == PictureEdit() and not cover.versions.exists() else None


def spec_as_edited(*, cover: Cover, edit: PictureEdit, side: int | None = None) -> DrawSpec:
    """What the engine is asked for. Raises EngineError."""
    spec = spec_of(cover.request, cover.position, side=side, portraits=())
    return edited(replace(spec, seed=cover.seed), edit, first_parameters(cover=cover))


def save_version(
    *, cover: Cover, person: Person, document: TypeDocument, edit: PictureEdit, is_of_site: bool, parent: uuid.UUID | None,
    submission: uuid.UUID, words: OwnWords | None = None,
) -> CoverVersion:  # fmt: skip
    """Record a change and enqueue its making. The same submission twice gives the same version.

    is_of_site: nobody has set the type, and the site sets it anew where the picture is another. parent: the version that was opened;
    None: the one that is shown. words: None leaves them as they are.

    Raises NothingChanged, TooManyVersions, NotOpenable, SongUnfit, RealPersonBesideFace,
    BaseStillDrawn.
    """
    document.check()
    edit.check()
    if known := cover.versions.filter(submission=submission).first():
        return known
    _refuse_unfit(cover, person, document, words or OwnWords())
    refuse_without_room()
    with transaction.atomic():
        Cover.objects.select_for_update().get(pk=cover.pk)  # two tabs must not both take the next number
        if known := cover.versions.filter(submission=submission).first():
            return known
        first = first_version(cover=cover)
        before = (cover.versions.filter(pk=parent).first() if parent else None) or shown_version(cover=cover) or first
        if before.drawing is not None and not before.drawing.art_prefix:
            raise BaseStillDrawn
        painted = picture_changes(before.parsed_picture(), edit)
        changes = changes_between(before.parsed_document(), document)
        if is_of_site and painted:  # the type stands elsewhere because the picture is another
            changes = [change for change in changes if change == "mark"]
        changes += painted
        words = before.words if words is None else words
        if words != before.words:
            changes.append("words")
        if not changes:
            raise NothingChanged
        if cover.versions.count() >= VERSIONS_MAX:
            raise TooManyVersions(limit=VERSIONS_MAX)
        row = CoverVersion.objects.create(
            cover=cover, parent=before, number=next_number(cover), submission=submission, document=document.as_json(),
            picture=edit.as_json(), drawing=before.drawing, is_set_by_site=is_of_site, changes=changes,
            own_words=words.shown, own_reason=words.why,
        )  # fmt: skip
        row.enqueue()
    logger.info("version saved cover=%s number=%d changes=%s", cover.pk, row.number, ",".join(changes))
    return row


def _refuse_unfit(cover: Cover, person: Person, document: TypeDocument, words: OwnWords) -> None:
    others = [words.shown, words.why, *(line.plain for line in document.shown if line.role not in ("title", "artist"))]
    song = Song(
        title=document.text_of("title"), artist=document.text_of("artist"), album=" ".join(others), genre="", lyrics=""
    )
    refuse_unfit(owner=person, song=song, shows_face=cover.request.shows_face)


def next_number(cover: Cover) -> int:
    return int(cover.versions.aggregate(most=Max("number"))["most"] or 0) + 1


def first_version(*, cover: Cover) -> CoverVersion:
    """The cover as it was drawn, written down when something is changed for the first time."""
    if known := cover.versions.filter(number=1).first():
        if (
            not known.parameters
        ):  # written by an earlier release: the cover's are still those of the picture as it was drawn
            known.parameters = cover.parameters
            known.save(update_fields=["parameters"])
        return known
    values = {name: getattr(cover, name) for name in COLUMNS}
    return CoverVersion.objects.create(
        cover=cover, number=1, is_shown=True, submission=uuid.uuid4(), document=first_document(cover=cover).as_json(),
        state=State.DONE, finished_at=Now(), **values,
    )  # fmt: skip


def make_version(*, claim: Claim[CoverVersion], engine: Callable[[CoverRequest], CoverEngine]) -> None:
    """Draw the picture of a version where it is another, set its type, store its files, and show it. engine: loads that of a request.

    Raises LeaseLost, EngineError, StorageError.
    """
    from covers.lettering.typesetting import typeset  # as above

    row = claim.row
    cover = Cover.objects.select_related("request").get(pk=row.cover_id)
    edit, document = row.parsed_picture(), row.parsed_document()
    try:
        picture = (
            picture_of_drawing(cover=cover, drawing=row.drawing)
            if is_drawn_from_pictures(cover)
            else stored_picture(cover=cover, edit=edit)
        )
    except NotOpenable as error:
        raise EngineError("studio:no-picture", f"cover={cover.pk}") from error
    if picture is None:
        spec = spec_as_edited(cover=cover, edit=edit)
        drawn = draw_edited(engine(cover.request), spec, edit)
        picture, parameters = encoding.from_rgb(drawn.rgb, drawn.width, drawn.height), dict(drawn.parameters)
        if row.is_set_by_site and cover.request.with_lettering:
            document = replace(set_anew(cover=cover, drawn=drawn, spec=spec), mark=document.mark)
    else:
        known = cover.versions.filter(state=State.DONE, picture=row.picture).exclude(parameters={}).first()
        parameters = dict(known.parameters if known else first_parameters(cover=cover))
    if row.drawing is not None:
        parameters = {**first_parameters(cover=cover), **row.drawing.parameters}
    made = typeset(picture.tobytes(), *picture.size, document)
    columns, files = _files_of(claim, cover, picture, made, document, parameters)
    title, artist = _names(document, cover.request)
    said, say = (row.own_words, of_words) if row.own_words else (_words_of_drawing(cover, row.drawing), of_prompt)
    if said:
        columns |= {"alt_text": say(said, title, artist, "en"), "alt_text_ko": say(said, title, artist, "ko")}
    columns |= _marked(columns, document)
    stored = CoverVersion.objects.filter(storage_prefix=columns["storage_prefix"])
    with outputs.stored(files, is_pointed_at=stored.exists), transaction.atomic():
        Cover.objects.select_for_update().get(pk=cover.pk)
        claim.finish(**columns)
        newer = CoverVersion.objects.filter(cover=cover, number__gt=row.number, is_shown=True)
        if not newer.exists():  # what was asked for last is what is seen, whichever is ready first
            _show(CoverVersion.objects.get(pk=row.pk))


def set_anew(*, cover: Cover, drawn: Drawn, spec: DrawSpec) -> TypeDocument:
    """The type as the site sets it on another picture of a cover."""
    from covers.lettering.first_type import document_of  # as above

    if not cover.request.with_lettering:
        return first_document(cover=cover)
    lettered = lettering.render(
        drawn.rgb, drawn.width, drawn.height, title=cover.title, artist=cover.artist, plan=drawn.type_plan, seed=spec.seed
    )  # fmt: skip
    return document_of(lettered.layout, title=cover.title, artist=cover.artist, seed=spec.seed)


def _names(document: TypeDocument, request: CoverRequest) -> tuple[str, str]:
    """Title and artist of a cover with that type."""
    title, artist = request.title, request.artist
    return document.text_of("title", title) or title, document.text_of("artist", artist) or artist


def _files_of(
    claim: Claim[CoverVersion], cover: Cover, picture: Image.Image, made: Typeset, document: TypeDocument, parameters: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, bytes]]:  # fmt: skip
    """The columns of a version that is made, and its files."""
    image = encoding.from_rgb(made.rgb, *picture.size)
    prefix = cover_prefix(cover.request_id, cover.position, claim.token)
    master = encoding.encode_png(image)
    files = {f"{prefix}/{MASTER}": master, art_key(prefix): encoding.encode_png(picture)}
    files |= {f"{prefix}/{name}": content for name, content in encoding.encode_derivatives(image).items()}
    request = cover.request
    title, artist = _names(document, request)
    columns = {
        **alt_texts(request, request.brief_of(cover.position), parameters, title, artist), "layout": made.layout,
        "storage_prefix": prefix, "sha256": hashlib.sha256(master).hexdigest(), "placeholder": encoding.placeholder(image),
        "dominant_colour": encoding.dominant_colour(image), "parameters": dict(parameters), "document": document.as_json(),
    }  # fmt: skip
    return columns, files


def _words_of_drawing(cover: Cover, drawing: VersionDrawing | None) -> str:
    """What a picture that was drawn anew was drawn from, where that is not what the first one was drawn from."""
    words = words_of(cover=cover, drawing=drawing).strip()
    return words if words != words_of(cover=cover, drawing=None).strip() else ""


def _marked(columns: Mapping[str, Any], document: TypeDocument) -> dict[str, str]:
    if not document.mark:
        return {}
    texts = (("alt_text", "en"), ("alt_text_ko", "ko"))
    return {name: marked_explicit(str(columns[name]), language)[:500] for name, language in texts}


def show_version(*, cover: Cover, version: CoverVersion) -> None:
    """Go back, or forward, to a version. One that could not be made is tried again, and shown when it is ready."""
    with transaction.atomic():
        Cover.objects.select_for_update().get(pk=cover.pk)
        row = cover.versions.filter(pk=version.pk).first()
        if row is not None and row.state == State.DONE and not row.is_shown:
            _show(row)
        elif row is not None and row.state == State.FAILED and row.stage == "set":
            row.queue_again()


def _show(row: CoverVersion) -> None:
    """Make the cover be this version, within a transaction that holds the cover. It goes off the wall: what hung there was rated by others,
    and looked different; and its store file is another."""
    cover = Cover.objects.select_related("request").get(pk=row.cover_id)
    document = row.parsed_document()
    values: dict[str, Any] = {name: getattr(row, name) for name in COLUMNS}
    values["parameters"] = row.parameters or first_parameters(cover=cover)  # an earlier release wrote none down
    names = {"title": cover.request.title, "artist": cover.request.artist}
    values |= {f"set_{role}": "" if row.is_first else document.text_of(role, name) for role, name in names.items()}
    was_public = cover.visibility == Visibility.PUBLIC
    if was_public:
        values["visibility"] = Visibility.PRIVATE
    values["wish"] = Visibility.PRIVATE
    CoverVersion.objects.filter(cover=cover, is_shown=True).update(is_shown=False)
    CoverVersion.objects.filter(pk=row.pk).update(is_shown=True)
    Cover.objects.filter(pk=cover.pk).update(**values)
    ReleaseFile.objects.filter(cover=cover).delete()
    if was_public:
        withdrawals.ask(storage_prefix=cover.storage_prefix)
    logger.info("version shown cover=%s number=%d", cover.pk, row.number)


def folders_of_the_picture(*, cover: Cover) -> list[str]:
    """Where files of the picture that a cover shows may lie: its own folder first, then those of versions that show the same one."""
    shown = shown_version(cover=cover)
    same = cover.versions.filter(picture=picture_now(cover=cover).as_json(), drawing=shown.drawing if shown else None)
    others = same.exclude(storage_prefix__in=["", cover.storage_prefix]).order_by("-number")
    return [cover.storage_prefix, *others.values_list("storage_prefix", flat=True)]


def spec_as_shown(*, cover: Cover, spec: DrawSpec) -> DrawSpec:
    """What the engine is asked for, for the picture that a cover shows. spec: of the picture as it was drawn."""
    edit = picture_now(cover=cover)
    return edited(spec, edit, first_parameters(cover=cover)) if edit != PictureEdit() else spec


def typeset_as_shown(*, cover: Cover, drawn: Drawn) -> Image.Image | None:
    """A picture of the cover at any size with the type that it shows; None where the site has set that and finds it again."""
    from covers.lettering.typesetting import typeset  # as above

    if has_own_type(cover=cover):
        document = document_now(cover=cover)
    elif drawn.type_plan is None and _tells_all((cover.layout or {}).get("title")):
        document = first_document(
            cover=cover
        )  # the picture is not drawn again: nothing says but this where its type stands
    else:
        return None
    made = typeset(drawn.rgb, drawn.width, drawn.height, document)
    return encoding.from_rgb(made.rgb, drawn.width, drawn.height)


def _tells_all(block: dict[str, Any] | None) -> bool:
    """Whether type can be set again from its layout alone: those of older covers are rounded, and say no side."""
    return block is not None and "align" in block


def delete_version(*, cover: Cover, version: CoverVersion) -> None:
    """A version goes with its files; what was made of it stays. Raises VersionInUse for the one that is shown, and for the first."""
    with transaction.atomic():
        Cover.objects.select_for_update().get(pk=cover.pk)
        row = cover.versions.filter(pk=version.pk).first()
        if row is None:
            return
        if row.is_shown or row.is_first:
            raise VersionInUse
        CoverVersion.objects.filter(parent=row).update(parent=row.parent)
        row.delete()
