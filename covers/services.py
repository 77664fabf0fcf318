"""What happens to requests, covers and reviews. Keyword-only verbs, one transaction each."""

from __future__ import annotations

import hashlib
import logging
import secrets
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from PIL import Image

from accounts.person import Person
from albumsite import images, outputs, storage
from albumsite.disk import refuse_without_room
from albumsite.errors import EngineError
from albumsite.jobs import ACTIVE, Claim, State
from albumsite.letters import has_ink
from covers import lettering, registry, withdrawing, withholding
from covers.engine import DRAWS_AT_ANY_SIZE
from covers.engine.contract import Drawn, DrawSpec, Portrait
from covers.errors import (
    DailyLimitReached,
    LettersMissing,
    Nameless,
    NotCancellable,
    NotForStores,
    NotRedrawable,
    NotRetryable,
)
from covers.estimates import refuse_over_bounds
from covers.lettering.coverage import missing_from
from covers.lettering.wholeness import loss, spelled
from covers.loop import arms
from covers.models import Cover, CoverRequest, ReleaseFile, Stage, Visibility, WithheldPicture
from covers.safety import picture_check
from covers.safety.refusing import refuse_unfit
from covers.writing.alt import alt_text
from covers.writing.contract import Brief, Song

logger = logging.getLogger(__name__)

SEED_MAX = 2**62


@dataclass(frozen=True)
class DrawOptions:
    """How a person wants their song drawn. seed None: drawn here, stored, never again random.

    engine: key of a registry.Choice; empty for the site's own, or for what shows the face. face: of the owner, to be shown
    on the covers. is_draft: made by the site from photos, while the face is being learnt. without_missing: draw also where no
    typeface has some of the letters, without them.
    """

    count: int = 4
    seed: int | None = None
    with_lettering: bool = True
    style: str = ""
    engine: str = ""
    size_pixels: int | None = None
    face: registry.FaceToDraw | None = None
    is_draft: bool = False
    without_missing: bool = False


def request_covers(*, owner: Person, song: Song, options: DrawOptions, submission: uuid.UUID) -> CoverRequest:
    """Record a request for covers and ring for its first job. The same submission twice gives the same request.

    Raises SongUnfit, Nameless, LettersMissing, DailyLimitReached, TooManyWaiting, NetworkBusy, VisitorsBusy, SiteBusy, and of a face
    RealPersonBesideFace, FaceGone, FaceNotReady, FacePhotosGone, FaceOutdated.
    """
    _refuse_unseen(song, options)
    refuse_unfit(owner=owner, song=song, shows_face=options.face is not None)
    try:
        return _record_request(owner, song, options, submission)
    except IntegrityError:
        if known := CoverRequest.objects.filter(owner.owns(), submission=submission).first():
            return known
        # somebody else's submission id: a forgery or a wonder; either way this is a request of its own
        return _record_request(owner, song, options, uuid.uuid4())


@transaction.atomic
def _record_request(owner: Person, song: Song, options: DrawOptions, submission: uuid.UUID) -> CoverRequest:
    owner.lock()  # two open tabs must not both take the last slot
    if known := CoverRequest.objects.filter(owner.owns(), submission=submission).first():
        return known
    refuse_without_room()
    _refuse_over_limits(owner)
    if options.face is not None:
        _use(options.face)
    side = options.size_pixels or settings.COVER_SIZE_PIXELS
    request = CoverRequest.objects.create(
        **owner.owner_fields(),
        **asdict(song),
        network="" if owner.user else owner.network,
        submission=submission,
        stage=Stage.WRITE,
        count=options.count,
        seed=secrets.randbelow(SEED_MAX) if options.seed is None else options.seed,
        seed_was_typed=options.seed is not None,
        with_lettering=options.with_lettering,
        style=options.style,
        width=side,
        height=side,
        is_draft=options.is_draft,
        **_drawing_values(owner, options),
    )
    request.ring()
    logger.info("covers requested request=%s count=%d", request.pk, options.count)
    return request


