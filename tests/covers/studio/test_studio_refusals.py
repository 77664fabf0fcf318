"""The studio with bad input, other people, a store that is away and somebody who looks too often."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from accounts.person import Person
from albumsite.admission import limits
from albumsite.admission.limits import AdmissionRule
from albumsite.jobs.states import State
from albumsite.media import storage
from covers.models import Cover, Review, Visibility
from covers.object_keys import art_key
from covers.services import looks
from covers.services.publishing import publish_cover
from tests.covers.studio_pages import (
    drawn_cover,
    fields_of,
    look,
    make,
    page_of,
    send,
)
from tests.factories import make_finished_request, make_member
from tests.stand_ins import away

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    "text",
    [
        "A",
        "가",
        "ㅂ" * 200,
        "W" * 200,
        "🔥🔥🔥",
        "שלום עולם",
        "ภาษาไทย 한국어 English",
        "\u202e\u200b",
        "a\nb\nc\nd",
        "   ",
        "<b>&amp;",
    ],
)
def test_any_words_give_a_picture_or_a_sentence(browser, cover, text):
    answer = look(browser, cover, title__text=text)
    assert answer.status_code == 200, answer.content[:200]
    assert answer.json()["look"].startswith("data:image/webp")
    assert send(browser, cover, title__text=text).status_code == 302
    assert make(cover).state == State.DONE
    assert browser.get(reverse("covers:studio", args=[cover.pk])).status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title__size", "nan"), ("title__size", "1e9"), ("title__x", "inf"), ("title__voice", "comic"), ("title__colour", "reddish"),
        ("title__align", "justify"), ("title__text", "x\n" * 30), ("title__text", "x" * 4000), ("finish", "gold"), ("plate", "tiles"),
        ("title__curve", "9999"), ("plate_colour", "#12"),
    ],
)  # fmt: skip
def test_nonsense_in_a_field_is_said_and_nothing_typed_is_lost(browser, cover, field, value):
    answer = send(browser, cover, artist__text="Somebody new", **{field: value})
    assert answer.status_code == 422
    assert "field__error" in answer.content.decode()
    assert fields_of(answer.content.decode())["artist-text"] == "Somebody new"
    assert not cover.versions.exists()
    assert look(browser, cover, **{field: value}).status_code == 422


def test_words_that_the_site_refuses_are_refused_here_too(browser, cover):
    answer = send(browser, cover, title__text="sexy naked little schoolgirl, ten years old")
    assert answer.status_code == 422
    assert not cover.versions.exclude(number=1).exists()


def test_a_cover_from_before_says_how_it_opens(browser, visitor):
    cover = make_finished_request(visitor).covers.get()
    cover.layout = drawn_cover(visitor).layout
    cover.save()
    page = browser.get(reverse("covers:studio", args=[cover.pk]))
    assert page.status_code == 409
    assert "Draw the same covers again" in page.content.decode()


def test_nobody_elses(browser_of, cover):
    version = uuid.uuid4()
    member = Client()
    member.force_login(make_member())
    for stranger in (browser_of(Person(visitor=uuid.uuid4())), member):
        for name, method, args in (
            ("studio", "get", []), ("studio", "post", []), ("studio_look", "post", []), ("studio_status", "get", []),
            ("studio_face", "get", ["dot"]), ("compare", "get", []), ("show_version", "post", [version]),
            ("delete_version", "post", [version]), ("version_image", "get", [version, "160.webp"]),
        ):  # fmt: skip
            answer = getattr(stranger, method)(reverse(f"covers:{name}", args=[cover.pk, *args]))
            assert answer.status_code == 404, name


def test_a_version_of_another_cover_is_none_of_this(browser, visitor, cover):
    other = drawn_cover(visitor, title="My Bicycle")
    send(browser, other, title__text="Others")
    theirs = make(other)
    assert browser.post(reverse("covers:show_version", args=[cover.pk, theirs.pk])).status_code == 404
    assert browser.get(reverse("covers:studio", args=[cover.pk]), {"version": theirs.pk}).status_code == 404
    assert browser.get(reverse("covers:studio", args=[cover.pk]), {"version": "junk"}).status_code == 404


def test_with_the_store_away_what_was_typed_is_there_again(browser, cover, monkeypatch):
    opened = page_of(browser, cover)
    looks._kept.clear()
    lost = art_key(cover.storage_prefix)
    kept = storage.read(storage.private(), lost)
    monkeypatch.setattr(storage.private(), "open", away)
    answer = send(browser, cover, "look", opened=opened, title__text="Half a title")
    assert answer.status_code == 503
    assert fields_of(answer.content.decode())["title-text"] == "Half a title"
    assert "cannot be read just now" in answer.content.decode()
    monkeypatch.undo()
    assert storage.read(storage.private(), lost) == kept
    assert send(browser, cover, "look", opened=opened, title__text="Half a title").status_code == 200


def test_only_the_words_taken_away_is_a_change_as_well(browser, cover):
    send(browser, cover, artist__text="")
    make(cover)
    assert cover.layout["artist"] is None
    assert "Artist: hidden" in page_of(browser, cover)
    send(browser, cover, artist__text="Back again", artist__is_on="on")
    make(cover)
    assert cover.layout["artist"]["lines"] == ["Back again"]


def test_looks_have_a_bound_of_their_own(browser, cover, monkeypatch):
    """Whoever drags for a minute can still save."""
    few = AdmissionRule(((3, 60),), ((3, 60),))
    usual = limits.rules
    monkeypatch.setattr(limits, "rules", lambda: usual() | {"post": few})
    answers = [look(browser, cover).status_code for _ in range(5)]
    assert answers == [200] * 5
    assert send(browser, cover, title__text="Saved").status_code == 302
    monkeypatch.setattr(limits, "rules", lambda: usual() | {"look": few})
    assert [look(browser, cover).status_code for _ in range(5)][-1] == 429


def test_a_version_that_came_in_between_is_not_hung_unseen(browser, visitor, cover):
    Review.objects.create(cover=cover, visitor=visitor.visitor, half_stars=8, comment="Good")
    seen = Cover.objects.get(pk=cover.pk)
    send(browser, cover, title__text="Something else")
    make(cover)
    publish_cover(cover=seen)
    cover.refresh_from_db()
    assert (cover.visibility, cover.wish) == (Visibility.PRIVATE, Visibility.PRIVATE)
    publish_cover(cover=cover)
    assert Cover.objects.get(pk=cover.pk).is_public
    assert storage.exists(storage.public(), f"{cover.storage_prefix}/640.webp")


def test_what_a_moderator_has_hidden_does_not_open(browser, cover):
    Cover.objects.filter(pk=cover.pk).update(visibility=Visibility.HIDDEN)
    assert browser.get(reverse("covers:studio", args=[cover.pk])).status_code == 404
