"""What styles and phrasings have been rated like, and how often they are drawn now."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.staff import ReadOnly
from covers.bandit import policy
from covers.bandit.arm_keys import ArmKey
from covers.bandit.arm_summary import shares_of_pictures
from covers.models import PromptArm


class ArmList(ChangeList):
    """The list knows how often each arm was drawn lately: counted once for the page, not once a row."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        shares = shares_of_pictures()
        for row in self.result_list:
            row.share = shares.get(ArmKey(row.engine, row.genre, row.kind, row.arm), 0.0)


@admin.register(PromptArm)
class PromptArmAdmin(ReadOnly):
    list_display = ("arm", "kind", "genre_name", "engine", "reviews", "stars", "pictures")
    list_filter = ("genre", "kind", "engine")
    search_fields = ("arm",)
    ordering = ("engine", "genre", "kind", "-reviews")
    fields = ("arm", "kind", "genre_name", "engine", "reviews", "stars", "counted_from", "updated_at")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ArmList

    @admin.display(description=_("genre"), ordering="genre")
    def genre_name(self, row: PromptArm) -> str:
        return row.genre or "–"

    @admin.display(description=pgettext_lazy("of an arm", "stars, 95 % interval"))
    def stars(self, row: PromptArm) -> str:
        tally = policy.Tally(row.reviews, row.reward_sum)
        if tally.mean is None:
            return "–"
        mean, low, high = (policy.half_stars_of(reward) / 2 for reward in (tally.mean, *policy.interval(tally)))
        return f"{mean:.2f} ({low:.2f}–{high:.2f})"

    @admin.display(description=_("share of the pictures of 28 days"))
    def pictures(self, row: PromptArm) -> str:
        return f"{getattr(row, 'share', 0.0):.0%}"
