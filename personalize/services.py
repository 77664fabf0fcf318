"""What happens to faces, photos and trainings. Keyword-only verbs, one transaction each."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import secrets
import uuid
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.translation import get_language, gettext, override

from accounts.models import User
from accounts.person import Person
from albumsite import admission
from albumsite.disk import refuse_without_room
from albumsite.errors import StorageError, UserFacingError
from albumsite.jobs.claims import Claim
from albumsite.jobs.states import ACTIVE
from albumsite.media import outputs, storage
from covers import registry
from covers.brief.brief_contract import Song
from covers.registry import FaceGone
from covers.services.people import forget_face_on_covers
from covers.services.requests import DrawOptions, request_covers
from personalize import consents
from personalize.dreambooth.face_contract import TrainedAdapter
from personalize.errors import (
    AlreadyTraining,
    ConsentMissing,
    DailyTrainingsReached,
    NothingToCancel,
    TooFewPhotos,
    TooManyFaces,
    TooManyPhotos,
    TooManyTrainings,
)
from personalize.models import Consent, Erasure, Face, Photo, TrainingRun
from personalize.object_keys import face_prefix, photo_key
from personalize.photos import judging, portraits
from personalize.photos.judging import Judged, Problem

logger = logging.getLogger(__name__)

SEED_MAX = 2**31


@transaction.atomic
def create_face(*, owner: User, name: str, class_noun: str, has_consented: bool, language: str = "") -> Face:
    """A face without photos yet, with the consent that lets it have some. Raises ConsentMissing, TooManyFaces.

    language: in which the statement was read.
    """
    if not has_consented:
        raise ConsentMissing
    Person(user=owner).lock()
    if Face.objects.filter(owner=owner).count() >= settings.FACES_PER_PERSON:
        raise TooManyFaces(limit=settings.FACES_PER_PERSON)
    face = Face.objects.create(owner=owner, consent=_consent_of(owner, language), name=name, class_noun=class_noun)
    logger.info("face created face=%s", face.pk)
    return face


def _consent_of(owner: User, language: str) -> Consent:
    """To the statement of today, in the language in which it was read."""
    language = language or get_language() or settings.LANGUAGE_CODE
    return Consent.objects.create(
        owner=owner,
        version=consents.VERSION,
        text_sha256=consents.statement(language).sha256,
        language=language,
    )


@transaction.atomic
def agree_anew(*, face: Face, language: str = "") -> None:
    """Put the face and its photos under today's statement, in place of an older one, which ends with this. Raises FaceGone.

    From now on portraits are kept, also of the photos that are there already. language: in which the statement was read.
    """
    row = _locked(face)
    if row.consent.version == consents.VERSION:  # a second click
        return
    former, row.consent = row.consent, _consent_of(row.owner, language)
    row.save(update_fields=["consent"])
    row.photos.update(consent=row.consent)
    row.portraits.update(consent=row.consent)
    Consent.objects.filter(pk=former.pk).update(withdrawn_at=Now())
    portraits.keep(face=row)
    logger.info("agreed anew face=%s version=%s", row.pk, row.consent.version)


def add_photo(*, face: Face, content: bytes, network: str = "") -> Photo | Problem:
    """Judge one upload; keep it, re-encoded, if it will do, else say why not and keep nothing.

    network: where it comes from, as `albumsite.admission` names it; each look counts there and for the owner. "" of a command,
    which counts nowhere.

    Raises FaceGone, TooManyPhotos, AlreadyTraining, StorageError, what `admission.look` does, and what `photos.judge` raises
    when too many are looked at.
    """
    refuse_without_room()
    _refuse_while_training(face)
    if face.photos.count() >= settings.FACE_PHOTOS_MAX:  # looked at again under a lock
        raise TooManyPhotos(limit=settings.FACE_PHOTOS_MAX)
    who = Person(user=face.owner, network=network)
    with admission.look(who, most_seconds=judging.CHILDREN.time_limit_seconds) if network else contextlib.nullcontext():
        judged = judging.judge(content)
    if judged.problem is not None:
        return judged.problem
    photo_pk = uuid.uuid4()
    key = photo_key(face.pk, photo_pk)
    with outputs.stored({key: judged.picture}, is_pointed_at=Photo.objects.filter(pk=photo_pk).exists):
        kept = _record_photo(face, judged, photo_pk, key)
    if not isinstance(kept, Photo):
        storage.delete_all(storage.private(), [key])
    return kept


def _locked(face: Face) -> Face:
    """As the database has it, until the transaction ends. Raises FaceGone."""
    row = Face.objects.select_for_update(of=("self",)).select_related("consent", "owner").filter(pk=face.pk).first()
    if row is None:
        raise FaceGone
    return row


@transaction.atomic
def _record_photo(face: Face, judged: Judged, photo_pk: uuid.UUID, key: str) -> Photo | Problem:
    """Under a lock of the face, so that two uploads at once are compared with each other and never make eleven."""
    row = _locked(face)
    _refuse_while_training(row)
    others = list(row.photos.order_by("position"))
    if problem := judging.compare(judged, [(other.fingerprint, other.embedding) for other in others]):
        return problem
    free = sorted(set(range(settings.FACE_PHOTOS_MAX)) - {other.position for other in others})
    if not free:
        raise TooManyPhotos(limit=settings.FACE_PHOTOS_MAX)
    photo = Photo.objects.create(
        id=photo_pk,
        face=row,
        consent=row.consent,
        position=free[0],
        storage_key=key,
        sha256=hashlib.sha256(judged.picture).hexdigest(),
        width=judged.width,
        height=judged.height,
        face_left=judged.face_left,
        face_top=judged.face_top,
        face_width=judged.face_width,
        face_height=judged.face_height,
        fingerprint=judged.fingerprint,
        embedding=list(judged.embedding),
    )
    portraits.keep(face=row)
    return photo


@transaction.atomic
def delete_photo(*, photo: Photo) -> None:
    """Its row, its numbers, its file and what was kept of it. Raises AlreadyTraining while the face is learnt from it."""
    face = Face.objects.select_for_update(of=("self",)).select_related("consent").get(pk=photo.face_id)
    _refuse_while_training(face)
    face.portraits.filter(pk=photo.pk).delete()
    photo.delete()  # receivers delete the files
    portraits.keep(face=face)


def _refuse_while_training(face: Face) -> None:
    if face.runs.filter(state__in=ACTIVE).exists():
        raise AlreadyTraining


@transaction.atomic
def start_training(*, face: Face, options: dict[str, Any] | None = None, seed: int | None = None) -> TrainingRun:
    """Record a training of the face and enqueue it; one that is active already is given back.

    options: what differs from the trainer's own rules, by names of `TrainingOptions`. Raises FaceGone, TooFewPhotos, TooManyTrainings,
    DailyTrainingsReached.
    """
    refuse_without_room()
    owner = Person(user=face.owner)
    owner.lock()
    row = _locked(face)
    if active := row.runs.filter(state__in=ACTIVE).first():
        return active
    count = row.photos.count()
    if count < settings.FACE_PHOTOS_MIN:
        raise TooFewPhotos(limit=settings.FACE_PHOTOS_MIN, count=count)
    if TrainingRun.objects.of(owner).active().count() >= settings.TRAININGS_WAITING_PER_PERSON:
        raise TooManyTrainings(limit=settings.TRAININGS_WAITING_PER_PERSON)
    if TrainingRun.objects.begun_today_by(owner).count() >= settings.TRAININGS_PER_DAY:
        raise DailyTrainingsReached(limit=settings.TRAININGS_PER_DAY)
    run = TrainingRun.objects.create(
        face=row,
        owner=face.owner,
        stage="train",
        options=options or {},
        seed=secrets.randbelow(SEED_MAX) if seed is None else seed,
    )
    run.enqueue()
    portraits.keep(face=row)
    request_drafts(face=row, run=run)
    logger.info("training asked for run=%s face=%s photos=%d", run.pk, face.pk, count)
    return run


def cancel_training(*, face: Face) -> None:
    """Stop the face's training: at once while it waits, within a step while it runs. Photos stay. Raises NothingToCancel."""
    run = TrainingRun.objects.filter(face=face).active().first()
    if run is None or not run.cancel():
        raise NothingToCancel
    logger.info("training cancelled run=%s", run.pk)