def _refuse_unseen(song: Song, options: DrawOptions) -> None:
    """A name without ink is none; one that cannot be set whole is drawn only for who knows. Raises Nameless, LettersMissing."""
    if not (has_ink(song.title) and has_ink(song.artist)):
        raise Nameless
    if options.without_missing or options.is_draft or not options.with_lettering:
        return
    if missing := missing_letters(song.title, song.artist):
        raise LettersMissing(letters=spelled(missing))


def missing_letters(*names: str) -> tuple[str, ...]:
    """The letters of a title and an artist that no typeface has, each once."""
    return tuple(dict.fromkeys(letter for name in names for letter in missing_from(name)))


RECIPE = (
    "title", "artist", "album", "genre", "lyrics", "count", "seed", "seed_was_typed", "with_lettering", "style", "width", "height",
    "engine", "num_inference_steps", "guidance_scale", "scheduler", "guidance_rescale", "guidance_end", "clip_skip",
    "feature_reuse", "model_version", "base_model", "base_model_revision", "adapters", "shows_face", "subject", "face",
    "learned_version", "arms", "brief", "written_by",
)  # fmt: skip
"""All that decides what a request's pictures look like."""


def draw_again(*, owner: Person, request: CoverRequest, submission: uuid.UUID) -> CoverRequest:
    """A new request with the whole recipe of one that was drawn: the same covers, whatever ratings have taught meanwhile.

    Its brief is there already, so it goes straight to the drawing. Raises as `request_covers`, and NotRedrawable for one
    that has no brief or whose face is gone.
    """
    if request.brief is None or request.is_draft or (request.shows_face and request.face is None):
        raise NotRedrawable
    refuse_unfit(owner=owner, song=request.song, shows_face=request.shows_face)
    values = {name: getattr(request, name) for name in RECIPE}
    with transaction.atomic():
        owner.lock()
        if known := CoverRequest.objects.filter(owner.owns(), submission=submission).first():
            return known
        refuse_without_room()
        _refuse_over_limits(owner)
        if request.face is not None:
            _use(request.face)  # type: ignore[arg-type]
        row = CoverRequest.objects.create(
            **owner.owner_fields(),
            **values,
            network="" if owner.user else owner.network,
            submission=submission,
            stage=Stage.DRAW,
            progress=_waiting(request.count),
        )
        row.ring()
    logger.info("covers requested again request=%s like=%s", row.pk, request.pk)
    return row


def _waiting(count: int) -> dict[str, Any]:
    return {str(position): {"step": 0, "total": 0, "phase": "waiting"} for position in range(count)}


def _use(face: registry.FaceToDraw) -> None:
    """Note that the face is used, and hold its row, so that nobody forgets it meanwhile. Raises FaceGone."""
    mine = type(face).objects.filter(pk=face.pk)  # type: ignore[attr-defined]
    if not mine.update(used_at=Now(), warned_at=None):
        raise registry.FaceGone


def _drawing_values(owner: Person, options: DrawOptions) -> dict[str, Any]:
    """The columns that say how it is drawn. What shows a face is no part of a trial."""
    if options.face is None:
        choice = registry.choice_of(options.engine)
        return registry.request_values(choice, side=registry.side_of(owner, choice.key))
    choice = registry.choice_for(options.face, options.engine)
    values = registry.request_values(choice, with_weekly_model=False)
    return values | registry.face_values(options.face, choice, values["adapters"])


def _refuse_over_limits(owner: Person) -> None:
    if CoverRequest.objects.made_today_by(owner).count() >= settings.REQUESTS_PER_DAY:
        raise DailyLimitReached(limit=settings.REQUESTS_PER_DAY)
    refuse_over_bounds(owner)


def store_brief(*, claim: Claim[CoverRequest], brief: Brief) -> None:
    """The brief is written: put it on the row, with the style that the person chose, and queue the drawing.

    Where nobody chose one, ratings of earlier covers do, for each picture. Raises LeaseLost.
    """
    row = claim.row
    brief, chosen = arms.chosen_for(row, replace(brief, style=row.style or brief.style))
    claim.advance(
        Stage.DRAW, brief=asdict(brief), arms=chosen, written_by=brief.written_by, progress=_waiting(row.count)
    )


