"""The bandit on the site: what a review teaches, what a deletion takes back, what a recount finds, what staff see."""

from __future__ import annotations

import random
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.person import Person
from covers.bandit import learning
from covers.bandit.arm_summary import all_arms
from covers.bandit.learning import recount
from covers.bandit.policy import reward_of
from covers.errors import AlreadyReviewed
from covers.models import Cover, PromptArm, Review
from covers.services.people import hand_over
from covers.services.publishing import hide_cover
from tests.covers.bandit.bandit_rows import counts, rated_cover, somebody
from tests.factories import make_cover, make_finished_request, make_member, make_rater, make_review
from tests.waiting import at_once

pytestmark = pytest.mark.django_db


def test_a_review_counts_for_the_style_and_the_phrasing_of_its_engine_and_genre():
    cover = rated_cover("riso", "window", engine="sdxl")
    review = make_review(cover, somebody(), half_stars=10)
    make_review(cover, somebody(), half_stars=4)
    assert review.is_counted
    expected = (2, round(1 + reward_of(4), 6))
    assert counts() == {
        ("sdxl", "indie", "style", "riso"): expected,
        ("sdxl", "indie", "phrasing", "window"): expected,
    }


def test_a_second_review_by_the_same_person_counts_nothing():
    cover, person = rated_cover(), somebody()
    make_review(cover, person, half_stars=10)
    with pytest.raises(AlreadyReviewed):
        make_review(cover, person, half_stars=1)
    assert counts() == {("poster", "indie", "style", "riso"): (1, 1.0)}


def test_a_cover_of_before_the_bandit_teaches_nothing():
    review = make_review(make_finished_request().covers.get(), somebody())
    assert not review.is_counted
    assert counts() == {}


def test_one_person_teaches_only_so_much_in_a_week(monkeypatch):
    monkeypatch.setattr(learning, "COUNTED_MOST", 2)
    person, row = somebody(), make_finished_request(count=3, genre="indie")
    row.covers.update(style_arm="riso")
    reviews = [make_review(cover, person, half_stars=10) for cover in row.covers.all()]
    assert [review.is_counted for review in reviews] == [True, True, False]
    reviews[2].delete()  # was never counted, so nothing is taken back
    assert counts() == {("poster", "indie", "style", "riso"): (2, 2.0)}
    Review.objects.update(created_at=timezone.now() - timedelta(days=8))
    assert make_review(rated_cover(), person, half_stars=1).is_counted


def test_a_deleted_review_is_taken_back(client: Client):
    cover = rated_cover("riso", "window", engine="sdxl")
    Cover.objects.update(visibility="public", wish="public")  # what is private is not for staff
    gone, stays = make_review(cover, somebody(), half_stars=2), make_review(cover, somebody(), half_stars=10)
    client.force_login(User.objects.create_superuser("root@example.com", "correct horse 7"))
    client.post(reverse("admin:covers_review_delete", args=[gone.pk]), {"post": "yes"})
    assert Review.objects.get() == stays
    assert set(counts().values()) == {(1, 1.0)}
    data = {"action": "delete_selected", "_selected_action": [str(stays.pk)], "post": "yes"}
    client.post(reverse("admin:covers_review_changelist"), data)
    assert not Review.objects.exists()
    assert counts() == {}
    assert PromptArm.objects.count() == 2


def test_reviews_that_go_with_their_request_or_their_author_are_taken_back():
    author, cover, other = make_member(), rated_cover("riso"), rated_cover("lines")
    make_review(cover, Person(user=author))
    make_review(other, Person(user=author))
    make_review(other, somebody(), half_stars=10)
    cover.request.delete()
    assert set(counts()) == {("poster", "indie", "style", "lines")}
    author.delete()
    assert counts() == {("poster", "indie", "style", "lines"): (1, 1.0)}


def test_a_review_that_is_dropped_when_a_visitor_signs_in_is_taken_back():
    visitor, member, cover = Person(visitor=uuid.uuid4()), make_rater(), rated_cover()
    make_review(cover, visitor, half_stars=1)
    make_review(cover, member, half_stars=10)
    hand_over(visitor=visitor, member=member)
    assert counts() == {("poster", "indie", "style", "riso"): (1, 1.0)}


def test_a_hidden_cover_has_taught_what_it_has_taught():
    cover = rated_cover()
    make_review(cover, somebody())
    hide_cover(cover=cover)
    assert [number for number, _total in counts().values()] == [1]


