"""The log of what drew new requests: trials, promotions, rollbacks, who decided them and why. Records; nothing is edited."""

from __future__ import annotations

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.models import display_name
from accounts.staff import ReadOnly
from covers.admin.private_things import stored_text
from covers.models import Promotion
from covers.weekly.rollout import name_of


def who_changed(row: Promotion) -> str:
    """The person; the site's rule, which leaves its figures; or a command line that named nobody."""
    if row.by is not None:
        return display_name(row.by)
    return str(_("the rule") if "alpha" in row.figures else _("nobody is named"))


def line_of(row: Promotion) -> str:
    """One change in one line."""
    values = {
        "date": row.created_at.date(), "change": row.get_change_display(), "version": name_of(row.version),
        "before": name_of(row.before), "who": who_changed(row), "reason": row.reason,
    }  # fmt: skip
    return str(_("%(date)s %(change)s: %(version)s (before: %(before)s), by %(who)s: %(reason)s") % values)


@admin.register(Promotion)
class PromotionAdmin(ReadOnly):
    list_display = ("created_at", "change", "draws", "drew", "who", "reason")
    list_display_links = ("created_at", "change")
    list_filter = ("change", "created_at")
    search_fields = ("version__key", "before__key", "reason")
    list_select_related = ("version", "before", "by")
    ordering = ("-created_at", "-id")
    show_full_result_count = False
    fields = ("created_at", "change", "draws", "drew", "who", "reason", "comparison", "figures_text")

    @admin.display(description=_("model"), ordering="version__key")
    def draws(self, row: Promotion) -> str:
        return name_of(row.version)

    @admin.display(description=_("before"), ordering="before__key")
    def drew(self, row: Promotion) -> str:
        return name_of(row.before)

    @admin.display(description=_("by"))
    def who(self, row: Promotion) -> str:
        return who_changed(row)

    @admin.display(description=_("comparison"))
    def comparison(self, row: Promotion) -> SafeString | str:
        if row.evaluation is None:
            return "–"
        address = reverse("admin:covers_evaluation_change", args=[row.evaluation.pk])
        return format_html('<a href="{}">{}</a>', address, row.evaluation)

    figures_text = stored_text(_("figures"), "figures")
