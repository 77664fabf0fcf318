"""Versions of covers: what became of each, and how far those are that are being made."""

from __future__ import annotations

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.staff import ReadOnly
from albumsite.admin_lists import MadeSince
from covers.admin.private_things import OfPrivateThings, owner_name
from covers.edits.studio_changes import spoken
from covers.errors import failure_text
from covers.models import CoverVersion


@admin.register(CoverVersion)
class CoverVersionAdmin(ReadOnly, OfPrivateThings):
    """How the versions come along, without a word or a picture of them. Whose song it is stands with the cover, where it may be read."""

    member_path = "cover__request__owner"
    has_words = False
    list_display = (
        "name", "state", "stage", "reason", "made_by", "of_cover", "what_changed", "is_shown", "attempt", "created_at", "finished_at",
    )  # fmt: skip
    list_display_links = ("name",)
    list_filter = ("state", "stage", MadeSince)
    search_help_text = _("A number; a member's whole e-mail address or number.")
    list_select_related = ("cover__request__owner",)
    ordering = ("-id",)
    fields = (*list_display, "failure", "storage_prefix", "sha256", "queued_at", "started_at")

    @admin.display(description=_("version"))
    def name(self, row: CoverVersion) -> str:
        return str(row)

    @admin.display(description=_("owner"))
    def made_by(self, row: CoverVersion) -> str:
        return owner_name(row.cover.request)

    @admin.display(description=_("cover"))
    def of_cover(self, row: CoverVersion) -> SafeString:
        url = reverse("admin:covers_cover_change", args=[row.cover_id])
        return format_html('<a href="{}">{}</a>', url, row.cover_id.hex[-12:])

    @admin.display(description=_("what was changed"))
    def what_changed(self, row: CoverVersion) -> str:
        return spoken(row.changes)

    @admin.display(description=_("why it failed"))
    def reason(self, row: CoverVersion) -> str:
        return failure_text(row.failure)