DRAWN_FROM = "drawn_from"
"""In a cover's parameters: which photos of a face it was drawn from."""


def mark_of(portraits: Sequence[Portrait]) -> str:
    """Tells whether two pictures were drawn from the same photos in the same order; says nothing of the photos."""
    return hashlib.sha256(" ".join(portrait.name for portrait in portraits).encode()).hexdigest()[:16]


def record_cover(*, claim: Claim[CoverRequest], spec: DrawSpec, drawn: Drawn) -> Cover | WithheldPicture:
    """Set the title on a finished picture, store its files under keys with the claim's token, and record the cover; a picture of a
    model that the picture check refuses, or cannot judge, is recorded as withheld instead.

    Files first, row second: a cover on a page always has its files. Raises LeaseLost, StorageError.
    """
    row = claim.row
    is_judged = picture_check.is_needed(row.engine)
    looked = (
        picture_check.look_at_drawn(drawn.rgb, drawn.width, drawn.height) if is_judged else picture_check.NOT_NEEDED
    )
    lettered = _lettered(spec, drawn)
    image = images.from_rgb(lettered.rgb if lettered else drawn.rgb, drawn.width, drawn.height)
    prefix = storage.cover_prefix(row.pk, spec.position, claim.token)
    master = images.encode_png(image)
    files = {f"{prefix}/{storage.MASTER}": master}
    if lettered and (row.engine not in DRAWS_AT_ANY_SIZE or row.shows_face):  # type is set anew on an enlarged picture
        files[storage.art_key(prefix)] = images.encode_png(images.from_rgb(drawn.rgb, drawn.width, drawn.height))
    files |= {f"{prefix}/{name}": content for name, content in images.encode_derivatives(image).items()}
    parameters = dict(drawn.parameters)
    prompt = str(parameters.pop("prompt", "") or spec.prompt)  # as it was really spoken; once, for it may name a face
    if spec.portraits:
        parameters[DRAWN_FROM] = mark_of(spec.portraits)
    motif = str(parameters.get("motif", "")) or None
    cover = Cover(
        request=row,
        position=spec.position,
        seed=spec.seed,
        prompt=prompt,
        negative_prompt=spec.negative_prompt,
        parameters=parameters | registry.provenance(row),
        layout=lettered.layout if lettered else None,
        **arms.cover_values(row, spec.position),
        alt_text=alt_text(spec.brief, row.title, row.artist, "en", motif, shows_face=row.shows_face)[:500],
        alt_text_ko=alt_text(spec.brief, row.title, row.artist, "ko", motif, shows_face=row.shows_face)[:500],
        width=drawn.width,
        height=drawn.height,
        storage_prefix=prefix,
        sha256=hashlib.sha256(master).hexdigest(),
        placeholder=images.placeholder(image),
        dominant_colour=images.dominant_colour(image),
    )
    recorded = [kind.objects.filter(storage_prefix=prefix) for kind in (Cover, WithheldPicture)]
    try:
        with outputs.stored(files, is_pointed_at=lambda: any(rows.exists() for rows in recorded)), transaction.atomic():
            claim.lock()  # nothing is computed while it is held: renewals and a cancel wait for it
            if not looked.is_fit:
                return withholding.keep_apart(cover=cover, looked=looked)
            cover.save(force_insert=True)
    except IntegrityError:
        if (known := next((found for rows in recorded if (found := rows.first())), None)) is None:
            raise
        return known  # an earlier try was committed, and its answer was lost
    return cover


def set_title(spec: DrawSpec, drawn: Drawn) -> Image.Image:
    """The picture with its title in type, or as it is when the person wants none. Raises EngineError "site:not-whole"."""
    lettered = _lettered(spec, drawn)
    if lettered and loss(lettered.layout, spec.title, spec.artist):
        raise EngineError("site:not-whole", f"request={spec.request_id} position={spec.position}")
    return images.from_rgb(lettered.rgb if lettered else drawn.rgb, drawn.width, drawn.height)


