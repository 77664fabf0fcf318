"""How many songs were refused, why, and whose: for the operator. What they said is kept nowhere."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.staff import MemberSearch, ReadOnly
from albumsite.admin_lists import KnownValues, MadeSince
from covers.admin.private_things import owner_name
from covers.models import Refusal


class OfReason(KnownValues):
    title, parameter_name, column = _("reason"), "reason", "reason"
    values = dict(Refusal.RefusalReason.choices)


@admin.register(Refusal)
class RefusalAdmin(ReadOnly, MemberSearch):
    list_display = ("reason", "field", "who", "created_at")
    list_filter = (OfReason, MadeSince)
    search_help_text = _("A number, or a member's whole e-mail address or number.")
    list_select_related = ("owner",)
    ordering = ("-id",)
    fields = list_display

    @admin.display(description=_("made by"))
    def who(self, row: Refusal) -> str:
        return owner_name(row)
