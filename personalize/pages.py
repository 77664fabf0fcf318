"""What the pages show of a face and its training, put together for templates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.http import SiteRequest
from accounts.person import Person
from albumsite.curves import CURVE_BOX, curve_points
from albumsite.jobs.states import State
from albumsite.media.decoding import MAX_UPLOAD_BYTES
from covers.models import Cover, CoverRequest
from covers.pages import mark_previews
from personalize import consents
from personalize.dreambooth.face_contract import TrainingStage
from personalize.errors import failure_text
from personalize.models import Face, Photo, TrainingRun
from personalize.photos.portrait_covers import portraits_of
from personalize.training import fairness

STAGE_NAMES = {
    TrainingStage.PREPARE: _("Getting ready"),
    TrainingStage.CLASS_IMAGES: _("Drawing pictures of nobody, to compare with"),
    TrainingStage.ENCODE: _("Looking at your photos"),
    TrainingStage.TRAIN: _("Training the face"),
    TrainingStage.FINISH: _("Checking what was trained"),
}


@dataclass(frozen=True)
class Sample:
    step: int
    place: int
    likeness: float | None


@dataclass(frozen=True)
class TrainingView:
    """One training on its page. place: in the queue, 1 is next. curve: points of an SVG polyline."""

    run: TrainingRun
    stage: str
    step: int
    total: int
    seconds_left: int | None
    place: int
    curve: str
    samples: list[Sample]
    failure: str

    @property
    def percent(self) -> int:
        return round(100 * self.step / self.total) if self.total else 0


def training_view(run: TrainingRun) -> TrainingView:
    progress = run.progress
    stage = progress.get("stage", TrainingStage.PREPARE)
    return TrainingView(
        run=run,
        stage=str(STAGE_NAMES.get(stage, STAGE_NAMES[TrainingStage.PREPARE])),
        step=int(progress.get("step", 0)),
        total=int(progress.get("total", 0)),
        seconds_left=None if progress.get("seconds_left") is None else round(progress["seconds_left"]),
        place=_place(run),
        curve=curve_points(run.losses),
        samples=_samples(run),
        failure=failure_text(run.failure),
    )


def _samples(run: TrainingRun) -> list[Sample]:
    """None by the demonstration, unless the site shows it to the public: its portraits frighten, and covers are not drawn by it."""
    if run.face.base_key == "pocket" and not settings.POCKET_ON_FORM:
        return []
    return [
        Sample(entry["step"], place, entry.get("likeness"))
        for entry in run.samples
        for place in range(len(entry["keys"]))
    ]


def _place(run: TrainingRun) -> int:
    if run.state != State.QUEUED:
        return 0
    order = [one.pk for one in fairness.fair_order()]
    return order.index(run.pk) + 1 if run.pk in order else 1


@dataclass(frozen=True)
class FaceCard:
    """A face in the list. portraits: its newest covers by `poster`, drafts among them; without any, its first photo."""

    face: Face
    run: TrainingRun | None
    portraits: list[Cover]
    first_photo: Photo | None
    can_be_drawn: bool


def face_card(face: Face, person: Person) -> FaceCard:
    portraits = portraits_of(face)
    mark_previews(portraits, person)
    photo = None if portraits else face.photos.order_by("position").first()
    return FaceCard(face, face.current_run(), portraits, photo, face.has_portraits())


def face_context(request: SiteRequest, face: Face) -> dict[str, Any]:
    run = face.current_run()
    has_kept = face.portraits.filter(state=State.DONE).exists()
    photos = list(face.photos.order_by("position"))
    requests = list(CoverRequest.objects.filter(face=face).with_covers().order_by("-id")[:4])
    mark_previews([cover for row in requests for cover in row.covers.all()], request.person)
    is_training = run is not None and run.is_active
    return {
        "face": face,
        "photos": photos,
        "training": training_view(run) if run is not None else None,
        "is_training": is_training,
        "requests": requests,
        "photos_min": settings.FACE_PHOTOS_MIN,
        "photos_max": settings.FACE_PHOTOS_MAX,
        "missing": max(0, settings.FACE_PHOTOS_MIN - len(photos)),
        "may_add": not is_training and len(photos) < settings.FACE_PHOTOS_MAX,
        "has_kept": has_kept,
        "can_be_drawn": bool(face.adapter_key) or has_kept or len(photos) >= settings.FACE_PHOTOS_MIN,
        "statement": consents.statement(get_language() or "en") if face.lacks_new_consent else None,
        "photos_leave_at": face.photos_leave_at(),
        "photo_megabytes": MAX_UPLOAD_BYTES // (1 << 20),
        "curve_box": CURVE_BOX,
    }


def shown_in_status(context: dict[str, Any]) -> list[Any]:
    """What the status partial shows."""
    training = context["training"]
    shown: list[Any] = [bool(context["face"].adapter_key), len(context["photos"])]
    if training is not None:
        shown += [training.run.state, training.run.cancel_requested, training.stage, training.step, training.place]
        shown += [training.curve, len(training.samples), training.failure]
    shown += [(str(row.pk), row.state, len(row.covers.all()), len(row.withheld.all())) for row in context["requests"]]
    return shown
