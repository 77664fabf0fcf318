"""Of a weekly model, on its page in the admin: where it comes from, how it fares, and the buttons that let it draw."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.http import member_of
from accounts.models import display_name
from covers.admin.promotions import line_of
from covers.models import ModelVersion, Promotion
from covers.weekly import model_watch, rollout
from covers.weekly.rollout import Approval, ChangeResult

LINEAGE = ("week", "base_key", "parent_link", "base_model", "dataset_link", "code_revision_text", "evaluations", "approval",
           "standing", "changes")  # fmt: skip


class LineageMixin:
    """Read-only fields of `ModelVersionAdmin`."""

    @admin.display(description=_("trained from"))
    def parent_link(self, version: ModelVersion) -> SafeString | str:
        return _link("modelversion", version.parent) if version.parent else str(_("the base model alone"))

    @admin.display(description=_("training set"))
    def dataset_link(self, version: ModelVersion) -> SafeString | str:
        if version.dataset is None:
            return "–"
        return format_html(
            "{}<br><small>{}</small>", _link("dataset", version.dataset), version.dataset.manifest_sha256
        )

    @admin.display(description=_("code revision"))
    def code_revision_text(self, version: ModelVersion) -> str:
        return version.code_revision or "–"

    @admin.display(description=_("comparisons"))
    def evaluations(self, version: ModelVersion) -> SafeString | str:
        rows = version.evaluations.select_related("against").order_by("-id")[:10]
        lines = (
            (
                _link("evaluation", row, row.get_verdict_display() or row.get_state_display()),
                rollout.name_of(row.against),
                row.created_at.date(),
            )
            for row in rows
        )
        return format_html_join("", "{} / {} <small>{}</small><br>", lines) or "–"

    @admin.display(description=_("approved"))
    def approval(self, version: ModelVersion) -> SafeString | str:
        if version.approved_at is None:
            return "–"
        who = display_name(version.approved_by) if version.approved_by else _("nobody is named")
        return format_html("{} <small>{}</small>", who, version.approved_at.date())

    @admin.display(description=_("with people"))
    def standing(self, version: ModelVersion) -> SafeString | str:
        """How it fares now, while it is watched."""
        found = (one for one in (model_watch.trial_stats(), model_watch.active_stats()) if one is not None)
        now = next((one for one in found if one.version == version), None)
        if now is None:
            return "–"
        said = (_("Ratings"), now.ratings.in_words()), (_("Requests"), now.failures.in_words())
        return format_html_join("", "{}: {}<br>", said)

    @admin.display(description=_("changes"))
    def changes(self, version: ModelVersion) -> SafeString | str:
        rows = Promotion.objects.filter(version=version) | Promotion.objects.filter(before=version)
        lines = ((line_of(row),) for row in rows.select_related("version", "before", "by").order_by("-created_at")[:20])
        return format_html_join("", "{}<br>", lines) or "–"


def _link(model: str, row: Any, text: Any = None) -> SafeString:
    address = reverse(f"admin:covers_{model}_change", args=[row.pk])
    return format_html('<a href="{}">{}</a>', address, str(row) if text is None else text)


# --- buttons ----------------------------------------------------------------------------------------------------------


def _try(version: ModelVersion, approval: Approval, request: HttpRequest) -> ChangeResult:
    typed = request.POST.get("rollout_percent", "")
    percent = int(typed) if typed.isdecimal() else settings.TRIAL_PERCENT
    return rollout.begin_trial(version=version, percent=percent, approval=approval)


def _promote(version: ModelVersion, approval: Approval, request: HttpRequest) -> ChangeResult:
    force = request.POST.get("rollout_force") == "on"
    return rollout.promote(version=version, approval=approval, force=force)


def _restore(version: ModelVersion, approval: Approval, _request: HttpRequest) -> ChangeResult:
    return rollout.roll_back(approval=approval, to=version.key)


BUTTONS: dict[str, tuple[Callable[[ModelVersion, Approval, HttpRequest], ChangeResult], Any]] = {
    "try": (_try, _("“%(model)s” is on trial from now on.")),
    "end_trial": (
        lambda version, approval, _request: rollout.end_trial(version=version, approval=approval),
        _("The trial of “%(model)s” is over."),
    ),
    "promote": (_promote, _("New requests are drawn with “%(model)s” from now on.")),
    "roll_back": (
        lambda version, approval, _request: rollout.roll_back(approval=approval, drawing=version),
        _("New requests are drawn with what drew before “%(model)s”."),
    ),
    "restore": (_restore, _("New requests are drawn with “%(model)s” again.")),
}
"""Button → what it does, and what the page says then. Each is a line in the log of changes, with who and why."""


def press(name: str, version: ModelVersion, request: HttpRequest) -> str:
    """Do it, and what the page says of it. Raises BadModel, EngineError."""
    service, done = BUTTONS[name]
    reason = request.POST.get("rollout_reason", "").strip()
    outcome = service(version, Approval(by=member_of(request), reason=reason), request)
    said = done if outcome.has_changed else _("Nothing changed: it was so already.")
    return str(said) % {"model": version}
