"""What happens to requests: asked for, planned, drawn again, cancelled, tried again. Keyword-only verbs, one transaction each."""

from __future__ import annotations

import logging
import secrets
import uuid
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.person import Person
from albumsite.disk import refuse_without_room
from albumsite.jobs.claims import Claim
from albumsite.jobs.states import State
from albumsite.letters import has_ink
from covers import registry
from covers.bandit.choosing import chosen_for
from covers.brief.brief_contract import Brief, Song
from covers.brief.wishes import Wishes
from covers.drawing.estimates import refuse_over_bounds
from covers.errors import (
    DailyLimitReached,
    LettersMissing,
    Nameless,
    NotCancellable,
    NotRedrawable,
    NotRetryable,
)
from covers.faces import FaceToDraw, faces
from covers.lettering.coverage import missing_from
from covers.lettering.wholeness import spelled
from covers.models import CoverRequest, MusicRelease, Stage
from covers.safety import withholding
from covers.safety.refusing import refuse_unfit
from covers.services.own_pictures import PictureChoice, hold_picture, use_picture

logger = logging.getLogger(__name__)


SEED_MAX = 2**62


@dataclass(frozen=True)
class DrawOptions:
    """How a person wants their song drawn. seed None: drawn here, stored, never again random.

    engine: key of a registry.Choice; empty for the site's own, or for what shows the face. face: of the owner, to be shown
    on the covers. is_draft: made by the site from photos, while the face is being learnt. without_missing: draw also where no
    typeface has some of the letters, without them. own_picture: what some of the covers are made of. wishes: of all pictures.
    parent: a cover whose style they have, with what they have in common with it.
    """

    count: int = 4
    seed: int | None = None
    with_lettering: bool = True
    style: str = ""
    engine: str = ""
    size_pixels: int | None = None
    face: FaceToDraw | None = None
    is_draft: bool = False
    without_missing: bool = False
    own_picture: PictureChoice | None = None
    wishes: Wishes = field(default_factory=Wishes)
    parent: uuid.UUID | None = None
    kept: tuple[str, ...] = ()


def request_covers(*, owner: Person, song: Song, options: DrawOptions, submission: uuid.UUID) -> CoverRequest:
    """Record a request for covers and enqueue its first job. The same submission twice gives the same request.

    Raises SongUnfit, Nameless, LettersMissing, DailyLimitReached, TooManyWaiting, NetworkBusy, VisitorsBusy, SiteBusy, and of a face
    RealPersonBesideFace, FaceGone, FaceNotReady, FacePhotosGone, FaceOutdated, and of a picture PictureGone.
    """
    refuse_unseen(song, options)
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
    if known := _already_asked(owner, submission, options.face):
        return known
    picture = use_picture(owner=owner, choice=options.own_picture) if options.own_picture else {}
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
        wishes=options.wishes.as_json(),
        parent_id=options.parent,
        kept=list(options.kept),
        **picture,
        **_drawing_values(owner, options),
    )
    request.enqueue()
    logger.info("covers requested request=%s count=%d", request.pk, options.count)
    return request


def refuse_unseen(song: Song, options: DrawOptions) -> None:
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
    "learned_version", "arms", "brief", "written_by", "picture", "shows_picture", "picture_positions", "picture_crop",
    "picture_treatment", "avoided", "wishes",
)  # fmt: skip
"""All that decides what a request's pictures look like."""


def draw_again(*, owner: Person, request: CoverRequest, submission: uuid.UUID) -> CoverRequest:
    """A new request with the whole recipe of one that was drawn: the same covers, whatever ratings have taught meanwhile.

    Its brief is there already, so it goes straight to the drawing. Raises as `request_covers`, and NotRedrawable for one
    that has no brief or whose face or picture is gone.
    """
    return record_again(owner, request, submission, stage=Stage.DRAW)