@pytest.mark.django_db(transaction=True)
def test_reviews_at_once_all_count_and_deletions_at_once_are_all_taken_back():
    row = make_finished_request(count=4, engine="sdxl", genre="indie")
    for cover, (style, phrasing) in zip(
        row.covers.all(), (("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")), strict=True
    ):
        Cover.objects.filter(pk=cover.pk).update(style_arm=style, phrasing_arm=phrasing)
    covers = list(row.covers.all())

    reviews = at_once(*[lambda cover=cover: make_review(cover, somebody(), half_stars=10) for cover in covers * 2])
    assert len(reviews) == 8
    assert set(counts().values()) == {(4, 4.0)}
    assert len(counts()) == 4
    works = [lambda: Review.objects.filter(pk__in=[review.pk for review in reviews[:4]]).delete() for _ in range(2)]
    at_once(*works, lambda: make_review(covers[0], somebody(), half_stars=10), recount)
    running = counts()
    assert (
        sum(number for (_, _, kind, _), (number, _) in running.items() if kind == "style")
        == Review.objects.count()
        == 5
    )
    assert recount() == 0
    assert counts() == running


# --- counting anew ----------------------------------------------------------------------------------------------


def test_a_recount_finds_what_was_counted_and_mends_what_was_not():
    rng = random.Random(1)
    covers = [rated_cover(style, phrasing, "sdxl") for style in ("riso", "lines") for phrasing in ("window", "")]
    reviews = [make_review(rng.choice(covers), somebody(), half_stars=rng.randint(1, 10)) for _ in range(30)]
    reviews[3].delete()
    running = counts()
    assert recount() == 0
    assert counts() == running
    PromptArm.objects.filter(arm="riso").update(reviews=77, reward_sum=0)
    PromptArm.objects.filter(arm="lines").delete()
    assert recount() == 2
    assert counts() == running
    assert recount() == 0


def test_a_recount_forgets_what_is_older_than_its_weeks_and_its_deletion_takes_nothing_away(settings):
    settings.PROMPT_BANDIT_WEEKS = 4
    cover, other = rated_cover("riso"), rated_cover("lines")
    old, new = make_review(cover, somebody(), half_stars=1), make_review(cover, somebody(), half_stars=10)
    only_old = make_review(other, somebody(), half_stars=9)
    Review.objects.filter(pk__in=[old.pk, only_old.pk]).update(created_at=timezone.now() - timedelta(weeks=5))
    assert recount() == 2
    assert counts() == {("poster", "indie", "style", "riso"): (1, 1.0)}
    old.delete()
    only_old.delete()
    assert counts() == {("poster", "indie", "style", "riso"): (1, 1.0)}
    new.delete()
    assert counts() == {}


def test_a_recount_that_dies_leaves_the_old_counts(monkeypatch):
    make_review(rated_cover(), somebody(), half_stars=10)
    before = counts()

    def die(*_args: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(PromptArm.objects, "bulk_create", die)
    with pytest.raises(KeyboardInterrupt):
        recount()
    assert counts() == before


def test_the_command_counts_and_shows(capsys):
    cover = rated_cover()
    make_review(cover, somebody(), half_stars=10)
    PromptArm.objects.all().delete()
    call_command("recount_arms", "--show")
    assert PromptArm.objects.count() == 0
    call_command("recount_arms")
    said = capsys.readouterr().out
    assert "1 arms had other counts" in said
    assert "riso" in said
    assert "5.00" in said


# --- what is shown ----------------------------------------------------------------------------------------------


def test_the_summary_has_means_intervals_and_shares_of_pictures():
    cover = rated_cover("riso")
    make_review(cover, somebody(), half_stars=10)
    make_review(cover, somebody(), half_stars=6)
    for style in ("lines", "lines", "lines"):
        rated_cover(style)
    make_cover(
        make_finished_request(count=1, genre="indie"), position=1
    )  # nobody chose its style: it counts for no share
    Cover.objects.filter(pk=rated_cover("swiss").pk).update(created_at=timezone.now() - timedelta(days=40))
    best, drawn = all_arms()
    assert (best.engine, best.genre, best.kind, best.arm, best.reviews) == ("poster", "indie", "style", "riso", 2)
    assert best.mean == pytest.approx(4.0)
    assert best.low < 4.0 < best.high
    assert best.share == pytest.approx(0.25)
    assert (drawn.arm, drawn.reviews, drawn.mean, drawn.share) == ("lines", 0, None, pytest.approx(0.75))


def test_staff_see_the_arms_and_choose_a_genre_and_change_nothing(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
):
    client.force_login(User.objects.create_superuser("root@example.com", "correct horse 7"))
    make_review(rated_cover("riso"), somebody(), half_stars=10)
    make_review(rated_cover("lines", genre="trot"), somebody(), half_stars=5)
    address = reverse("admin:covers_promptarm_changelist")
    with django_assert_max_num_queries(12):
        page = client.get(address).content.decode()
    assert "5.00 (" in page
    assert "100%" in page
    assert "lines" not in client.get(address, {"genre": "indie"}).content.decode().split("result_list")[1]
    row = PromptArm.objects.get(arm="riso")
    change = reverse("admin:covers_promptarm_change", args=[row.pk])
    assert client.get(change).status_code == 200
    assert client.post(change, {"reviews": "9"}).status_code == 403
    assert client.get(reverse("admin:covers_promptarm_add")).status_code == 403
