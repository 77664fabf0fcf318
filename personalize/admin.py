"""Faces for staff: that they are there, and how their trainings fared. No photo, number or sample of anybody is shown."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.models import display_name
from accounts.staff import MemberSearch, ReadOnly
from personalize.errors import failure_text
from personalize.models import Consent, Erasure, Face, TrainingRun


class OfMember(ReadOnly, MemberSearch):
    """Rows of members, the newest first."""

    list_select_related = ("owner",)
    ordering = ("-id",)
    search_help_text = _("A member's whole e-mail address or number.")

    @admin.display(description=_("member"))
    def who(self, row: Face | TrainingRun | Consent) -> str:
        return display_name(row.owner) if row.owner else "–"


@admin.register(Face)
class FaceAdmin(OfMember):
    list_display = ("id", "who", "class_noun", "base_key", "likeness", "created_at", "ready_at", "used_at")
    list_filter = ("base_key", "created_at")
    fields = ("id", "who", "class_noun", "base_key", "likeness", "likeness_metric", "created_at", "ready_at", "used_at")


@admin.register(TrainingRun)
class TrainingRunAdmin(OfMember):
    list_display = ("id", "who", "state", "reason", "attempt", "created_at", "started_at", "finished_at")
    list_filter = ("state", "created_at")
    fields = ("id", "who", "state", "reason", "attempt", "progress", "parameters", "created_at", "finished_at")

    @admin.display(description=_("reason"))
    def reason(self, row: TrainingRun) -> str:
        return failure_text(row.failure) or "–"


@admin.register(Consent)
class ConsentAdmin(OfMember):
    list_display = ("id", "who", "version", "language", "given_at", "withdrawn_at")
    list_filter = ("version", "language")
    fields = ("id", "who", "version", "text_sha256", "language", "given_at", "withdrawn_at")


@admin.register(Erasure)
class ErasureAdmin(ReadOnly):
    list_display = ("id", "prefix", "state", "stage", "attempt", "created_at", "finished_at")
    list_filter = ("state",)
    ordering = ("-id",)
    fields = ("id", "prefix", "state", "stage", "failure", "attempt", "created_at", "finished_at")
