"""What was taken down and must go from the public bucket, and whether it is gone."""

from __future__ import annotations

from django.contrib import admin

from accounts.staff import ReadOnly
from covers.models import Withdrawal


@admin.register(Withdrawal)
class WithdrawalAdmin(ReadOnly):
    list_display = ("id", "storage_prefix", "with_originals", "state", "stage", "attempt", "created_at", "finished_at")
    list_filter = ("state",)
    ordering = ("-id",)
    fields = (
        "id", "storage_prefix", "with_originals", "state", "stage", "failure", "attempt", "created_at", "queued_at", "finished_at",
    )  # fmt: skip
