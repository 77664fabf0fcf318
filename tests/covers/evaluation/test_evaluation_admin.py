"""The page of a comparison, for staff."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from albumsite.media import storage
from covers.evaluation.decision_rule import RULE
from covers.models import Evaluation
from tests.covers.evaluation.comparing import make_weekly
from tests.factories import make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(tmp_path: Path) -> Evaluation:
    """A comparison that is done, as `evaluation.work` leaves it."""
    file = tmp_path / "adapter.safetensors"
    file.write_bytes(b"weights")
    parent = make_weekly(file, "pocket-2026-w46", state="active")
    version = make_weekly(file, parent=parent)
    metric: dict[str, Any] = {
        "key": "colours", "name": "chance of the colours asked for", "unit": "share", "licence": "project's own",
        "source": "covers/engine", "note": "A note.", "is_higher_better": True, "margin": 0.08, "count": 40,
        "candidate": [0.5, 0.4, 0.6], "current": [0.9, 0.8, 0.95], "difference": [-0.4, -0.5, -0.3],
    }  # fmt: skip
    liked = metric | {
        "key": "preference", "margin": None, "unit": "half stars",
        "evidence": {"held_out": 31, "agreement": 0.8, "agreement_low": 0.7},
    }  # fmt: skip
    evaluation = Evaluation.objects.create(
        version=version, against=parent, base_key="pocket", prompt_set="pocket-1@abc", seed=1, state="done",
        verdict="worse", rule=RULE, finished_at=timezone.now(), metrics=[metric, liked],
        absent=[{"key": "clip", "name": "CLIP", "reason": "no-weights", "detail": "EVALUATION_CLIP", "licence": "MIT"}],
        reasons=[{"id": "worse", "metric": "colours", "difference": -0.4, "low": -0.5, "high": -0.3, "limit": 0.08}],
    )  # fmt: skip
    names = {name: f"{evaluation.prefix}t-{name}.webp" for name in ("candidate", "current", "0-before", "0-after")}
    storage.save_all(storage.private(), {key: f"RIFF {name}".encode() for name, key in names.items()})
    evaluation.sheets = [{"name": by, "key": names[by]} for by in ("candidate", "current")]
    pair = {"name": "free-heart-0", "prompt": "a heart in colour", "seed": "5"}
    evaluation.pairs = [pair | {"before": names["0-before"], "after": names["0-after"]}]
    evaluation.save()
    return evaluation


def page(client: Client, row: Evaluation) -> str:
    response = client.get(reverse("admin:covers_evaluation_change", args=[row.pk]), headers={"accept-language": "en"})
    assert response.status_code == 200
    return response.content.decode()


def picture(client: Client, row: Evaluation, name: str) -> Any:
    return client.get(reverse("admin:covers_evaluation_image", args=[row.pk, name]))


def test_the_page_tells_verdict_reasons_rule_metrics_and_what_is_absent(operator: Client, row: Evaluation) -> None:
    text = page(operator, row)
    for said in (
        "evaluation__verdict--worse", "Colours as asked: clearly worse, by −0.4 (interval −0.5 to −0.3)",
        f"The rule ({RULE})", "0.5 (0.4 to 0.6)", "−0.4 (−0.5 to −0.3)", "project&#x27;s own", "A note.",
        "31 held-out reviewed covers", "CLIP score: Its weights are not here; EVALUATION_CLIP says where they lie.", "(MIT)",
        "a heart in colour", "pocket-2026-w46</a>",
    ):  # fmt: skip
        assert said in text
    assert reverse("admin:covers_modelversion_change", args=[row.version_id]) in text


def test_the_page_of_a_comparison_that_waits_says_so(operator: Client, row: Evaluation) -> None:
    waiting = Evaluation.objects.create(version=row.version, base_key="pocket", prompt_set="pocket-1@abc", seed=2)
    assert "There is no verdict yet." in page(operator, waiting)
    assert "pocket-2026-w47" in operator.get(reverse("admin:covers_evaluation_changelist")).content.decode()


def test_an_older_rule_is_told_apart_from_todays_words(operator: Client, row: Evaluation) -> None:
    assert "The rule has changed since" not in page(operator, row)
    Evaluation.objects.filter(pk=row.pk).update(rule="2020-1")
    assert "The rule has changed since" in page(operator, row)


@pytest.mark.parametrize("name", ["candidate", "current", "0-before", "0-after"])
def test_staff_see_each_picture_through_the_page(operator: Client, row: Evaluation, name: str) -> None:
    response = picture(operator, row, name)
    assert response.content == f"RIFF {name}".encode()
    assert response["Content-Type"] == "image/webp"


@pytest.mark.parametrize("name", ["1-before", "999-after", "0-seed", "prompt", "..", "candidate.webp"])
def test_there_is_no_other_picture(operator: Client, row: Evaluation, name: str) -> None:
    assert picture(operator, row, name).status_code == 404


def test_pictures_are_for_staff_who_may_see_comparisons(client: Client, row: Evaluation) -> None:
    staff = make_member(is_staff=True)
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    assert picture(client, row, "candidate").status_code == 403
    staff.user_permissions.add(Permission.objects.get(codename="view_evaluation"))
    assert picture(client, row, "candidate").status_code == 200
    client.logout()
    assert picture(client, row, "candidate").status_code == 302


def test_nobody_edits_or_deletes_a_verdict(operator: Client, row: Evaluation) -> None:
    for name in ("covers_evaluation_add", "covers_evaluation_delete"):
        arguments = [] if name.endswith("add") else [row.pk]
        assert operator.post(reverse(f"admin:{name}", args=arguments), {"post": "yes"}).status_code == 403
    assert Evaluation.objects.get().verdict == "worse"


@pytest.mark.django_db(transaction=True)
def test_a_comparison_that_is_deleted_takes_its_pictures_with_it(row: Evaluation) -> None:
    assert storage.names_below(storage.private(), row.prefix)
    row.delete()
    assert storage.names_below(storage.private(), row.prefix) == []
