"""`renew_secrets`: what it renews and says; and a key that has leaked."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError
from django.test import Client
from django.urls import reverse

from accounts import devices, sessions
from accounts.person import Person
from covers.models import FormerAddressKey
from tests.accounts import test_second_factor as factor
from tests.accounts.test_known_browsers import attack
from tests.accounts.test_second_factor import _clock_stands  # noqa: F401  a fixture
from tests.accounts.test_sign_in import PASSWORD, sign_in, sign_up, signed_in_as
from tests.factories import make_member, make_request
from tests.secrets.conftest import NEW, OLD, Site, is_in, link_in_letter

pytestmark = pytest.mark.django_db(transaction=True)


def visitors(count: int) -> list[tuple[Client, str]]:
    """With the page of a request each, which nobody else may open."""
    browsers = []
    for _ in range(count):
        row, browser = make_request(Person(user=make_member())), Client()
        browser.get(row.get_secret_url())
        browsers.append((browser, row.get_absolute_url()))
    return browsers


def test_all_sessions_are_renewed_and_the_next_run_finds_none(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "BATCH", 2)
    member = Client()
    sign_in(member, make_member().email or "")
    browsers = visitors(4)
    ends = dict(Session.objects.values_list("pk", "expire_date"))
    site.changes()
    assert "Sessions: 5 renewed." in site.renew()
    assert "Sessions: 0 renewed." in site.renew()
    site.has(NEW)
    assert [browser.get(page).status_code for browser, page in browsers] == [200] * 4
    assert is_in(member)
    assert dict(Session.objects.values_list("pk", "expire_date")) == ends, "none lives longer for it"


def test_what_is_written_while_it_runs_is_not_lost(site: Site) -> None:
    ((browser, page),) = visitors(1)
    site.changes()
    row = Session.objects.get()
    read = sessions.SessionStore().decode(row.session_data)
    other = make_request(Person(user=make_member()))
    browser.get(other.get_secret_url())
    assert sessions._sign_anew([(row, read)]) == 0
    assert [browser.get(address).status_code for address in (page, other.get_absolute_url())] == [200, 200]


def test_a_session_from_before_a_new_password_stays_dead(client: Client, site: Site) -> None:
    user, stranger = make_member(), Client()
    for browser in (client, stranger):
        sign_in(browser, user.email or "")
    new = "another horse 8"
    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})
    site.changes()
    site.renew()
    assert (is_in(client), is_in(stranger)) == (True, False)


def test_it_says_when_a_key_is_not_written_as_it_was(site: Site) -> None:
    visitors(2)
    site.has(NEW, "the key of the frist year")
    assert "2 sessions cannot be read" in site.renew()
    site.has(NEW, OLD)
    assert "cannot be read" not in site.renew()


def test_sessions_of_before_this_way_of_keeping_them_are_good(client: Client, site: Site, settings: Any) -> None:
    """Up to a release ago Django's own store wrote them; a release back it would have to read them again."""
    ours, settings.SESSION_ENGINE = settings.SESSION_ENGINE, "django.contrib.sessions.backends.db"
    sign_in(client, make_member().email or "")
    settings.SESSION_ENGINE = ours
    assert is_in(client)
    site.lets_go()
    assert is_in(client)
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.db"
    assert is_in(client)


def test_second_factors_that_no_key_reads_are_told(site: Site) -> None:
    factor.with_second_factor()
    site.has(NEW)
    with pytest.raises(CommandError, match="2 second factors cannot be read"):
        site.renew()


# --- a key that has leaked ------------------------------------------------------------------------------------------


def test_without_the_old_key_what_it_signed_is_dead(client: Client, site: Site) -> None:
    user = make_member("minji@example.com")
    sign_in(client, "minji@example.com")
    ((browser, page),) = visitors(1)
    address = make_request(Person(user=user)).get_secret_url()
    Client().post(reverse("account_reset_password"), {"email": user.email})
    reset = link_in_letter()
    newcomer = Client()
    sign_up(newcomer, "newcomer@example.com")
    letter = link_in_letter()
    site.has(NEW)
    assert not is_in(client)
    assert browser.get(page).status_code == 404
    assert Client().get(address).status_code == 404
    assert "Location" not in Client().get(reset)
    Client().post(letter)
    assert not factor.User.objects.get(email="newcomer@example.com").emailaddress_set.get().verified
    attack()
    assert client.cookies[devices.COOKIE].value
    assert sign_in(client, "minji@example.com").status_code == 429, "the browser is known no more"


@pytest.mark.parametrize(("language", "says"), [("en", "Please write to us"), ("ko", "저희에게 알려 주세요")])
def test_whose_second_factor_cannot_be_read_is_told_so(client: Client, site: Site, language: str, says: str) -> None:
    user, secret = factor.with_second_factor(language=language)
    site.has(NEW)
    factor.forget_used_codes()
    sign_in(client, user.email or "")
    answer = client.post(
        reverse("mfa_authenticate"), {"code": factor.code_of(secret)}, headers={"accept-language": language}
    )
    assert answer.status_code == 503
    assert says in answer.content.decode()
    assert signed_in_as(client) is None


def test_what_nobody_can_make_with_it_is_renewed_all_the_same(client: Client, site: Site) -> None:
    """The page's steps: the site stands still, the command alone is told the leaked key."""
    user, secret = factor.with_second_factor()
    sign_in(client, make_member().email or "")
    ((browser, page),) = visitors(1)
    address = make_request(Person(user=user)).get_secret_url()
    site.changes()
    site.renew("--leaked")
    site.has(NEW)
    assert is_in(client)
    assert browser.get(page).status_code == 200
    assert Client().get(address).status_code == 404
    factor.forget_used_codes()
    owner = Client()
    sign_in(owner, user.email or "")
    owner.post(reverse("mfa_authenticate"), {"code": factor.code_of(secret)})
    assert signed_in_as(owner) == str(user.pk)


def test_a_key_that_leaks_long_after_it_was_changed_opens_nothing_either(site: Site) -> None:
    row = make_request(Person(user=make_member()))
    first = row.get_secret_url()
    site.lets_go()
    second = row.get_secret_url()
    assert Client().get(first).status_code == 200
    site.has(NEW, OLD)
    site.renew("--leaked")
    site.has(NEW)
    assert [Client().get(address).status_code for address in (first, second)] == [404, 200]


def test_the_leak_of_one_key_leaves_addresses_of_another_alone(site: Site) -> None:
    first = make_request(Person(user=make_member())).get_secret_url()
    site.lets_go()
    second = make_request(Person(user=make_member())).get_secret_url()
    third = "the key of the third year"
    site.has(third, NEW)
    site.renew("--leaked")
    site.has(third)
    assert [Client().get(address).status_code for address in (first, second)] == [200, 404]
    assert FormerAddressKey.objects.count() == 1


def test_another_site_s_key_opens_no_session(client: Client, site: Site, settings: Any) -> None:
    site.has("of another site")
    sign_in(client, make_member().email or "")
    site.changes()
    assert not is_in(client)