def _lettered(spec: DrawSpec, drawn: Drawn) -> lettering.Lettered | None:
    if not spec.with_lettering:
        return None
    return lettering.render(
        drawn.rgb,
        drawn.width,
        drawn.height,
        title=spec.title,
        artist=spec.artist,
        plan=drawn.type_plan,
        seed=spec.seed,
    )


@transaction.atomic
def cancel_request(*, request: CoverRequest) -> None:
    """Stop a request: at once while it waits, within a step while it is drawn. Raises NotCancellable."""
    row = CoverRequest.objects.select_for_update().get(pk=request.pk)
    if row.state == State.QUEUED:
        CoverRequest.objects.filter(pk=row.pk).update(state=State.CANCELLED, finished_at=Now())
    elif row.state == State.RUNNING:
        CoverRequest.objects.filter(pk=row.pk).update(cancel_requested=True)
    else:
        raise NotCancellable
    logger.info("request cancelled request=%s", row.pk)


@transaction.atomic
def retry_request(*, request: CoverRequest, person: Person | None = None) -> None:
    """Queue a failed or cancelled request again from the stage where it stopped; covers that exist are kept.

    With the same model, unless that is what failed. Within the same bounds as a new one, for whoever made it.
    person: who asks, where that says from which network. Raises NotRetryable, TooManyWaiting, NetworkBusy, VisitorsBusy, SiteBusy.
    """
    refuse_without_room()
    maker = Person(user=request.owner, visitor=request.visitor, network=person.network if person else request.network)
    maker.lock()
    row = CoverRequest.objects.select_for_update().get(pk=request.pk)
    if row.state not in (State.FAILED, State.CANCELLED) or row.failure == withholding.NOTHING_FIT:
        raise NotRetryable
    refuse_over_bounds(maker)
    CoverRequest.objects.filter(pk=row.pk).update(
        state=State.QUEUED,
        attempt=0,
        failure="",
        finished_at=None,
        cancel_requested=False,
        queued_at=Now(),
        **registry.values_for_retry(row),
    )
    row.ring()
    logger.info("request tried again request=%s", row.pk)


def record_release(*, claim: Claim[ReleaseFile], jpeg: bytes) -> None:
    """Store the release file under a key with the claim's token and finish the job. Raises LeaseLost, StorageError."""
    key = f"{claim.row.cover.storage_prefix}/release-{claim.token.hex}.jpg"
    recorded = ReleaseFile.objects.filter(storage_key=key)
    with outputs.stored({key: jpeg}, is_pointed_at=recorded.exists):
        claim.finish(storage_key=key, size_bytes=len(jpeg), sha256=hashlib.sha256(jpeg).hexdigest())


def has_release(cover: Cover) -> bool:
    """Whether a store may get this cover: not one that lacks letters of its title, nor a demonstration."""
    return not cover.loss and not cover.request.is_demonstration


def prepare_release(*, cover: Cover) -> ReleaseFile:
    """Ask for the store-ready file, once; a failed one is asked for again. Raises NotForStores."""
    if cover.loss:
        raise NotForStores
    release, is_new = ReleaseFile.objects.get_or_create(cover=cover, defaults={"stage": "render"})
    if not is_new and release.state in (State.FAILED, State.CANCELLED):
        again = ReleaseFile.objects.filter(pk=release.pk, state=release.state).update(
            state=State.QUEUED, attempt=0, failure="", finished_at=None, queued_at=Now()
        )
        is_new = bool(again)
    if is_new:
        release.ring()
    return release


def publish_cover(*, cover: Cover) -> None:
    """Its maker hangs it on the wall: page sizes are copied to the public bucket. A hidden cover stays hidden, a draft private.

    Raises StorageError.
    """
    if cover.request.is_draft:
        return
    Cover.objects.filter(pk=cover.pk).exclude(visibility=Visibility.HIDDEN).update(wish=Visibility.PUBLIC)
    _show(cover)


