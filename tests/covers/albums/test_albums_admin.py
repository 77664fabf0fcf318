"""What staff see of imported albums, and how the right to learn from them is taken back."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from albumsite.media import storage
from covers.models import Album
from tests.covers.albums.album_files import CC, picture, run_import, song, write_csv
from tests.factories import make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def album(tmp_path) -> Album:
    """With a picture that may be learnt from; beside it one with an address only."""
    (tmp_path / "1.jpg").write_bytes(picture(60))
    rows = {"title": "Fighting", "artist": "KJY", "image": "1.jpg"}, song(2, title="Other")
    run_import(write_csv(tmp_path / "albums.csv", *rows), refused=tmp_path / "r.csv", allowed_use="training", **CC)
    return Album.objects.get(title="Fighting")


def listed(client: Client, **query: str) -> str:
    response = client.get(reverse("admin:covers_album_changelist"), query)
    assert response.status_code == 200
    return response.content.decode()


def act(client: Client, action: str, *albums: Album, **more: str) -> str:
    data = {"action": action, "_selected_action": [str(album.pk) for album in albums], **more}
    return client.post(reverse("admin:covers_album_changelist"), data, follow=True).content.decode()


def test_albums_are_found_by_words_use_source_and_picture(operator, album):
    image = reverse("admin:covers_album_image", args=[album.pk, "picture"])
    assert image in listed(operator)
    assert "Other" not in listed(operator, q="fight")
    assert "Fighting" in listed(operator, q=album.original_sha256)
    assert "Fighting" not in listed(operator, picture="address")
    assert "Other" not in listed(operator, picture="here", allowed_use__exact="training")
    response = operator.get(image)
    assert response["Content-Type"] == "image/jpeg"
    assert response.content == storage.read(storage.private(), album.storage_key)
    assert album.sha256 in operator.get(reverse("admin:covers_album_change", args=[album.pk])).content.decode()


def test_the_right_to_learn_is_withdrawn_and_written_down(operator, album):
    other = Album.objects.get(title="Other")
    assert "2 albums will not be learnt from any more." in act(operator, "withdraw", album, other)
    assert set(Album.objects.values_list("allowed_use", flat=True)) == {"none"}
    assert not Album.objects.to_learn_from().exists()
    assert LogEntry.objects.filter(change_message__contains="Learning withdrawn").count() == 2


def test_staff_who_may_only_look_withdraw_and_delete_nothing(client, album):
    member = make_member("looks@example.com", is_staff=True)
    member.user_permissions.add(Permission.objects.get(codename="view_album"))
    client.force_login(member)
    assert "Fighting" in listed(client)
    act(client, "withdraw", album)
    act(client, "delete_selected", album, post="yes")
    album.refresh_from_db()
    assert album.allowed_use == "training"


def test_other_staff_see_no_picture(client, album):
    client.force_login(make_member("staff@example.com", is_staff=True))
    assert client.get(reverse("admin:covers_album_image", args=[album.pk, "picture"])).status_code == 403


def test_an_album_without_a_picture_has_no_image(operator, album):
    other = Album.objects.get(title="Other")
    assert operator.get(reverse("admin:covers_album_image", args=[other.pk, "picture"])).status_code == 404


def test_deleting_an_album_deletes_its_picture(
    operator, album, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        act(operator, "delete_selected", album, post="yes")
    assert not Album.objects.filter(pk=album.pk).exists()
    assert not storage.exists(storage.private(), album.storage_key)


def test_imports_are_seen_with_their_counts_and_never_edited(operator, album):
    assert "albums.csv" in operator.get(reverse("admin:covers_albumimport_changelist")).content.decode()
    page = reverse("admin:covers_albumimport_change", args=[album.imported_by_id])
    assert "may-be-learnt-from&quot;: 2" in operator.get(page).content.decode()
    assert operator.post(page, {"name": "x"}).status_code == 403
