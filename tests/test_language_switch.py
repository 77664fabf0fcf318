"""The switch of the language keeps what is being typed, on each page with a form, as a browser without JavaScript sends it."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.conf import settings as site
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.person import Person
from covers.models import ContentReport, Review
from personalize.models import Face
from tests.factories import make_finished_request, make_member, make_review

pytestmark = pytest.mark.django_db
WORDS = "구름이 <b>velvet</b> & 밤"


class Fields(HTMLParser):
    """What a browser would send of the form with that id, and its switch of the language."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self.switch: dict[str, str] = {}
        self._form, self._area = "", ""
        self.by_form: dict[str, dict[str, str]] = {}
        self.feed(page)
        self.sent = self.by_form.get(self.switch.get("form", ""), {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = given.get("id", "?")
        elif tag == "button" and given.get("name") == "in_language":
            self.switch = given
        elif tag == "textarea":
            self._area = given["name"]
            self._put(self._area, "")
        elif tag == "select":
            self._select = given["name"]
        elif tag == "option" and "selected" in given:
            self._put(self._select, given["value"])
        elif tag == "input" and (given.get("type") not in ("radio", "checkbox") or "checked" in given):
            self._put(given.get("name", ""), given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = ""
        if tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self._put(self._area, data.removeprefix("\r\n").removeprefix("\n"))

    def _put(self, name: str, value: str) -> None:
        self.by_form.setdefault(self._form, {})[name] = value


def switched(client: Client, address: str, typed: dict[str, str], page: str = "") -> tuple[str, dict[str, str]]:
    """The page after the switch to English, and what stands in its form."""
    before = Fields(page or client.get(address, headers={"accept-language": "ko"}).content.decode())
    assert before.switch["value"] == "en"
    assert "formnovalidate" in before.switch
    form = before.sent | typed | {"in_language": "en"}
    if before.switch.get("formmethod") == "post":
        answer = client.post(before.switch["formaction"], form, headers={"accept-language": "ko"})
    else:
        answer = client.get(before.switch["formaction"], form, headers={"accept-language": "ko"})
    assert answer.status_code == 200
    assert answer.headers["Content-Language"] == "en"
    assert answer.cookies[site.LANGUAGE_COOKIE_NAME].value == "en"
    after = answer.content.decode()
    assert '<html lang="en"' in after
    assert "field--wrong" not in after, "nothing was sent, so nothing is wrong"
    assert '<html lang="en"' in client.get("/", headers={"accept-language": "ko"}).content.decode(), "it stays"
    return after, Fields(after).sent


def assert_kept(found: dict[str, str], typed: dict[str, str]) -> None:
    assert {name: found.get(name, "").replace("\r\n", "\n") for name in typed} == typed


@pytest.fixture
def member(client: Client) -> User:
    user = make_member(name="하람", language="ko")
    client.force_login(user)
    return user


def test_a_review(browser_of: Any, visitor: Person) -> None:
    cover = make_finished_request(visitor).covers.get()
    typed = {"half_stars": "7", "comment": f"{WORDS}\n둘째 줄"}
    assert_kept(switched(browser_of(visitor), cover.get_absolute_url(), typed)[1], typed)
    assert not Review.objects.exists()


def test_a_review_that_was_not_taken(browser_of: Any, visitor: Person) -> None:
    client, cover = browser_of(visitor), make_finished_request(visitor).covers.get()
    page = client.post(
        reverse("covers:review", args=[cover.pk]), {"comment": "별이 없다"}, headers={"accept-language": "ko"}
    )
    assert page.status_code == 422
    assert_kept(switched(client, "", {}, page.content.decode())[1], {"comment": "별이 없다"})


def test_a_report_of_a_review(browser_of: Any, visitor: Person) -> None:
    cover = make_finished_request(visitor).covers.get()
    review = make_review(cover, Person(user=make_member()))
    typed = {"reason": ContentReport.Reason.values[0], "note": WORDS}
    address = f"{reverse('covers:report', args=[cover.pk])}?review={review.pk}"
    _page, found = switched(browser_of(visitor), address, typed)
    assert_kept(found, typed | {"review": str(review.pk)})
    assert not ContentReport.objects.exists()


def test_a_face_but_not_its_permission(client: Client, member: User) -> None:
    typed = {"name": WORDS, "class_noun": "other", "own_word": "singer"}
    _page, found = switched(client, reverse("faces:create"), typed | {"has_consented": "on"})
    assert_kept(found, typed)
    assert "has_consented" not in found, "the tick was under the words of the other language"
    assert not Face.objects.exists()


def test_my_page(client: Client, member: User) -> None:
    typed = {"name": "새 이름", "language": "en"}
    assert_kept(switched(client, reverse("covers:my_page"), typed)[1], typed)
    member.refresh_from_db()
    assert (member.name, member.language) == ("하람", "ko")


@pytest.mark.parametrize("name", ["account_signup", "account_login", "account_reset_password"])
def test_the_pages_of_the_door_but_no_password(client: Client, name: str) -> None:
    fields = {"account_login": "login"}
    typed = {fields.get(name, "email"): "kim.minji@naver.com"}
    secret = {"password": "hunter2-swordfish", "password1": "hunter2-swordfish"}
    address = f"{reverse(name)}?next={reverse('covers:my_page')}"
    page, found = switched(client, address, typed | secret)
    assert_kept(found, typed)
    assert "swordfish" not in page
    assert found["next"] == reverse("covers:my_page"), "where they were on the way to"
    assert not User.objects.exists()


def test_another_address(client: Client, member: User) -> None:
    typed = {"email": "second@example.com"}
    assert_kept(switched(client, reverse("account_email"), typed)[1], typed)
    assert not member.emailaddress_set.filter(email="second@example.com").exists()


def test_the_song_on_the_home_page(client: Client) -> None:
    typed = {"title": WORDS, "artist": "하람"}
    assert_kept(switched(client, "/", typed)[1], typed)


def test_an_address_with_a_query_keeps_it(client: Client) -> None:
    page = client.get("/learning/?week=3&x=%EB%B0%A4", headers={"accept-language": "ko"}).content.decode()
    goes_to = re.search(r'name="next" value="([^"]*)"', page)
    assert goes_to is not None
    answer = client.post(reverse("set_language"), {"language": "en", "next": html.unescape(goes_to[1])})
    assert answer["Location"] == "/learning/?week=3&x=%EB%B0%A4"


def test_the_page_for_a_form_that_lay_open_keeps_it_too(visitor: Person) -> None:
    """Also for an address that takes nothing but POST."""
    client = Client(enforce_csrf_checks=True)
    cover = make_finished_request(Person(user=make_member()), count=1).covers.get()
    cover.wish = cover.visibility = "public"
    cover.save()
    address, typed = (
        reverse("covers:review", args=[cover.pk]),
        {"half_stars": "7", "comment": WORDS, "password": "swordfish"},
    )
    page = client.post(address, typed, headers={"accept-language": "ko"})
    assert page.status_code == 403
    again = client.post(address, typed | {"page_in_language": "en"}, headers={"accept-language": "ko"})
    shown = again.content.decode()
    assert again.status_code == 403
    assert '<html lang="en"' in shown
    assert "swordfish" not in shown
    send = shown.split("data-submit-once")[1].split("</form>")[0]
    assert html.escape(WORDS) in send
    assert "page_in_language" not in send
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]*)"', send)
    assert token is not None
    done = client.post(address, {"half_stars": "7", "comment": WORDS, "csrfmiddlewaretoken": token[1]})
    assert done.status_code == 302
    assert Review.objects.count() == 1


def test_the_switch_of_a_stranger_shows_no_words_of_theirs() -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post(reverse("covers:create"), {"in_language": "en", "title": "not yours"})
    assert answer.status_code == 403


@pytest.mark.parametrize("route", ["account_login", "account_signup", "covers:create"])
def test_an_address_fills_in_no_form_and_switches_nothing(client: Client, route: str) -> None:
    answer = client.get(
        reverse(route), {"in_language": "ko", "login": "of@a.stranger", "name": "Stranger", "lyrics": "of a stranger"}
    )
    assert "stranger" not in answer.content.decode().lower().partition("<main")[2]
    assert site.LANGUAGE_COOKIE_NAME not in answer.cookies