def unpublish_cover(*, cover: Cover) -> None:
    """Its maker wants it private. One that a moderator has hidden stays hidden, and is private when it comes back."""
    with transaction.atomic():
        was = Cover.objects.select_for_update().filter(pk=cover.pk).values_list("visibility", flat=True).first()
        now = Visibility.PRIVATE if was == Visibility.PUBLIC else was
        Cover.objects.filter(pk=cover.pk).update(wish=Visibility.PRIVATE, visibility=now)
        if now != was:
            withdrawing.ask(storage_prefix=cover.storage_prefix)
    cover.refresh_from_db(fields=["visibility", "wish"])


def hide_cover(*, cover: Cover) -> None:
    """A moderator takes the cover away from everybody but its maker; its public copies are deleted."""
    _withdraw(cover, Visibility.HIDDEN, only_from=(Visibility.PUBLIC, Visibility.PRIVATE))


def restore_cover(*, cover: Cover) -> None:
    """A moderator gives a hidden cover back as its maker wants it, to the wall only if it hung there. Raises StorageError."""
    Cover.objects.filter(pk=cover.pk, visibility=Visibility.HIDDEN).update(visibility=Visibility.PRIVATE)
    _show(cover)


def _show(cover: Cover) -> None:
    """Copy it to the public bucket and make it public, if its maker wants that and no moderator has hidden it."""
    wanted = Cover.objects.filter(pk=cover.pk, visibility=Visibility.PRIVATE, wish=Visibility.PUBLIC)
    if wanted.exists():
        withdrawing.look_later(storage_prefix=cover.storage_prefix)
        keys = storage.public_keys(cover.storage_prefix)
        storage.save_all(storage.public(), {key: storage.read(storage.private(), key) for key in keys})
        wanted.update(visibility=Visibility.PUBLIC)
        if not Cover.objects.filter(pk=cover.pk, visibility=Visibility.PUBLIC).exists():
            withdrawing.ask(
                storage_prefix=cover.storage_prefix
            )  # taken down meanwhile: what was copied after that must go as well
    cover.refresh_from_db(fields=["visibility", "wish"])


def _withdraw(cover: Cover, visibility: str, *, only_from: tuple[str, ...]) -> None:
    with transaction.atomic():
        changed = Cover.objects.filter(pk=cover.pk, visibility__in=only_from).update(visibility=visibility)
        if changed:
            withdrawing.ask(storage_prefix=cover.storage_prefix)
    cover.refresh_from_db(fields=["visibility", "wish"])


@transaction.atomic
def forget_face(*, face_pk: uuid.UUID, with_covers: bool) -> list[str]:
    """A face is being forgotten: nothing more is drawn with it, and what was drawn goes, or keeps no trace of it.

    Drafts always go. with_covers: all its other covers as well, with their requests. Returns the folders whose files must go
    in both buckets, every version of them.
    """
    theirs = CoverRequest.objects.filter(face=face_pk)
    WithheldPicture.objects.filter(request__in=theirs).delete()  # nobody was shown them
    doomed = theirs if with_covers else theirs.filter(is_draft=True)
    folders = [storage.request_prefix(pk) for pk in doomed.values_list("pk", flat=True)]
    doomed.delete()  # a worker that draws for one of these has lost its claim
    theirs.filter(state__in=ACTIVE).update(  # the claim as well: what is stored after this would name the face again
        state=State.CANCELLED, finished_at=Now(), token=None, lease_until=None, cancel_requested=False
    )
    for request in theirs:
        kept = [record for record in request.adapters if record["key"] != registry.face_record_key(face_pk)]
        CoverRequest.objects.filter(pk=request.pk).update(face=None, subject="", adapters=kept, progress={})
        _scrub(request.covers.all(), request.subject)
    return folders


def _scrub(covers: Iterable[Cover], subject: str) -> None:
    """Take what names the face out of its covers' provenance."""
    for cover in covers:
        parameters = {
            name: value for name, value in cover.parameters.items() if "adapter" not in name and name != DRAWN_FROM
        }
        prompt = cover.prompt.replace(subject, "a person") if subject else cover.prompt
        Cover.objects.filter(pk=cover.pk).update(parameters=parameters, prompt=prompt)
