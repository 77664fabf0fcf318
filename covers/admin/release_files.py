"""Files for stores: what became of each."""

from __future__ import annotations

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.staff import ReadOnly
from albumsite.admin_lists import MadeSince
from covers.admin.private_things import OfPrivateThings
from covers.errors import failure_text
from covers.models import ReleaseFile


@admin.register(ReleaseFile)
class ReleaseFileAdmin(ReadOnly, OfPrivateThings):
    """How the store-ready files come along. Whose song it is stands with the request, where it may be read."""

    member_path = "cover__request__owner"
    has_words = False
    list_display = ("number", "state", "reason", "attempt", "size_bytes", "created_at", "finished_at")
    list_display_links = ("number",)
    list_filter = ("state", MadeSince)
    search_help_text = _("A number; a member's whole e-mail address or number.")
    list_select_related = ("cover",)
    ordering = ("-id",)
    fields = ("number", "made_for", *list_display[1:], "failure", "storage_key", "sha256", "queued_at", "started_at")

    @admin.display(description=_("release file"))
    def number(self, row: ReleaseFile) -> str:
        return row.pk.hex[-12:]

    @admin.display(description=_("request"))
    def made_for(self, row: ReleaseFile) -> SafeString:
        url = reverse("admin:covers_coverrequest_change", args=[row.cover.request_id])
        return format_html('<a href="{}">{}</a>', url, row.cover.request_id)

    @admin.display(description=_("why it failed"))
    def reason(self, row: ReleaseFile) -> str:
        return failure_text(row.failure)
