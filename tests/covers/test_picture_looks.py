"""A page shows many pictures, and each look asks who is there: what that costs the database is bounded."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.person import Person
from covers.models import Cover
from personalize.models import Photo
from tests.factories import make_finished_request, make_member
from tests.personalize.factories import make_face

pytestmark = pytest.mark.django_db


def looked_at(client: Client, path: str, assert_at_most: Any) -> str:
    """All that was asked of the database. The session, the member and the picture: three statements."""
    with assert_at_most(3) as captured:
        assert client.get(path).status_code == 200
    return " ".join(query["sql"] for query in captured.captured_queries)


def test_a_look_at_a_cover_asks_the_database_three_times_and_reads_nothing_of_the_song(
    django_assert_max_num_queries: Any,
) -> None:
    member = make_member()
    cover: Cover = make_finished_request(Person(user=member), lyrics="la la").covers.get()
    client = Client()
    client.force_login(member)
    asked = looked_at(client, reverse("covers:image", args=[cover.pk, "320.webp"]), django_assert_max_num_queries)
    assert "storage_prefix" in asked
    assert "lyrics" not in asked
    assert client.get(reverse("covers:image", args=[cover.pk, "640.avif"])).content[4:8] == b"ftyp"


def test_a_look_at_a_photo_of_a_face_asks_three_times_and_nobody_else_may(django_assert_max_num_queries: Any) -> None:
    member = make_member()
    face = make_face(member, photos=1)
    photo: Photo = face.photos.get()
    client, other = Client(), Client()
    client.force_login(member)
    path = reverse("faces:photo", args=[face.pk, photo.pk])
    looked_at(client, path, django_assert_max_num_queries)
    stranger = make_member()
    other.force_login(stranger)
    assert other.get(path).status_code == 404
    foreign = make_face(stranger)
    assert other.get(reverse("faces:photo", args=[foreign.pk, photo.pk])).status_code == 404
