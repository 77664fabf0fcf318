"""Tries at the door: sign-up, sign-in, reset, letters and photos, counted exactly and refused with a moment."""

from __future__ import annotations

import time
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.person import Person
from albumsite import admission
from albumsite.admission.gate import NotNow
from albumsite.models import AdmissionCount
from tests.accounts.test_sign_in import PASSWORD, sign_in, sign_up, signed_in_as
from tests.factories import make_member
from tests.personalize.factories import make_face

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("exists", [True, False])
def test_signing_up_reads_the_same_whether_the_address_has_an_account(settings: Any, exists: bool) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    if exists:
        make_member("minji@example.com")
    client = Client()
    answer = sign_up(client)
    assert (answer.status_code, answer["Location"]) == (302, reverse("account_email_verification_sent"))
    assert signed_in_as(client) is None
    assert [message.to for message in mail.outbox] == [["minji@example.com"]]
    assert "sessionid" in client.cookies


@pytest.mark.parametrize("exists", [True, False])
def test_a_reset_reads_the_same_whether_the_address_has_an_account(client: Client, exists: bool) -> None:
    if exists:
        make_member("minji@example.com")
    answers = [client.post(reverse("account_reset_password"), {"email": "minji@example.com"}) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert 3500 < int(answers[-1]["Retry-After"]) <= 3600
    assert len(mail.outbox) == 5


def test_strangers_share_the_limit_of_their_network_and_no_other() -> None:
    here, elsewhere = Client(), Client(REMOTE_ADDR="198.51.100.7")

    def ask(client: Client, name: str) -> int:
        return client.post(reverse("account_reset_password"), {"email": f"{name}@example.com"}).status_code

    assert [ask(here, f"somebody-{number}") for number in range(21)] == [302] * 20 + [429]
    assert ask(elsewhere, "minji") == 302


@pytest.mark.parametrize("exists", [True, False])
def test_adding_an_address_reads_the_same_whether_somebody_has_it(client: Client, exists: bool) -> None:
    if exists:
        make_member("other@example.com")
    client.force_login(make_member())
    answer = client.post(reverse("account_email"), {"email": "other@example.com", "action_add": ""}, follow=True)
    assert answer.status_code == 200
    assert "already" not in answer.content.decode().split("<main")[1].split("</main")[0]
    assert [message.to for message in mail.outbox] == [["other@example.com"]]


def test_wrong_passwords_of_one_network_end_with_a_moment_and_counts_are_not_addresses(client: Client) -> None:
    user = make_member("minji@example.com")
    answers = [sign_in(client, "Minji@Example.com", "wrong") for _ in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert 590 <= int(answers[-1]["Retry-After"]) <= 600
    assert not AdmissionCount.objects.filter(subject__contains="minji").exists()
    assert sign_in(Client(REMOTE_ADDR="198.51.100.7"), user.email or "").status_code == 302


def test_right_passwords_count_nothing(client: Client) -> None:
    user = make_member()
    for _ in range(15):
        assert sign_in(client, user.email or "").status_code == 302
        client.post(reverse("account_logout"))


def test_each_look_at_a_photo_counts_and_its_time(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    person = Person(user=make_member(), network="a" * 32)
    for _ in range(60):
        with admission.look(person, most_seconds=1):
            pass
    with pytest.raises(NotNow), admission.look(person, most_seconds=1):
        pytest.fail("let in")
    used = AdmissionCount.objects.get(action="photo-milliseconds", scope="person").used
    assert 60 <= used < 30_000  # what was not used is given back
    with admission.look(Person(user=make_member(), network="b" * 32), most_seconds=30):
        time.sleep(0.1)
    slow = AdmissionCount.objects.filter(action="photo-milliseconds", scope="person").latest("pk")
    assert 100 <= slow.used < 30_000


def test_refused_photos_count(client: Client) -> None:
    user = make_member()
    client.force_login(user)
    face = make_face(user)
    broken = SimpleUploadedFile("a.jpg", b"no picture", content_type="image/jpeg")
    assert client.post(reverse("faces:add_photos", args=[face.pk]), {"photos": [broken]}).status_code == 422
    assert AdmissionCount.objects.get(action="photo", scope="person", period_seconds=3600).used == 1


def test_a_stranger_with_an_address_that_is_not_confirmed_shows_no_photo(client: Client) -> None:
    user = make_member(is_verified=False)
    client.force_login(user)
    face = make_face(user)
    for name, arguments in (("create", []), ("add_photos", [face.pk]), ("start", [face.pk])):
        answer = client.post(reverse(f"faces:{name}", args=arguments))
        assert answer.status_code == 403
        assert reverse("accounts:send_letter") in answer.content.decode()
    client.post(reverse("accounts:send_letter"))
    assert [message.to for message in mail.outbox] == [[user.email]]
    EmailAddress.objects.filter(user=user).update(verified=True)
    assert client.get(reverse("faces:create")).status_code == 200


def test_a_rotated_secret_loses_nobody_anything(client: Client, settings: Any) -> None:
    from covers.models import CoverRequest
    from tests.factories import make_request

    user = make_member()
    sign_in(client, user.email or "")
    request = make_request(Person(user=make_member()))
    address = request.get_secret_url()
    client.post(reverse("account_reset_password"), {"email": user.email})
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another secret, made today"
    settings.SECRET_KEY_FALLBACKS = [old]
    assert client.get(reverse("covers:my_page")).status_code == 200
    assert Client().get(address).status_code == 200
    assert CoverRequest.objects.get().get_secret_url() != address
    settings.SECRET_KEY_FALLBACKS = []
    assert Client().get(address).status_code == 404
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)


@pytest.mark.parametrize(
    ("count", "headers", "kind"),
    [
        (0, {"HTTP_X_FORWARDED_FOR": "203.0.113.9"}, "uncounted"),
        (0, {"HTTP_FORWARDED": "for=203.0.113.9"}, "uncounted"),
        (0, {}, ""),
        (1, {"HTTP_X_FORWARDED_FOR": "203.0.113.9"}, ""),
        (2, {"HTTP_X_FORWARDED_FOR": "203.0.113.9"}, "fewer"),
        (1, {"HTTP_X_FORWARDED_FOR": "203.0.113.9, 10.0.0.2"}, "more"),
        (1, {"HTTP_X_FORWARDED_FOR": "10.9.9.9, 9.9.9.9"}, ""),
        (1, {}, ""),  # a probe that comes by no proxy
        (1, {"HTTP_X_FORWARDED_PROTO": "https"}, "unnamed"),
    ],
)
def test_proxies_that_are_not_as_said_are_told_once(
    settings: Any, caplog: Any, monkeypatch: pytest.MonkeyPatch, count: int, headers: dict[str, str], kind: str
) -> None:
    from albumsite.admission import proxies

    monkeypatch.setattr(proxies, "_told", set())
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = count
    admin = Client()
    admin.force_login(User.objects.create_superuser("root@example.com", PASSWORD))
    pages = [admin.get("/admin/", **headers).content.decode() for _ in range(2)]
    for _ in range(2):  # as the web server does for each request
        admission.client_address({"REMOTE_ADDR": "127.0.0.1", **headers})
    told = [record.getMessage() for record in caplog.records if "proxies are not as said" in record.getMessage()]
    assert told == ([f"proxies are not as said: {proxies.text_of(kind)}"] if kind else [])
    assert all(("TRUSTED_PROXY_COUNT" in page) is bool(kind) for page in pages)
    assert "203.0.113.9" not in "".join(told)


def test_refusals_are_no_errors_in_the_log_and_every_page_forbids_what_it_does_not_need(client: Client) -> None:
    import logging

    from albumsite.refusals import RefusalFilter

    kept = RefusalFilter()
    for name in ("django.request", "django.security.DisallowedHost"):
        record = logging.LogRecord(name, logging.ERROR, "", 0, "refused", (), None)
        assert kept.filter(record)
        assert record.levelname == "WARNING"
    broken = logging.LogRecord("django.request", logging.ERROR, "", 0, "broken", (), (ValueError, ValueError(), None))
    kept.filter(broken)
    assert broken.levelname == "ERROR"
    assert "camera=()" in client.get("/")["Permissions-Policy"]
    assert "camera=()" in client.get("/nothing-here/")["Permissions-Policy"]
