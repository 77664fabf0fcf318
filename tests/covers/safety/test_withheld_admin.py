"""What moderators see of withheld pictures, and what they can do with them."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from accounts.person import Person
from covers.models import CoverRequest, WithheldPicture
from covers.receivers import let_moderators_release, make_moderators
from covers.services import moderation
from tests.factories import make_finished_request, make_member, make_withheld
from tests.roles import make_moderator

pytestmark = pytest.mark.django_db
LIST = reverse("admin:covers_withheldpicture_changelist")


@pytest.fixture
def moderator(client: Client) -> Client:
    user = make_moderator()
    client.force_login(user)
    client.user = user  # type: ignore[attr-defined]
    return client


def a_request(**changes: object) -> CoverRequest:
    return make_finished_request(Person(user=make_member()), title="비밀스러운 제목", artist="숨은 가수", **changes)


def address_of(picture: WithheldPicture, name: str = "change") -> str:
    extra = ["640.webp"] if name == "image" else []
    return reverse(f"admin:covers_withheldpicture_{name}", args=[picture.pk, *extra])


def test_the_list_shows_the_picture_and_no_word_of_the_song(moderator: Client) -> None:
    picture = make_withheld(a_request(), 1, state="refused", score=0.9, record={"prompt": "비밀스러운 그림"})
    for address in (LIST, address_of(picture), f"{LIST}?q=비밀"):
        page = moderator.get(address).content.decode().replace('value="비밀"', "")
        assert "비밀스러운" not in page
        assert "숨은 가수" not in page
    assert "0.90" in moderator.get(LIST).content.decode()
    answer = moderator.get(address_of(picture, "image"))
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")


def test_a_moderator_lets_one_through_and_the_log_says_so(moderator: Client) -> None:
    row = a_request()
    picture = make_withheld(row, 1, state="refused")
    moderator.post(address_of(picture), {"_release": "1"})
    assert row.covers.filter(position=1, storage_prefix=picture.storage_prefix).exists()
    assert not WithheldPicture.objects.exists()
    assert LogEntry.objects.get(object_id=str(picture.pk)).change_message == "Released"


def test_a_moderator_deletes_some_from_the_list(moderator: Client) -> None:
    row = a_request()
    pictures = [make_withheld(row, position) for position in (1, 2)]
    moderator.post(LIST, {"action": "remove", "_selected_action": [str(one.pk) for one in pictures]})
    assert not WithheldPicture.objects.exists()
    assert row.covers.count() == 1
    assert LogEntry.objects.filter(change_message="Deleted").count() == 2


def test_a_face_is_seen_and_let_through_only_by_who_gave_a_reason(moderator: Client) -> None:
    row = a_request(shows_face=True)
    picture = make_withheld(row, 1)
    assert moderator.get(address_of(picture, "image")).status_code == 404
    moderator.post(LIST, {"action": "release", "_selected_action": [str(picture.pk)]})
    assert row.covers.count() == 1
    moderation.look_inside(staff=moderator.user, request=row, reason="Its owner asks why it is held")  # type: ignore[attr-defined]
    assert moderator.get(address_of(picture, "image")).status_code == 200
    moderator.post(LIST, {"action": "release", "_selected_action": [str(picture.pk)]})
    assert row.covers.count() == 2


def test_drafts_are_nobodys_to_see(moderator: Client) -> None:
    picture = make_withheld(a_request(is_draft=True), 1)
    assert picture.pk.hex[-12:] not in moderator.get(LIST).content.decode()
    assert moderator.get(address_of(picture, "image")).status_code == 404


def test_a_group_of_before_gets_the_new_rights_and_keeps_what_it_had() -> None:
    Group.objects.all().delete()
    make_moderators()
    group = Group.objects.get()
    group.permissions.remove(*Permission.objects.filter(codename__endswith="withheldpicture"))
    kept = set(group.permissions.values_list("codename", flat=True))
    let_moderators_release()
    assert set(group.permissions.values_list("codename", flat=True)) == kept | {
        "view_withheldpicture",
        "change_withheldpicture",
    }
