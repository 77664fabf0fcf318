"""What a visitor made becomes theirs when they sign in, and nobody else's."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.person import Person
from accounts.signals import visitor_became_member
from covers.models import Cover, CoverRequest, Download, Review
from covers.services.favourites import record_download
from tests.accounts.test_sign_in import PASSWORD, sign_in, sign_up
from tests.factories import make_cover, make_finished_request, make_member, make_rater, make_request, make_review

pytestmark = pytest.mark.django_db


def test_requests_and_reviews_move_on_sign_in(visitor: Person, browser_of: Any) -> None:
    made, other = make_finished_request(visitor), make_cover()
    review = make_review(other, visitor)
    user = make_member()
    sign_in(browser_of(visitor), user.email)
    made.refresh_from_db()
    review.refresh_from_db()
    assert (made.owner, made.visitor, review.owner, review.visitor) == (user, None, user, None)


def test_what_somebody_else_made_said_or_took_stays_theirs(visitor: Person, browser_of: Any) -> None:
    neighbour, member = Person(visitor=uuid.uuid4()), Person(user=make_member())
    for other in (neighbour, member):
        made = make_finished_request(other)
        make_review(make_cover(), other)
        record_download(cover=made.covers.get(), person=other, file=Download.File.MASTER)
    record_download(cover=make_cover(), person=visitor, file=Download.File.MASTER)
    user = make_member()
    sign_in(browser_of(visitor), user.email)
    for model in (CoverRequest, Review, Download):
        for other in (neighbour, member):
            assert model.objects.filter(other.owns()).exists(), model
    assert Download.objects.filter(owner=user).count() == 1


def test_they_move_on_sign_up(visitor: Person, browser_of: Any) -> None:
    made = make_request(visitor)
    sign_up(browser_of(visitor))
    made.refresh_from_db()
    assert made.owner == User.objects.get()


def test_the_page_of_a_request_opens_before_and_after(visitor: Person, browser_of: Any) -> None:
    made, client, user = make_finished_request(visitor), browser_of(visitor), make_member()
    assert client.get(made.get_absolute_url()).status_code == 200
    sign_in(client, user.email)
    assert client.get(made.get_absolute_url()).status_code == 200


def test_nothing_moves_when_the_password_is_wrong(visitor: Person, browser_of: Any) -> None:
    made, user = make_request(visitor), make_member()
    client = browser_of(visitor)
    sign_in(client, user.email, "wrong")
    made.refresh_from_db()
    assert made.visitor == visitor.visitor
    assert client.get(made.get_absolute_url()).status_code == 200


def test_a_second_review_of_the_same_cover_is_dropped_and_the_rating_counted_again(
    visitor: Person, browser_of: Any
) -> None:
    cover, user = make_cover(), make_member(is_verified=True)
    kept = make_review(cover, Person(user=user), half_stars=10)
    make_review(cover, visitor, half_stars=2)
    make_review(cover, make_rater(), half_stars=6)
    sign_in(browser_of(visitor), user.email)
    cover.refresh_from_db()
    assert (cover.rating_sum, cover.rating_count) == (16, 2)
    assert list(Review.objects.filter(owner=user)) == [kept]


def test_a_second_browser_hands_over_too() -> None:
    user = make_member()
    for _ in range(2):
        visitor, client = Person(visitor=uuid.uuid4()), Client()
        session = client.session
        session["visitor"] = str(visitor.visitor)
        session.save()
        make_request(visitor)
        sign_in(client, user.email)
    assert CoverRequest.objects.filter(owner=user).count() == 2


def test_visiting_again_after_signing_out_hands_over_at_the_next_sign_in(client: Client) -> None:
    user = make_member()
    song = {"title": "Fighting", "artist": "KJY", "count": 1}
    for _ in range(2):
        assert client.post(reverse("covers:create"), song).status_code == 302
        sign_in(client, user.email)
        client.post(reverse("account_logout"))
    assert CoverRequest.objects.filter(owner=user).count() == 2


def test_a_shared_browser_shows_the_next_person_nothing(client: Client) -> None:
    first, second = make_member(), make_member()
    client.post(reverse("covers:create"), {"title": "Secret", "artist": "KJY", "count": 1})
    made = CoverRequest.objects.get()
    sign_in(client, first.email)
    client.post(reverse("account_logout"))
    assert client.get(made.get_absolute_url()).status_code == 404
    sign_in(client, second.email)
    assert client.get(made.get_absolute_url()).status_code == 404
    made.refresh_from_db()
    assert made.owner == first
    assert "Secret" not in client.get(reverse("covers:my_page")).content.decode()


def test_addresses_opened_by_key_stay_open_after_sign_in_and_close_with_sign_out(client: Client) -> None:
    shared, user = make_finished_request(), make_member()
    client.get(shared.get_secret_url())
    sign_in(client, user.email)
    assert client.get(shared.get_absolute_url()).status_code == 200
    client.post(reverse("account_logout"))
    assert client.get(shared.get_absolute_url()).status_code == 404


def test_opening_by_key_gives_nothing_away_at_sign_in(client: Client) -> None:
    owner = make_member()
    shared = make_finished_request(Person(user=owner))
    client.get(shared.get_secret_url())
    sign_up(client)
    shared.refresh_from_db()
    assert shared.owner == owner


def test_a_failing_hand_over_keeps_nobody_out_and_is_tried_again(visitor: Person, browser_of: Any) -> None:
    made, user, client = make_request(visitor), make_member(), browser_of(visitor)

    def fail(**_: Any) -> None:
        raise RuntimeError("a bad day")

    visitor_became_member.connect(fail)
    try:
        sign_in(client, user.email)
    finally:
        visitor_became_member.disconnect(fail)
    assert client.session["_auth_user_id"] == str(user.pk)
    assert client.session["visitor"] == str(visitor.visitor)
    made.refresh_from_db()
    assert made.owner == user


def test_what_a_member_makes_in_the_request_that_signs_them_in_is_theirs(client: Client) -> None:
    user = make_member()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    client.post(reverse("covers:create"), {"title": "Mine", "artist": "KJY", "count": 1})
    assert CoverRequest.objects.get().owner == user
    assert Cover.objects.count() == 0