def take_identifier(*, face: Face, base_key: str, candidates: Sequence[str]) -> str:
    """A rare word that names this person in prompts for that model, and nobody else's. Kept once taken. "" when none is free.

    The database decides between two faces that reach for the same word.
    """
    if face.identifier_token and face.base_key == base_key:
        return face.identifier_token
    taken = set(Face.objects.filter(base_key=base_key).values_list("identifier_token", flat=True))
    for token in candidates:
        if token in taken:
            continue
        try:
            with transaction.atomic():
                changed = Face.objects.filter(pk=face.pk, adapter_key="").update(
                    identifier_token=token, base_key=base_key
                )
        except IntegrityError:
            continue
        if not changed:
            break
        face.identifier_token, face.base_key = token, base_key
        return token
    return ""


@transaction.atomic
def forget_face(*, face: Face, with_covers: bool, unless_used: bool = False) -> bool:
    """Forget a person: photos, numbers, kept portraits, trainings, checkpoints, samples and adapter; drafts; by choice all covers of them.

    Rows go now, and with them every running worker's right to write; files go after the commit, and again when no worker
    can still be writing (`Erasure`). Only the consent stays, withdrawn. unless_used: only while it is long unused, which is looked
    at again here. False: nothing was forgotten.
    """
    faces = Face.objects.overdue() if unless_used else Face.objects.all()
    row = faces.select_for_update(of=("self",)).filter(pk=face.pk).first()
    if row is None:  # a second click, or used since somebody looked
        return False
    for folder in forget_face_on_covers(face_pk=row.pk, with_covers=with_covers):
        ask_for_erasure(prefix=folder)
    Consent.objects.filter(pk=row.consent_id).update(withdrawn_at=Now())
    row.delete()  # the receiver asks for the erasure
    logger.info("face forgotten face=%s", face.pk)
    return True


