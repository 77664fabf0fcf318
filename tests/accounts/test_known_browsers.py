"""Strangers who guess wrong keep no owner out, and no answer's work tells who has an account."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.urls import reverse

from accounts import devices
from albumsite.admission.gate import account_hash
from albumsite.admission.limits import bounds_of_try
from tests.accounts.test_sign_in import PASSWORD, sign_in, sign_up, signed_in_as
from tests.factories import make_member

pytestmark = pytest.mark.django_db
ADDRESS = "minji@example.com"


def attack(address: str = ADDRESS, *, already_counted: int = 9) -> None:
    """Wrong passwords from so many networks that everybody's tries for this account are used up.

    already_counted: networks whose tries are written where the door counts them, which is quicker than typing them.
    """
    for network in range(already_counted):
        for bound in bounds_of_try("sign-in", network=f"network {network}", account=account_hash(address)):
            bound.take(10)
    answers = [sign_in(Client(), address, "wrong 12345", REMOTE_ADDR=f"198.51.{network}.7").status_code
               for network in range(already_counted, 12) for _try in range(10)]  # fmt: skip
    assert answers[-1] == 429


def test_an_attack_from_elsewhere_does_not_keep_the_owner_out_of_their_own_browser() -> None:
    user, owner = make_member(ADDRESS), Client()
    sign_in(owner, ADDRESS)
    owner.post(reverse("account_logout"))
    attack(already_counted=0)
    assert sign_in(Client(REMOTE_ADDR="203.0.113.9"), ADDRESS).status_code == 429, (
        "the right password, where nobody knows them"
    )
    assert signed_in_as(owner) is None
    assert sign_in(owner, ADDRESS, REMOTE_ADDR="203.0.113.9").status_code == 302
    assert signed_in_as(owner) == str(user.pk)


def test_a_known_browser_has_tries_of_its_own_and_no_more() -> None:
    make_member(ADDRESS)
    owner = Client()
    sign_in(owner, ADDRESS)
    owner.post(reverse("account_logout"))
    answers = [
        sign_in(owner, ADDRESS, "wrong 12345", REMOTE_ADDR=f"198.51.{network}.7").status_code for network in range(11)
    ]
    assert answers == [200] * 10 + [429], "no network is a way around them"
    make_member("other@example.com")
    assert sign_in(owner, "other@example.com").status_code == 302, "it is known for one account"


def test_the_cookie_of_another_account_or_a_forged_one_opens_nothing() -> None:
    make_member(ADDRESS)
    attacker = Client(REMOTE_ADDR="203.0.113.9")
    make_member("attacker@example.com")
    sign_in(attacker, "attacker@example.com")
    attacker.post(reverse("account_logout"))
    attack()
    assert sign_in(attacker, ADDRESS).status_code == 429
    attacker.cookies[devices.COOKIE] = "0" * 32 + ":1abcde:" + "x" * 43
    assert sign_in(attacker, ADDRESS).status_code == 429
    assert ADDRESS not in str(attacker.cookies)


def test_the_letter_for_a_new_password_brings_the_owner_in_during_an_attack() -> None:
    user, owner = make_member(ADDRESS), Client(REMOTE_ADDR="203.0.113.9")
    attack()
    for network in range(7):  # the attacker asks for letters, too: the owner has one then
        Client(REMOTE_ADDR=f"198.51.{network}.7").post(reverse("account_reset_password"), {"email": ADDRESS})
    link = re.search(r"http://[^/\s]+(/\S+)", mail.outbox[-1].body)
    assert link is not None
    form = owner.get(link[1])["Location"]
    new = "another horse 8"
    assert owner.post(form, {"password1": new, "password2": new}).status_code == 302
    attack()
    assert sign_in(owner, ADDRESS, new).status_code == 302
    assert signed_in_as(owner) == str(user.pk)


def test_somebody_who_is_signed_in_still_proves_their_password_during_an_attack() -> None:
    make_member(ADDRESS)
    owner = Client()
    sign_in(owner, ADDRESS)
    attack()
    assert owner.post(reverse("account_reauthenticate"), {"password": PASSWORD}).status_code == 302


def test_signing_up_makes_the_browser_a_known_one() -> None:
    owner = Client()
    sign_up(owner, ADDRESS)
    owner.post(reverse("account_logout"))
    attack()
    assert sign_in(owner, ADDRESS, REMOTE_ADDR="203.0.113.9").status_code == 302


class Work:
    """What a page does that takes long: passwords hashed, mail servers called."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.hashed = self.mailed = 0
        encode, send = MD5PasswordHasher.encode, EmailBackend.send_messages

        def counted_encode(hasher: Any, *arguments: Any) -> Any:
            self.hashed += 1
            return encode(hasher, *arguments)

        def counted_send(backend: Any, messages: Any) -> Any:
            self.mailed += 1
            return send(backend, messages)

        monkeypatch.setattr(MD5PasswordHasher, "encode", counted_encode)
        monkeypatch.setattr(EmailBackend, "send_messages", counted_send)

    def of(self, page: str, address: str, password: str) -> tuple[int, int, int]:
        self.hashed = self.mailed = 0
        client = Client()
        if page == "sign-in":
            answer = sign_in(client, address, password)
        elif page == "sign-up":
            answer = client.post(reverse("account_signup"), {"email": address, "password1": password})
        else:
            answer = client.post(reverse("account_reset_password"), {"email": address})
        return answer.status_code, self.hashed, self.mailed


@pytest.mark.parametrize("password", ["wrong 12345", unicodedata.normalize("NFD", "틀린 비밀번호 12345")])
@pytest.mark.parametrize("page", ["sign-in", "sign-up", "reset"])
def test_the_work_is_the_same_whether_there_is_an_account(
    settings: Any, monkeypatch: pytest.MonkeyPatch, page: str, password: str
) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    make_member(ADDRESS)
    without = make_member("provider@example.com")
    without.set_unusable_password()
    without.save()
    work = Work(monkeypatch)
    stranger = work.of(page, "nobody@example.com", password)
    assert stranger[1:] != (0, 0)
    assert work.of(page, ADDRESS, password) == stranger
    assert work.of(page, "provider@example.com", password) == stranger
