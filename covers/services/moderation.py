"""What people report and what moderators answer; and what staff may see of what is private.

Staff see what is on the wall, what was reported and what a moderator has hidden. Everything else is opened for an hour, for a
reason that is written where nobody can change it. Drafts are opened by nobody: their page says that only their maker sees them.
"""

from __future__ import annotations

import logging
import uuid
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Case, Q, QuerySet, When
from django.db.models.functions import Now
from django.utils import timezone

from accounts.masking import mask_personal
from accounts.models import User, display_name
from accounts.person import Person
from covers.models import ContentReport, Cover, CoverRequest, Review, StaffLook, Visibility, WithheldPicture
from covers.services import reviews
from covers.services.publishing import hide_cover

logger = logging.getLogger(__name__)

REASON_LEAST = 10
"""Letters: "test" is no reason."""


def report(*, cover: Cover, review: Review | None, person: Person, reason: str, note: str) -> None:
    """Once per person and thing, until it is answered. Addresses and numbers in the note are masked."""
    try:
        with transaction.atomic():
            Cover.objects.select_for_update().get(pk=cover.pk)  # an answer at the same moment waits
            ContentReport.objects.create(
                cover=cover, review=review, **person.owner_fields(), reason=reason, note=mask_personal(note)
            )
            if review is None:
                Cover.objects.filter(pk=cover.pk).update(is_reported=True)
    except IntegrityError:  # said already
        return
    logger.info("reported cover=%s review=%s reason=%s", cover.pk, review.pk if review else "-", reason)


@transaction.atomic
def answer_reports(reports: QuerySet[ContentReport], answer: str) -> list[ContentReport]:
    """Keep or hide what was reported. All open reports of the same thing are answered by it. Returns the answered ones."""
    answered = []
    for one in reports.filter(answer="").select_related("cover", "review").order_by("pk"):
        if answer == ContentReport.Answer.HIDDEN and one.review is not None:
            reviews.hide_reviews(Review.objects.filter(pk=one.review.pk))
        elif answer == ContentReport.Answer.HIDDEN:
            hide_cover(cover=one.cover)
        _close(one.cover, one.review, answer)
        answered.append(one)
    return answered


def close_reports(*, cover: Cover, answer: str) -> None:
    """A moderator has hidden or kept a cover by other ways than its reports."""
    _close(cover, None, answer)


@transaction.atomic
def _close(cover: Cover, review: Review | None, answer: str) -> None:
    Cover.objects.select_for_update().get(pk=cover.pk)
    ContentReport.objects.filter(cover=cover, review=review, answer="").update(answer=answer, answered_at=Now())
    if review is None:
        Cover.objects.filter(pk=cover.pk).update(is_reported=False)


# --- what staff may see -----------------------------------------------------------------------------------------------


def look_inside(*, staff: User, request: CoverRequest, reason: str) -> StaffLook:
    """Open a private request for this one of the staff, for an hour. Raises ValueError for a draft or without a reason."""
    reason = " ".join(reason.split())
    if len(reason) < REASON_LEAST or request.is_draft:
        raise ValueError("no reason, or a draft")
    look = StaffLook.objects.create(
        staff_number=staff.pk,
        staff_name=display_name(staff)[:200],
        request_number=request.pk,
        reason=reason[:500],
        open_until=timezone.now() + timedelta(minutes=StaffLook.OPEN_MINUTES),
    )
    logger.warning("staff look inside staff=%s request=%s", staff.pk, request.pk)
    return look


def opened_by(staff: User) -> list[uuid.UUID]:
    """Numbers of requests that they have opened within the hour."""
    looks = StaffLook.objects.filter(staff_number=staff.pk, open_until__gt=Now())
    return list(looks.values_list("request_number", flat=True).distinct())


def seen_covers(staff: User, path: str = "") -> Q:
    """Of Cover, or of what leads to one by `path`, such as "cover__": what they may see."""
    opened = opened_by(staff)
    return listed_covers(path) | Q(**{f"{path}request__in": opened}) if opened else listed_covers(path)


def listed_covers(path: str = "") -> Q:
    """Of those, what all of the staff may see; as the partial index `cover_for_moderators` says it. Drafts are never among them."""
    return Q(**{f"{path}visibility__in": (Visibility.PUBLIC, Visibility.HIDDEN)}) | Q(**{f"{path}is_reported": True})


def mark_seen_withheld(staff: User, rows: QuerySet[WithheldPicture]) -> QuerySet[WithheldPicture]:
    """With `is_seen`: whether this one of the staff may see the picture. As one that was reported, without words; one with a face only
    when its request was opened for a reason."""
    seen = Q(request__shows_face=False) | Q(request__in=opened_by(staff))
    return rows.annotate(is_seen=Case(When(seen, then=True), default=False))
