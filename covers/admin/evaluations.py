"""Comparisons of models, for staff: verdict, rule, every metric with its interval, and the pictures side by side."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.staff import ReadOnly
from covers.admin.stored_pictures import WithPictures
from covers.evaluation import decision_rule
from covers.evaluation.rule_sentences import metric_name, rule_in_words, sentences, why_absent
from covers.models import Evaluation, ModelVersion
from covers.training_errors import failure_text

LINEAGE_MOST = 20
PICTURE_NAME = re.compile(r"(candidate|current)|(\d{1,3})-(before|after)")


@dataclass(frozen=True)
class MetricLine:
    """One metric as the page tells it. Every number is text already. decides: whether the rule looks at it."""

    name: str
    how: str
    unit: str
    terms: str
    note: str
    candidate: str
    current: str
    difference: str
    margin: str
    count: int
    decides: bool


def metric_line(metric: Mapping[str, Any]) -> MetricLine:
    margin = metric["margin"]
    return MetricLine(
        name=metric_name(metric["key"]),
        how=metric["name"],
        unit=metric["unit"],
        terms=f"{metric['licence']}; {metric['source']}",
        note=metric["note"],
        candidate=_with_interval(metric["candidate"]),
        current=_with_interval(metric["current"]),
        difference=_with_interval(metric["difference"], signed=True),
        margin="–" if margin is None else f"{margin:.3g}",
        count=metric["count"],
        decides=margin is not None or metric["key"] == decision_rule.GOAL,
    )


def _with_interval(numbers: list[float], signed: bool = False) -> str:
    """ "0.52 (0.48 to 0.56)"; with a sign where a sign is the point."""
    form = "{:+.3g}" if signed else "{:.3g}"
    middle, low, high = (form.format(number).replace("-", "−") for number in numbers)
    return str(_("%(middle)s (%(low)s to %(high)s)") % {"middle": middle, "low": low, "high": high})


@admin.register(Evaluation)
class EvaluationAdmin(WithPictures, ReadOnly):
    list_display = ("candidate", "verdict_text", "compared_with", "state", "base_key", "created_at", "finished_at")
    list_display_links = ("candidate",)
    list_filter = ("verdict", "state", "base_key")
    search_fields = ("version__key", "against__key")
    list_select_related = ("version", "against")
    ordering = ("-id",)
    show_full_result_count = False
    change_form_template = "admin/covers/evaluation/change_form.html"
    fields = (
        "candidate", "compared_with", "base_key", "prompt_set", "seed", "state", "reason", "created_at", "started_at",
        "finished_at",
    )  # fmt: skip

    def key_of(self, row: Evaluation, name: str) -> str | None:
        """A contact sheet ("candidate", "current") or one picture of a pair ("3-before")."""
        found = PICTURE_NAME.fullmatch(name)
        if found is None:
            return None
        if found[1]:
            return next((sheet["key"] for sheet in row.sheets if sheet["name"] == found[1]), None)
        number = int(found[2])
        return row.pairs[number][found[3]] if number < len(row.pairs) else None

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        row = self.get_object(request, object_id)
        context = page_of(row) if row is not None else {}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **context})

    @admin.display(description=_("candidate"), ordering="version__key")
    def candidate(self, row: Evaluation) -> str:
        return row.version.key

    @admin.display(description=_("verdict"), ordering="verdict")
    def verdict_text(self, row: Evaluation) -> str:
        return row.get_verdict_display() or "–"

    @admin.display(description=_("compared with"), ordering="against__key")
    def compared_with(self, row: Evaluation) -> str:
        return row.against.key if row.against else str(_("the base model alone"))

    @admin.display(description=_("why it failed"))
    def reason(self, row: Evaluation) -> str:
        return failure_text(row.failure) or "–"


def page_of(row: Evaluation) -> dict[str, Any]:
    """What the template shows besides the fields."""
    return {
        "verdict": row.get_verdict_display(),
        "reasons": sentences(row.reasons),
        "rule_name": row.rule,
        "rule_words": rule_in_words(),
        "is_rule_older": bool(row.rule) and row.rule != decision_rule.RULE,
        "lines": [metric_line(metric) for metric in row.metrics],
        "evidence": next((metric["evidence"] for metric in row.metrics if metric.get("evidence")), None),
        "absent": [
            {"name": metric_name(one["key"]), "licence": one["licence"], "why": why_absent(one)} for one in row.absent
        ],
        "sheets": [
            (_("Candidate") if sheet["name"] == "candidate" else _("Current model"), _address(row, sheet["name"]))
            for sheet in row.sheets
        ],
        "pairs": [
            {**pair, "before": _address(row, f"{number}-before"), "after": _address(row, f"{number}-after")}
            for number, pair in enumerate(row.pairs)
        ],
        "lineage": [_model_link(version) for version in lineage_of(row.version)],
    }


def _address(row: Evaluation, name: str) -> str:
    return reverse("admin:covers_evaluation_image", args=[row.pk, name])


def lineage_of(version: ModelVersion) -> list[ModelVersion]:
    """The model, what it was trained from, and so on, at most LINEAGE_MOST."""
    found: list[ModelVersion] = []
    current: ModelVersion | None = version
    while current is not None and len(found) < LINEAGE_MOST:
        found.append(current)
        current = current.parent
    return found


def _model_link(version: ModelVersion) -> SafeString:
    address = reverse("admin:covers_modelversion_change", args=[version.pk])
    return format_html('<a href="{}">{}</a>', address, version.key)
