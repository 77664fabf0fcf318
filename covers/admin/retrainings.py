"""The weekly trainings, for operators: what was learnt from, how it went, what came of it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.staff import ReadOnly
from albumsite.curves import CURVE_BOX, curve_points
from albumsite.errors import EngineError, UserFacingError
from covers.admin.private_things import stored_text
from covers.admin.stored_pictures import WithPictures
from covers.models import Retraining
from covers.training_errors import failure_text
from covers.weekly import retraining

CURVE = (
    '<svg viewBox="{}" width="480" height="120" preserveAspectRatio="none" role="img"><polyline points="{}" fill="none" '
    'stroke="currentColor" stroke-width="2" vector-effect="non-scaling-stroke"/></svg>'
)


@admin.register(Retraining)
class RetrainingAdmin(WithPictures, ReadOnly):
    list_display = ("week", "number", "base_key", "state", "far", "pictures", "outcome", "version", "created_at")
    list_filter = ("state", "outcome", "base_key", "created_at")
    search_fields = ("week", "base_key", "version__key")
    list_select_related = ("version",)
    ordering = ("-id",)
    show_full_result_count = False
    change_form_template = "admin/covers/retraining/change_form.html"
    fieldsets = (
        (None, {"fields": ("week", "number", "base_key", "parent", "dataset", "outcome", "version")}),
        (_("State"), {"fields": ("state", "stage", "attempt", "far", "reason")}),
        (_("Learning"), {"fields": ("loss_curve", "validation_curve", "sample_pictures", "parameters_text")}),
        (_("Times"), {"fields": ("created_at", "started_at", "finished_at")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Retraining]:
        learnt = Count("dataset__items", filter=Q(dataset__items__role="train"))
        return super().get_queryset(request).annotate(picture_count=learnt)

    def key_of(self, row: Retraining, name: str) -> str | None:
        """A picture that was drawn on the way, by its number among all of them."""
        return dict(enumerate(_sample_keys(row))).get(int(name)) if name.isdecimal() else None

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        may_act = request.user.has_perm("covers.change_retraining")
        chosen = next((name for name in ("_cancel", "_again") if name in request.POST), "")
        if chosen and may_act:
            self._act(request, get_object_or_404(Retraining, pk=object_id), chosen)
            return redirect(request.path)
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "may_act": may_act})

    def _act(self, request: HttpRequest, row: Retraining, chosen: str) -> None:
        try:
            if chosen == "_cancel":
                retraining.cancel_retraining(row=row)
            else:
                retraining.request_retraining(week=row.week, base_key=row.base_key)
        except (UserFacingError, EngineError) as error:
            self.message_user(request, str(error), messages.ERROR)
            return
        self.log_change(request, row, "Stopped" if chosen == "_cancel" else "Goes on")

    @admin.display(description=_("progress"))
    def far(self, row: Retraining) -> str:
        progress = row.progress
        return f"{progress['stage']} {progress['step']}/{progress['total']}" if progress.get("total") else "–"

    @admin.display(description=_("pictures learnt from"), ordering="picture_count")
    def pictures(self, row: Retraining) -> int:
        return int(row.picture_count)  # type: ignore[attr-defined]  # counted by the list's own query

    @admin.display(description=_("why it failed"))
    def reason(self, row: Retraining) -> str:
        return failure_text(row.failure) or "–"

    @admin.display(description=pgettext_lazy("of a training", "loss"))
    def loss_curve(self, row: Retraining) -> SafeString | str:
        points = curve_points(row.losses)
        return format_html(CURVE, CURVE_BOX, points) if points else "–"

    @admin.display(description=_("loss on held-out pictures"))
    def validation_curve(self, row: Retraining) -> str:
        return " → ".join(f"{loss:.4f} ({step:g})" for step, loss in row.validation_losses) or "–"

    @admin.display(description=_("pictures on the way"))
    def sample_pictures(self, row: Retraining) -> SafeString | str:
        url = "admin:covers_retraining_image"
        pictures = ((reverse(url, args=[row.pk, number]),) for number in range(len(_sample_keys(row))))
        return format_html_join(" ", '<img src="{}" width="128" height="128" alt="" loading="lazy">', pictures) or "–"

    parameters_text = stored_text(_("parameters"), "parameters")


def _sample_keys(row: Retraining) -> list[str]:
    return [key for entry in row.samples for key in entry["keys"]]
