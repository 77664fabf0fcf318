"""Your ratings changed the model: which one, in which week, whose ratings, and the same picture before and after."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.person import Person
from albumsite.media import storage
from covers.models import Cover, Dataset, DatasetItem, Evaluation, ModelVersion
from tests.covers.learning_factories import make_willing_member
from tests.covers.weekly.rollout_factories import make_candidate, make_evaluation
from tests.factories import make_finished_request, make_rater, make_review

pytestmark = pytest.mark.django_db
ADDRESS = "/learning/"


def make_set(*covers: Cover) -> Dataset:
    number = Dataset.objects.count()
    dataset = Dataset.objects.create(
        week="2026-W48", base_key="pocket", manifest_key=f"sets/{number}.json", manifest_sha256=f"{number:064x}"
    )
    for cover in covers:
        DatasetItem.objects.create(
            dataset=dataset, role="held-out", cover=cover, owner=cover.request.owner, source_pk=cover.pk, sha256="ab" * 32,
            caption="a red cat",
        )  # fmt: skip
    return dataset


def taught(key: str, against: ModelVersion | None = None, **changes: Any) -> tuple[ModelVersion, Evaluation]:
    """Compared, with pictures of four pairs; the second one is of somebody's request."""
    version = make_candidate(key, **changes)
    pairs = []
    for place, prompt in enumerate(("a cat", "", "a red boat", "a tree")):
        keys = {side: f"learning/evaluations/{key}/{place}-{side}.webp" for side in ("before", "after")}
        storage.save_all(storage.private(), {name: f"{key} {place} {side}".encode() for side, name in keys.items()})
        pairs.append({"name": f"p-{place}", "prompt": prompt, "seed": 7, **keys})
    return version, make_evaluation(version, against=against, pairs=pairs)


def words(client: Client) -> str:
    return " ".join(client.get(ADDRESS).content.decode().split())


def test_before_any_model_was_taught_the_page_says_so_in_plain_words(client):
    taught("waiting")  # nobody has promoted it
    page = words(client)
    assert "No model has been taught with ratings yet" in page
    assert "waiting" not in page


def test_it_tells_week_version_and_ratings_with_ones_own_among_them(client):
    member, other = make_willing_member(is_verified=True), make_willing_member(is_verified=True)
    mine, theirs = (make_finished_request(Person(user=one)).covers.get() for one in (member, other))
    for cover in (mine, theirs):
        make_review(cover, Person(user=other))
    make_review(mine, Person(user=member))
    version, _evaluation = taught("pocket-2026-w48", dataset=make_set(mine, theirs))
    make_review(theirs, make_rater())  # too late for the set
    call_command("promote_model", version.key)
    make_finished_request(learned_version=version)
    page = words(client)
    assert "Week 48, 2026" in page
    assert "Draws now" in page
    assert "2 covers</dd>" in page
    assert '<strong class="number">3</strong></dd>' in page  # ratings of all; a visitor has none of their own
    assert "<dd>1 cover</dd>" in page
    client.force_login(member, backend="django.contrib.auth.backends.ModelBackend")
    page = words(client)
    assert "1 of them by you" in page
    assert "1 of them yours" in page
    assert f"{reverse('covers:my_page')}#learning" in page


def test_a_model_that_was_rolled_back_is_told_with_its_time(client):
    first, _evaluation = taught("first", week="2026-W47")
    call_command("promote_model", "first")
    taught("second", against=first)
    call_command("promote_model", "second")
    call_command("rollback_model")
    page = words(client)
    assert page.index("Week 47, 2026") < page.index("Draws now") < page.index("Week 48, 2026") < page.index("Drew from")


def test_the_pictures_before_and_after_open_for_anybody_once_the_model_was_promoted(client):
    _version, evaluation = taught("first")
    address = reverse("covers:learning_picture", args=[evaluation.pk, 1, "after"])
    assert client.get(address).status_code == 404
    call_command("promote_model", "first")
    answer = client.get(address)
    assert (answer.content, answer["Content-Type"]) == (b"first 2 after", "image/webp")
    page = words(client)
    assert page.count(str(evaluation.pk)) == 6  # three pairs: the one of somebody's request is not among them
    assert "Before: a red boat" in page
    for place, side in ((3, "after"), (0, "other"), (0, "seed")):
        assert client.get(reverse("covers:learning_picture", args=[evaluation.pk, place, side])).status_code == 404
    assert client.get(reverse("covers:learning_picture", args=[uuid.uuid4(), 0, "after"])).status_code == 404
    call_command("rollback_model")
    assert client.get(address).status_code == 200  # it has drawn; that stays told


def test_the_page_asks_the_database_as_often_for_many_models_as_for_one(client, django_assert_max_num_queries):
    version: ModelVersion | None = None
    for number in range(4):
        version, _evaluation = taught(f"model-{number}", against=version)
        call_command("promote_model", version.key)
        if number == 0:
            client.get(ADDRESS)
    with django_assert_max_num_queries(6):
        client.get(ADDRESS)
