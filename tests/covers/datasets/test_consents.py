"""Whether the site may learn from a member's covers: what they are asked, what is recorded, and taking it back."""

from __future__ import annotations

import hashlib
import html
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from covers.datasets.consents import VERSION, statement
from covers.models import DatasetItem, TrainingConsent
from tests.covers.datasets.dataset_factories import make_drawn_request, make_good_cover, make_set
from tests.covers.learning_factories import make_weekly_model

pytestmark = pytest.mark.django_db
YES, NO = "Yes, learn from my covers", "Take it back"


@pytest.fixture
def browser(client: Client, member: User) -> Client:
    client.force_login(member, backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["django_language"] = "en"
    return client


def say_yes(browser: Client, language: str = "en", **changes: Any) -> Any:
    form = {"language": language, "text_sha256": statement(language).sha256, **changes}
    return browser.post(reverse("covers:consent"), form)


def my_page(browser: Client) -> str:
    return browser.get("/me/").content.decode()


def test_nothing_is_learnt_from_a_member_who_was_never_asked(browser, member):
    assert YES in my_page(browser)
    assert NO not in my_page(browser)
    make_good_cover(member)
    assert make_set().counts["train"] == 0


def test_a_yes_is_recorded_with_the_very_text_that_was_read(browser, member):
    shown = html.unescape(my_page(browser))
    said = statement("en")
    assert all(text in shown for text in (said.title, *said.points))
    response = say_yes(browser)
    assert (response.status_code, response["Location"]) == (302, "/me/#learning")
    consent = TrainingConsent.objects.get()
    text = "\n".join((said.title, *said.points))
    assert consent.text_sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert (consent.owner, consent.version, consent.language) == (member, VERSION, "en")
    assert consent.given_at is not None
    assert consent.withdrawn_at is None
    assert NO in my_page(browser)
    assert YES not in my_page(browser)


def test_a_second_click_changes_nothing(browser):
    say_yes(browser)
    say_yes(browser)
    assert TrainingConsent.objects.count() == 1


@pytest.mark.parametrize("changes", [{"text_sha256": "0" * 64}, {"language": "xx"}, {"text_sha256": ""}])
def test_a_text_that_is_not_the_sites_is_agreed_to_by_nobody(browser, changes):
    response = say_yes(browser, **changes)
    assert response.status_code == 409
    assert "read it again" in response.content.decode()
    assert not TrainingConsent.objects.exists()


def test_a_visitor_is_sent_to_sign_in(client):
    for name in ("covers:consent", "covers:withdraw_consent"):
        assert client.post(reverse(name))["Location"].startswith("/accounts/login/")
    assert not TrainingConsent.objects.exists()


def test_taking_it_back_counts_at_once_and_stays_on_record(browser, member):
    say_yes(browser)
    make_good_cover(member)
    assert make_set().counts["train"] == 1
    assert browser.post(reverse("covers:withdraw_consent")).status_code == 302
    assert TrainingConsent.objects.get().withdrawn_at is not None
    assert make_set().counts["train"] == 0
    assert YES in my_page(browser)
    say_yes(browser)
    assert [row.withdrawn_at is None for row in TrainingConsent.objects.order_by("given_at", "id")] == [False, True]
    assert make_set().counts["train"] == 1


def test_the_page_names_the_models_that_saw_the_covers_and_those_trained_from_them(browser, member):
    say_yes(browser)
    assert "No model has seen your covers so far" in my_page(browser)
    make_good_cover(member)
    first = make_weekly_model("pocket-2026-w40", dataset=make_set())
    make_weekly_model("pocket-2026-w41", parent=first, week="2026-W41")
    make_weekly_model("pocket-2026-w42")
    browser.post(reverse("covers:withdraw_consent"))
    page = my_page(browser)
    assert "not used for any new set" in page
    assert "pocket-2026-w40" in page
    assert "pocket-2026-w41" in page
    assert "pocket-2026-w42" not in page


def test_what_a_member_took_back_is_not_another_members(browser, member):
    say_yes(browser)
    mine, other = make_good_cover(member), make_good_cover()
    browser.post(reverse("covers:withdraw_consent"))
    make_set()
    assert list(DatasetItem.objects.values_list("source_pk", flat=True)) == [other.pk]
    assert mine.pk != other.pk


def test_the_review_form_asks_the_maker_who_has_never_answered(browser, member):
    cover = make_drawn_request(member, engine="poster").covers.get()
    asks = "May this site learn from covers"
    assert asks in browser.get(cover.get_absolute_url()).content.decode()
    say_yes(browser)
    browser.post(reverse("covers:withdraw_consent"))
    assert asks not in browser.get(cover.get_absolute_url()).content.decode()


def test_a_closed_account_leaves_the_proof_and_no_covers(member, browser):
    say_yes(browser)
    make_good_cover(member)
    assert make_set().counts["train"] == 1
    member.delete()
    assert DatasetItem.objects.get().owner is None
    assert TrainingConsent.objects.get().owner is None
    assert make_set().counts["train"] == 0