def record_again(
    owner: Person, request: CoverRequest, submission: uuid.UUID, *, stage: Stage, **changes: Any
) -> CoverRequest:
    """A new row with the recipe of another, but for some columns. Raises as `draw_again`."""
    values = {name: getattr(request, name) for name in RECIPE} | changes
    is_gone = (request.shows_face and request.face is None) or (values["shows_picture"] and values["picture"] is None)
    if request.brief is None or request.is_draft or is_gone:
        raise NotRedrawable
    refuse_unfit(owner=owner, song=request.song, shows_face=request.shows_face)
    count = int(values["count"])
    with transaction.atomic():
        if known := _already_asked(owner, submission, request.face):
            return known
        if values["picture"] is not None:
            hold_picture(owner=owner, pk=values["picture"].pk)
        row = CoverRequest.objects.create(
            **owner.owner_fields(),
            **values,
            network="" if owner.user else owner.network,
            submission=submission,
            stage=stage,
            progress=waiting(count),
        )
        row.enqueue()
    logger.info("covers requested again request=%s like=%s", row.pk, request.pk)
    return row


def waiting(count: int) -> dict[str, Any]:
    return {str(position): {"step": 0, "total": 0, "phase": "waiting"} for position in range(count)}


def _already_asked(owner: Person, submission: uuid.UUID, face: FaceToDraw | None) -> CoverRequest | None:
    """The request of this submission, if there is one; else there is room for one more, and the face is used. Within a transaction.

    Raises FaceGone, and what room and limits raise.
    """
    owner.lock()  # two open tabs must not both take the last slot
    if known := CoverRequest.objects.filter(owner.owns(), submission=submission).first():
        return known
    refuse_without_room()
    _refuse_over_limits(owner)
    if face is not None and not faces().use(face):
        raise registry.FaceGone
    return None


def _drawing_values(owner: Person, options: DrawOptions) -> dict[str, Any]:
    """The columns that say how it is drawn. What shows a face is no part of a trial."""
    if options.face is None:
        choice = registry.choice_of(options.engine)
        return registry.request_values(choice, side=registry.side_of(owner, choice.key))
    choice = registry.choice_for(options.face, options.engine)
    values = registry.request_values(choice, with_weekly_model=False)
    return values | registry.face_values(options.face, choice, values["adapters"])


def _refuse_over_limits(owner: Person) -> None:
    if CoverRequest.objects.made_today_by(owner).turns() >= settings.REQUESTS_PER_DAY:
        raise DailyLimitReached(limit=settings.REQUESTS_PER_DAY)
    refuse_over_bounds(owner)


def store_brief(*, claim: Claim[CoverRequest], brief: Brief) -> None:
    """The brief is written: put it on the row, as the person wishes its pictures and with the style that they chose, and queue the
    drawing.

    Where nobody chose a style, ratings of earlier covers do, for each picture. Raises LeaseLost.
    """
    row = claim.row
    brief = replace(brief, style=row.style or brief.style)
    off: frozenset[str] = frozenset()
    if row.wishes:
        from covers.writing.avoidable import off_of_wishes
        from covers.writing.wished import wished  # reads the song, which only the write worker does

        off = off_of_wishes(row.parsed_wishes)
        brief = wished(brief, row.song, row.parsed_wishes, style=row.style)
        brief = _in_its_family(row, brief)
    brief, chosen = chosen_for(row, brief, off)
    claim.advance(
        Stage.DRAW, brief=asdict(brief), arms=chosen, written_by=brief.written_by, progress=waiting(row.count)
    )


def _in_its_family(row: CoverRequest, brief: Brief) -> Brief:
    """In the look of the release that the song belongs to; the first of its songs that is read decides that, where nothing else has."""
    from covers.writing.in_family import in_family, planned_family  # as above

    wishes = row.parsed_wishes
    family = wishes.family
    if family is None and wishes.release:
        with transaction.atomic():
            release = MusicRelease.objects.select_for_update().filter(pk=wishes.release).first()
            family = (release.family if release else None) or planned_family(brief, row.seed)
            if release is not None and not release.look:
                release.look = family.as_json()
                release.save(update_fields=["look"])
    return in_family(brief, row.song, family) if family is not None else brief


def cancel_request(*, request: CoverRequest) -> None:
    """Stop a request: at once while it waits, within a step while it is drawn. Raises NotCancellable."""
    if not request.cancel():
        raise NotCancellable
    logger.info("request cancelled request=%s", request.pk)


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
    row.queue_again(**registry.values_for_retry(row))
    logger.info("request tried again request=%s", row.pk)
