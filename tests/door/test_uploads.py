"""Uploads are taken where there is a form for them, from people who may use it; elsewhere nothing of them is kept."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.reachable import may_upload
from albumsite.media import uploads
from tests.factories import make_member
from tests.personalize.factories import make_face


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Bytes of each file that a handler keeps."""
    found: list[int] = []
    usual = uploads.InMemoryOnly.file_complete

    def count(self: Any, size: int) -> Any:
        made = usual(self, size)
        found.append(made.size)
        return made

    monkeypatch.setattr(uploads.InMemoryOnly, "file_complete", count)
    return found


@pytest.mark.django_db
def test_files_that_are_sent_to_another_form_are_not_kept(kept: list[int]) -> None:
    strict = Client(enforce_csrf_checks=True)
    files = {f"f{n}": SimpleUploadedFile(f"{n}.jpg", b"x" * 5_000_000) for n in range(4)}
    assert strict.post("/accounts/login/", files).status_code == 403
    assert kept == []


@pytest.mark.django_db
def test_a_strangers_photos_are_not_kept(kept: list[int]) -> None:
    face = make_face()
    path = reverse("faces:add_photos", args=[face.pk])
    upload = SimpleUploadedFile("me.jpg", b"x" * 300_000)
    assert Client().post(path, {"photos": upload}).status_code == 302
    assert kept == []
    client = Client()
    client.force_login(face.owner)
    upload.seek(0)
    assert client.post(path, {"photos": upload}).status_code == 422  # no picture, but looked at
    assert kept == [300_000]


@pytest.mark.django_db
def test_a_large_body_is_read_for_members_only() -> None:
    client = Client()
    visitor = RequestFactory().post("/", HTTP_COOKIE="sessionid=forged")
    assert may_upload(visitor.environ) is False
    client.force_login(make_member())
    member = RequestFactory().post("/", HTTP_COOKIE=f"sessionid={client.cookies['sessionid'].value}")
    assert may_upload(member.environ) is True


def test_each_address_has_the_limit_of_its_view() -> None:
    photos = reverse("faces:add_photos", args=["00000000-0000-0000-0000-000000000000"])
    assert uploads.bytes_of_path(photos) == uploads.BYTES_AT_ONCE
    assert {uploads.bytes_of_path(path) for path in ("/", "/nothing/", "/admin/", "/accounts/login/")} == {1_000_000}
    assert uploads.bytes_of_path("/create/") == 52 << 20
    assert [uploads.is_open_to_visitors(path) for path in ("/create/", "/create/picture/", photos, "/")] == [
        True,
        True,
        False,
        False,
    ]
