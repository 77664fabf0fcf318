"""Whose stars count: the attack on a cover's rating, on the wall and on what is learnt, and honest people beside it."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.person import Person
from accounts.signals import verification_changed
from covers.bandit.learning import recount
from covers.models import Cover, CoverRequest, PromptArm, Review
from covers.services import reviews
from tests.factories import make_cover, make_finished_request, make_member, make_rater, make_review
from tests.waiting import at_once

pytestmark = pytest.mark.django_db(transaction=True)

HOME, ELSEWHERE = "a" * 64, "b" * 64


def from_network(network: str, **extra: Any) -> Person:
    return Person(user=make_member(is_verified=True, **extra), network=network)


def stars_of(cover: Cover) -> tuple[int, int]:
    cover.refresh_from_db()
    return cover.rating_count, cover.rating_sum


def taught() -> int:
    return sum(PromptArm.objects.values_list("reviews", flat=True))


@pytest.fixture
def loved() -> Cover:
    """A stranger's cover on the wall with two five-star reviews, drawn by an arm that learns."""
    cover = make_cover(
        make_finished_request(genre="indie", count=2), 2, style_arm="riso", visibility="public", wish="public"
    )
    for network in (HOME, ELSEWHERE):
        make_review(cover, from_network(network), half_stars=10)
    assert stars_of(cover) == (2, 20)
    return cover


def test_a_hundred_and_twenty_visitors_change_nothing(loved, client):
    score, learnt = loved.rating_score, taught()
    for number in range(120):
        reviews.add_review(
            cover=loved, author=Person(visitor=uuid.uuid4(), network=f"{number % 7}" * 64), half_stars=1, comment="bad"
        )
    assert stars_of(loved) == (2, 20)
    assert (loved.rating_score, taught()) == (score, learnt)
    assert "5.0" in client.get(loved.get_absolute_url()).content.decode()


def test_unverified_members_change_nothing_until_they_have_proven_their_address(loved):
    member = make_member(is_verified=False)
    review = make_review(loved, Person(user=member), half_stars=1)
    assert (review.standing, stars_of(loved)) == ("unverified", (2, 20))
    EmailAddress.objects.filter(user=member).update(verified=True)
    verification_changed.send(sender=User, user=member)
    assert (stars_of(loved), taught()) == ((3, 21), 3)


@pytest.mark.parametrize("provider", ["kakao", "google"])
def test_a_linked_account_is_proof(loved, provider):
    member = make_member(is_verified=False)
    SocialAccount.objects.create(user=member, provider=provider, uid="1")
    assert make_review(loved, Person(user=member)).standing == "counts"


def test_who_takes_the_proof_away_counts_no_more(loved):
    member = make_member(is_verified=True)
    make_review(loved, Person(user=member), half_stars=2)
    assert (stars_of(loved), taught()) == ((3, 22), 3)
    EmailAddress.objects.filter(user=member).delete()
    verification_changed.send(sender=User, user=member)
    assert (stars_of(loved), taught()) == ((2, 20), 2)


def test_a_bought_batch_of_accounts_waits_and_so_do_those_of_it_that_were_first(loved):
    others = [make_cover(visibility="public", wish="public") for _ in range(12)]
    for cover in others:  # one each, so that no cover has many from there
        make_review(cover, from_network("c" * 64), half_stars=1)
    last = make_review(loved, from_network("c" * 64), half_stars=1)
    assert last.standing == "waiting"
    assert stars_of(loved) == (2, 20)
    assert not Review.objects.filter(network="c" * 64, standing="counts").exists()


def test_more_of_one_cover_than_a_household_waits(loved):
    for _ in range(reviews.NETWORK_RATERS_PER_COVER):
        assert make_review(loved, from_network("d" * 64), half_stars=1).standing == "counts"
    assert make_review(loved, from_network("d" * 64), half_stars=1).standing == "waiting"
    assert stars_of(loved) == (2, 20), "those that came before it wait as well"
    assert taught() == 2


def test_who_rates_two_covers_is_no_neighbour_of_their_own(loved, monkeypatch):
    monkeypatch.setattr(reviews, "NETWORK_RATERS_PER_HOUR", 3)
    regular = from_network("d" * 64)
    for author in (regular, from_network("d" * 64), from_network("d" * 64)):
        make_review(make_cover(), author)
    assert make_review(loved, regular).standing == "counts"
    make_review(make_cover(), from_network("d" * 64))
    assert Review.objects.get(cover=loved, owner=regular.user).standing == "waiting"


def test_a_burst_at_the_same_moment_slips_through_no_gap(loved):
    people = [from_network("e" * 64) for _ in range(8)]
    at_once(*[lambda person=person: make_review(loved, person, half_stars=1) for person in people])
    assert Review.objects.filter(network="e" * 64).count() == 8
    assert stars_of(loved) == (2, 20)


def test_one_person_who_rates_everything_waits(monkeypatch):
    monkeypatch.setattr(reviews, "MEMBER_REVIEWS_PER_HOUR", 4)
    busy = make_rater()
    standings = [make_review(make_cover(), busy).standing for _ in range(5)]
    assert standings == ["counts"] * 4 + ["waiting"]
    assert Review.objects.filter(standing="counts").count() == 0


