"""What was made under the old SECRET_KEY, used as a person would: beside the new one, and when the old one is gone."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts import devices
from accounts.person import Person
from covers.models import CoverRequest, FormerAddressKey
from covers.models.addresses import derived_of
from tests.accounts import test_second_factor as factor
from tests.accounts.test_kakao import come_back, consent, kakao, to_consent  # noqa: F401  a fixture
from tests.accounts.test_known_browsers import attack
from tests.accounts.test_newcomers import newcomer, same_browser, send
from tests.accounts.test_second_factor import _clock_stands  # noqa: F401  a fixture
from tests.accounts.test_sign_in import PASSWORD, sign_in, sign_up, signed_in_as
from tests.factories import make_cover, make_member, make_request
from tests.secrets.conftest import NEW, OLD, Site, is_in, link_in_letter

pytestmark = pytest.mark.django_db(transaction=True)
SONG = {"title": "Fighting", "artist": "KJY", "count": "1"}


def ask(client: Client, **changes: Any) -> CoverRequest:
    client.post("/create/", {**SONG, "submission": str(uuid.uuid4()), **changes})
    return CoverRequest.objects.latest("id")


def test_a_visitor_keeps_covers_and_their_say_over_them(client: Client, later: Callable[[], None]) -> None:
    row = ask(client)
    later()
    assert client.get(row.get_absolute_url()).status_code == 200
    assert client.post(reverse("covers:cancel", args=[row.pk])).status_code == 302
    again = ask(client)
    assert again.visitor == row.visitor, "the same person as before"
    sign_up(client)
    row.refresh_from_db()
    assert str(row.owner_id) == signed_in_as(client), "what they made becomes the member's"


def test_a_member_stays_signed_in_on_each_browser(later: Callable[[], None]) -> None:
    user = make_member()
    browsers = [Client(), Client()]
    for browser in browsers:
        sign_in(browser, user.email or "")
    later()
    assert [is_in(browser) for browser in browsers] == [True, True]


def test_of_two_requests_that_a_browser_sends_at_once_none_signs_it_out(client: Client, site: Site) -> None:
    sign_in(client, make_member().email or "")
    at_once = Client()
    at_once.cookies["sessionid"] = client.cookies["sessionid"].value
    site.changes()
    for one in (client, at_once):
        assert is_in(one)
        assert one.cookies["sessionid"].value, "a browser whose cookie is taken away is signed out"


def test_a_session_that_is_used_once_needs_the_old_key_no_more(client: Client, site: Site) -> None:
    sign_in(client, make_member().email or "")
    site.changes()
    assert is_in(client)
    site.has(NEW)
    assert is_in(client)


def test_a_shared_address_opens_on_any_device_for_years(site: Site, later: Callable[[], None]) -> None:
    row = make_request(Person(user=make_member()))
    address = row.get_secret_url()
    later()
    assert Client().get(address).status_code == 200
    assert row.get_secret_url() != address
    assert Client().get(row.get_secret_url()).status_code == 200
    assert Client().get(make_request().get_absolute_url() + address[address.index("?") :]).status_code == 404
    second = row.get_secret_url()
    site.has("the key of the third year, which is nobody's business too", NEW)
    site.renew()
    site.has("the key of the third year, which is nobody's business too")
    assert Client().get(second).status_code == 200


def test_an_address_of_two_keys_ago_still_opens(site: Site) -> None:
    address = make_request(Person(user=make_member())).get_secret_url()
    site.lets_go()
    site.has("the key of the third year", NEW)
    site.renew()
    site.has("the key of the third year")
    assert Client().get(address).status_code == 200


def test_what_was_opened_by_its_address_stays_open_in_that_browser(client: Client, later: Callable[[], None]) -> None:
    cover = make_cover()
    client.get(cover.request.get_secret_url())
    later()
    assert client.get(cover.request.get_absolute_url()).status_code == 200
    assert (
        client.post(reverse("covers:review", args=[cover.pk]), {"half_stars": "8", "comment": "Good"}).status_code
        == 302
    )


def test_a_copy_of_the_database_makes_no_addresses(site: Site) -> None:
    site.lets_go()
    kept = FormerAddressKey.objects.get()
    assert derived_of(OLD).hex() not in f"{kept.digest} {kept.sealed}"
    address = make_request().get_absolute_url()
    site.has("of whoever has found the copy")
    assert Client().get(f"{address}?key=guess").status_code == 404


def test_a_second_factor_goes_on(client: Client, later: Callable[[], None]) -> None:
    user, secret = factor.with_second_factor()
    code = factor.Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()[0]
    later()
    factor.forget_used_codes()
    for given, browser in ((factor.code_of(secret), client), (code, Client())):
        sign_in(browser, user.email or "")
        browser.post(reverse("mfa_authenticate"), {"code": given})
        assert signed_in_as(browser) == str(user.pk)


def test_a_second_factor_that_is_half_set_up_and_a_sign_in_that_waits_for_a_code_go_on(
    client: Client, later: Callable[[], None]
) -> None:
    user, secret = factor.with_second_factor()
    sign_in(client, user.email or "")
    other, half = make_member(), Client()
    sign_in(half, other.email or "")
    half.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    found = factor.re.search(
        r'second-factor__key number">([A-Z2-7]+)<', half.get(reverse("mfa_activate_totp")).content.decode()
    )
    assert found
    later()
    factor.forget_used_codes()
    client.post(reverse("mfa_authenticate"), {"code": factor.code_of(secret)})
    assert signed_in_as(client) == str(user.pk)
    done = half.post(reverse("mfa_activate_totp"), {"code": factor.code_of(found[1])})
    assert done["Location"] == reverse("mfa_view_recovery_codes")


def test_a_known_browser_stays_known_once_its_owner_has_been_here(client: Client, site: Site) -> None:
    make_member("minji@example.com")
    sign_in(client, "minji@example.com")
    before = client.cookies[devices.COOKIE].value
    site.changes()
    assert is_in(client)
    renewed = client.cookies[devices.COOKIE].value
    assert renewed != before
    assert renewed.partition(":")[0] == before.partition(":")[0], "the same browser"
    assert is_in(client)
    assert client.cookies[devices.COOKIE].value == renewed, "once is enough"
    site.renew()
    site.has(NEW)
    client.post(reverse("account_logout"))
    attack()
    assert sign_in(client, "minji@example.com").status_code == 302


def test_a_known_browser_that_nobody_is_signed_in_on_is_known_beside_the_old_key(client: Client, site: Site) -> None:
    make_member("minji@example.com")
    sign_in(client, "minji@example.com")
    client.post(reverse("account_logout"))
    site.changes()
    attack()
    assert sign_in(client, "minji@example.com").status_code == 302


def test_a_form_that_stands_open_may_be_sent(later: Callable[[], None]) -> None:
    client = newcomer()
    row = make_request(Person(user=make_member()))
    later()
    assert send(client, "/create/", **SONG, submission=str(uuid.uuid4())).status_code == 302
    assert CoverRequest.objects.exclude(pk=row.pk).count() == 1


def test_a_first_form_whose_answer_the_restart_has_swallowed_asks_once(later: Callable[[], None]) -> None:
    client, submission = newcomer(), str(uuid.uuid4())
    again = same_browser(client)
    send(client, "/create/", **SONG, submission=submission)
    later()
    send(again, "/create/", **SONG, submission=submission)
    row = CoverRequest.objects.get()
    assert send(again, f"/requests/{row.pk}/cancel/").status_code == 302, "it is theirs"


def test_a_sentence_that_waits_for_the_next_page_is_read(client: Client, site: Site) -> None:
    sign_in(client, make_member().email or "")
    client.post(reverse("covers:my_page"), {"name": "Minji", "language": "en"})
    site.changes()
    assert "Your changes are saved" in client.get(reverse("covers:my_page")).content.decode()


def test_a_letter_for_a_new_password_is_good_beside_the_old_key(client: Client, site: Site) -> None:
    user = make_member()
    client.post(reverse("account_reset_password"), {"email": user.email})
    site.changes()
    form = client.get(link_in_letter())["Location"]
    assert client.post(form, {"password1": "another horse 8", "password2": "another horse 8"}).status_code == 302
    assert sign_in(client, user.email or "", "another horse 8").status_code == 302


def test_a_letter_that_confirms_an_address_is_good_beside_the_old_key(client: Client, site: Site) -> None:
    sign_up(client)
    link = link_in_letter()
    site.changes()
    client.post(link)
    assert factor.User.objects.get().emailaddress_set.get().verified


def test_a_sign_in_that_is_at_kakao_meanwhile_comes_back(client: Client, kakao: Any, later: Callable[[], None]) -> None:  # noqa: F811
    back = consent(to_consent(client))
    later()
    come_back(client, back)
    assert signed_in_as(client)


def test_machines_that_are_started_again_one_after_another_read_each_other(client: Client, site: Site) -> None:
    """First the new key beside the old one everywhere, then the old one beside the new one: at no time does one not know the other's."""
    row = ask(client)
    steps = [(OLD, []), (OLD, [NEW]), (NEW, [OLD])]
    for one, other in itertools.pairwise(steps):
        for key, fallbacks in (one, other, one, other):
            site.has(key, *fallbacks)
            assert client.get(row.get_absolute_url()).status_code == 200
            assert Client().get(row.get_secret_url()).status_code == 200
            address = row.get_secret_url()
            client.get(make_request().get_secret_url())  # written by this machine
            site.has(*((other[0], *other[1]) if (key, fallbacks) == one else (one[0], *one[1])))
            assert client.get(row.get_absolute_url()).status_code == 200
            assert Client().get(address).status_code == 200
    connection.close()