@transaction.atomic
def delete_old_photos(*, face: Face) -> int:
    """As `delete_photos`, unless a photo or a training came since somebody looked. Returns how many."""
    Face.objects.select_for_update().filter(pk=face.pk).first()  # photos and trainings come under this lock
    return delete_photos(face=face) if Face.objects.with_old_photos().filter(pk=face.pk).exists() else 0


@transaction.atomic
def delete_photos(*, face: Face) -> int:
    """The photos have served their time: their rows, numbers and files go; the adapter and kept portraits stay. Returns how many."""
    Face.objects.select_for_update().get(pk=face.pk)
    rows = list(face.photos.all())
    for row in rows:
        row.delete()
    return len(rows)


@transaction.atomic
def ask_for_erasure(*, prefix: str) -> Erasure:
    """Have everything below the prefix deleted, however often the store is away meanwhile."""
    erasure = Erasure.objects.create(prefix=prefix, stage="erase")
    erasure.enqueue()
    return erasure


def record_adapter(
    *, claim: Claim[TrainingRun], result: TrainedAdapter, content: bytes, losses: list[list[float]]
) -> Face:
    """Store what a training came to, make the face ready with it, and ask for its first covers. Ends the run.

    Files first, row second: a ready face always has its adapter. Raises LeaseLost, StorageError.
    """
    run, key = claim.row, _adapter_key(claim)
    sha256 = hashlib.sha256(content).hexdigest()
    if sha256 != result.sha256:
        raise StorageError("the adapter changed on its way")
    recorded = Face.objects.filter(adapter_key=key)
    with outputs.stored({key: content}, is_pointed_at=recorded.exists), transaction.atomic():
        claim.lock()
        Face.objects.filter(pk=run.face_id).update(
            adapter_key=key,
            adapter_sha256=sha256,
            adapter_size_bytes=len(content),
            base_model_revision=str(result.parameters.get("base_model_revision", ""))[:128],
            likeness=result.likeness,
            likeness_before=result.likeness_before,
            likeness_metric=result.likeness_metric[:64],
            ready_at=Now(),
            used_at=Now(),
        )
        face = Face.objects.get(pk=run.face_id)
        request_first_covers(face=face, run=run)
        claim.finish(parameters=dict(result.parameters), losses=losses, progress={}, checkpoint_key="")
    if run.checkpoint_key:
        storage.delete_all(storage.private(), [run.checkpoint_key])
    logger.info("face learnt face=%s run=%s steps=%d", run.face_id, run.pk, result.steps)
    return face


def recorded_by(*, claim: Claim[TrainingRun]) -> Face | None:
    """The face that `record_adapter` made ready under this claim, for whoever did not hear of it."""
    return Face.objects.filter(adapter_key=_adapter_key(claim)).first()


def _adapter_key(claim: Claim[TrainingRun]) -> str:
    return f"{face_prefix(claim.row.face_id)}adapters/{claim.token.hex}.safetensors"


def request_first_covers(*, face: Face, run: TrainingRun) -> None:
    """Four covers with the face that was just learnt, so that there is something to look at. Not asked for twice."""
    with override(language_of(face.owner)):
        title = gettext("First look")
    _request_for_the_site(face, run, title, DrawOptions(with_lettering=False, face=face))


def request_drafts(*, face: Face, run: TrainingRun) -> None:
    """Four portraits drawn from the photos themselves, to look at while the face is being learnt."""
    with override(language_of(face.owner)):
        title = gettext("Portrait")
    options = DrawOptions(face=face, engine=registry.PORTRAITS_BY, is_draft=True)
    _request_for_the_site(face, run, title, options)


def language_of(user: User) -> str:
    """In which to write to a member whose page is not open."""
    return user.language or settings.LANGUAGE_CODE


def _request_for_the_site(face: Face, run: TrainingRun, title: str, options: DrawOptions) -> None:
    """A request that nobody typed: what its owner's limits do not allow is left out."""
    kind = "draft" if options.is_draft else "first"
    try:
        with transaction.atomic():
            request_covers(
                owner=Person(user=face.owner),
                song=Song(title=title, artist=face.name),
                options=options,
                submission=uuid.uuid5(run.pk, kind),
            )
    except UserFacingError as error:
        logger.info("covers of a face not asked for run=%s kind=%s reason=%s", run.pk, kind, error.message_id)
