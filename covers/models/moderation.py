"""What people report, and which private things staff have opened, and why."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from covers.models.covers import Cover
from covers.models.reviews import Review


class ContentReport(models.Model):
    """Somebody says that a cover, or a review of it, should not be here."""

    class Reason(models.TextChoices):
        PERSON = "person", _("It shows me or somebody I know")
        RIGHTS = "rights", _("It uses somebody else's work or name")
        SEXUAL = "sexual", _("It is sexual")
        VIOLENT = "violent", _("It is violent or cruel")
        HATEFUL = "hateful", _("It insults or threatens somebody")
        PRIVATE = "private", _("It tells something private")
        SPAM = "spam", _("It is advertising, or a fraud")
        OTHER = "other", _("Something else")

    class Answer(models.TextChoices):
        OPEN = "", _("Not yet answered")
        KEPT = "kept", _("It stays")
        HIDDEN = "hidden", _("It is hidden")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    cover = models.ForeignKey(Cover, on_delete=models.CASCADE, related_name="content_reports")
    review = models.ForeignKey(Review, null=True, blank=True, on_delete=models.CASCADE, related_name="content_reports")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="content_reports"
    )
    visitor = models.UUIDField(null=True, blank=True, editable=False)
    reason = models.CharField(_("reason"), max_length=16, choices=Reason)
    note = models.CharField(_("in their words"), max_length=500, blank=True)
    answer = models.CharField(_("answer"), max_length=8, choices=Answer, blank=True, default=Answer.OPEN)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("reported"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("report of a cover or review")
        verbose_name_plural = _("reports of covers and reviews")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    reason__in=["person", "rights", "sexual", "violent", "hateful", "private", "spam", "other"]
                ),
                name="content_report_reason_legal",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None) | Q(answer__in=["kept", "hidden"], answered_at__isnull=False),
                name="content_report_answer_has_time",
            ),
            models.UniqueConstraint(
                fields=["cover", "review", "owner"],
                condition=Q(owner__isnull=False, answer=""),
                nulls_distinct=False,
                name="content_report_once_per_member",
            ),
            models.UniqueConstraint(
                fields=["cover", "review", "visitor"],
                condition=Q(visitor__isnull=False, answer=""),
                nulls_distinct=False,
                name="content_report_once_per_visitor",
            ),
        ]
        indexes = [models.Index(fields=["cover"], condition=Q(answer=""), name="content_report_open")]

    def __str__(self) -> str:
        return self.get_reason_display()


class StaffLook(models.Model):
    """One of the staff has opened what is private, for a reason. A trigger refuses to change such a row, or to delete it
    within two years; it names people and requests by number, so that it outlives them."""

    OPEN_MINUTES: ClassVar[int] = 60

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    staff_number = models.UUIDField(_("member's number"), db_index=True)
    staff_name = models.CharField(_("who"), max_length=200)
    request_number = models.UUIDField(_("request"), db_index=True)
    reason = models.CharField(_("reason"), max_length=500)
    created_at = models.DateTimeField(_("when"), db_default=Now(), editable=False)
    open_until = models.DateTimeField(_("open until"))

    class Meta:
        verbose_name = _("look at private covers")
        verbose_name_plural = _("looks at private covers")
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="staff_look_has_reason")]

    def __str__(self) -> str:
        return f"{self.staff_name} {self.request_number}"