def test_whose_stars_do_not_count_make_no_burst_for_those_whose_do(loved):
    for number in range(12):
        person = Person(user=make_member(is_verified=False)) if number % 2 else Person(visitor=uuid.uuid4())
        make_review(loved, replace(person, network="f" * 64), half_stars=1)
    assert make_review(loved, from_network("f" * 64)).standing == "counts"


def test_a_score_lies_among_the_stars_and_one_rave_is_less_than_ten_good_ones():
    good, rave, panned = (make_cover() for _ in range(3))
    for cover, stars, count in ((good, 9, 10), (rave, 10, 1), (panned, 1, 1)):
        for _ in range(count):
            make_review(cover, make_rater(), half_stars=stars)
        cover.refresh_from_db()
        assert min(stars, 6) <= cover.rating_score <= max(stars, 6)
    assert panned.rating_score < rave.rating_score < good.rating_score


def test_many_people_in_one_hour_are_no_burst_of_one(monkeypatch):
    monkeypatch.setattr(reviews, "MEMBER_REVIEWS_PER_HOUR", 4)
    assert {make_review(make_cover(), make_rater()).standing for _ in range(6)} == {"counts"}


def test_a_maker_may_rate_all_their_own(monkeypatch):
    monkeypatch.setattr(reviews, "MEMBER_REVIEWS_PER_HOUR", 4)
    maker = make_rater()
    covers = list(make_finished_request(maker, count=8).covers.all())
    assert {make_review(cover, maker).standing for cover in covers} == {"counts"}


def test_a_moderator_lets_a_burst_count_and_later_ones_do_not_take_that_back(loved):
    crowd = [make_review(loved, from_network("f" * 64), half_stars=8) for _ in range(5)]
    assert stars_of(loved) == (2, 20)
    assert reviews.clear_reviews(Review.objects.filter(network="f" * 64)) == 5
    assert stars_of(loved) == (7, 60)
    make_review(loved, from_network("f" * 64), half_stars=8)
    assert stars_of(loved) == (8, 68)
    assert taught() == 8
    assert len(crowd) == 5


def test_makers_stars_teach_and_lift_nothing():
    maker = make_rater()
    cover = make_cover(make_finished_request(maker, genre="indie"), 1, style_arm="riso")
    before = cover.rating_score
    make_review(cover, maker, half_stars=10)
    assert stars_of(cover) == (0, 0)
    assert cover.rating_score in (before, 6.0)
    assert taught() == 1


def test_a_visitor_who_becomes_a_member_lifts_their_own_cover_no_more(browser_of, visitor):
    cover = make_finished_request(visitor).covers.get()
    member = make_member(is_verified=True)
    make_review(cover, Person(user=member), half_stars=10)  # while it was somebody else's
    assert stars_of(cover) == (1, 10)
    from tests.accounts.test_sign_in import sign_in

    sign_in(browser_of(visitor), member.email)
    assert CoverRequest.objects.get().owner == member
    assert stars_of(cover) == (0, 0)


def test_a_visitors_review_counts_once_they_sign_in(browser_of, visitor, loved):
    from tests.accounts.test_sign_in import sign_in

    make_review(loved, visitor, half_stars=4)
    assert stars_of(loved) == (2, 20)
    sign_in(browser_of(visitor), make_member(is_verified=True).email)
    assert stars_of(loved) == (3, 24)


def test_a_hidden_review_is_for_who_wrote_it_and_counts_no_more(loved):
    author = make_rater()
    review = make_review(loved, author, half_stars=1, comment="an insult")
    assert (stars_of(loved), taught()) == ((3, 21), 3)
    reviews.hide_reviews(Review.objects.filter(pk=review.pk))
    assert (stars_of(loved), taught()) == ((2, 20), 2)
    assert "an insult" not in Client().get(loved.get_absolute_url()).content.decode()
    browser = Client()
    browser.force_login(author.user)
    mine = browser.get(loved.get_absolute_url()).content.decode()
    assert "an insult" in mine
    assert "hidden this review" in mine
    reviews.clear_reviews(Review.objects.filter(pk=review.pk))
    assert (stars_of(loved), taught()) == ((3, 21), 3)


def test_what_counts_more_than_it_may_is_refused_by_the_database(loved):
    with pytest.raises(IntegrityError):
        Review.objects.create(cover=loved, visitor=uuid.uuid4(), half_stars=1, comment="x", standing="counts")


def test_counting_anew_gives_the_same(loved):
    make_review(loved, Person(visitor=uuid.uuid4()), half_stars=1)
    reviews.hide_reviews(Review.objects.filter(pk=make_review(loved, make_rater(), half_stars=1).pk))
    assert recount() == 0


def test_a_visitor_is_told_and_may_still_hang_up_their_own(browser_of, visitor):
    cover = make_finished_request(visitor).covers.get()
    browser = browser_of(visitor)
    form = {"half_stars": "10", "comment": "010-1234-5678 로 연락 주세요"}
    assert browser.post(reverse("covers:review", args=[cover.pk]), form).status_code == 302
    page = browser.get(cover.get_absolute_url()).content.decode()
    assert "Sign in, and they do" in page
    assert "010-1234" not in page
    assert browser.post(reverse("covers:publish", args=[cover.pk])).status_code == 302
    cover.refresh_from_db()
    assert (cover.visibility, cover.rating_count) == ("public", 0)
    assert cover.title in Client().get("/").content.decode()
