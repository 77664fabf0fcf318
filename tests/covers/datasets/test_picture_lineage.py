"""Which models saw a picture: for its maker, for an operator, and in the admin."""

from __future__ import annotations

import uuid
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from accounts.models import User
from covers.datasets import models_that_saw
from covers.models import Album, Cover, Dataset, DatasetItem
from tests.covers.datasets.dataset_factories import make_album, make_good_cover, make_set
from tests.covers.learning_factories import make_weekly_model, make_willing_member
from tests.factories import make_member

pytestmark = pytest.mark.django_db


def ask(**options: Any) -> str:
    out = StringIO()
    call_command("models_that_saw", stdout=out, **options)
    return out.getvalue()


def keys(**values: Any) -> list[str]:
    return [version.key for version in models_that_saw(**values)]


@pytest.fixture
def member() -> User:
    return make_willing_member(email="minji@example.com")


@pytest.fixture
def cover(member: User) -> Cover:
    return make_good_cover(member)


@pytest.fixture
def dataset(cover: Cover) -> Dataset:
    return make_set()


@pytest.fixture
def family(dataset: Dataset) -> None:
    """w40 saw it; w41 and w43 were trained from there; w42 is of another line."""
    first = make_weekly_model("w40", dataset=dataset)
    second = make_weekly_model("w41", parent=first)
    make_weekly_model("w42")
    make_weekly_model("w43", parent=second)


FAMILY = ["w40", "w41", "w43"]


def test_every_descendant_of_a_model_that_saw_it_is_named(family, cover, member):
    item = DatasetItem.objects.get()
    assert keys(source_pks=[cover.pk]) == FAMILY
    assert keys(sha256s=[item.sha256]) == FAMILY
    assert keys(owner=member) == FAMILY
    assert keys(sha256s=["0" * 64], source_pks=[uuid.uuid4()], owner=make_member()) == []
    assert keys() == []


def test_a_deleted_cover_leaves_the_next_set_and_is_still_known_to_the_models(family, cover, dataset):
    pk = cover.pk
    cover.delete()
    assert make_set().counts["train"] == 0
    assert keys(source_pks=[pk]) == FAMILY


def test_an_albums_right_can_be_withdrawn_too(settings):
    settings.LEARN_ALBUM_SHARE = 1.0
    album = make_album()
    make_weekly_model("w40", dataset=make_set())
    Album.objects.filter(pk=album.pk).update(allowed_use="reference")
    assert make_set().counts["train"] == 0
    assert keys(source_pks=[album.pk]) == ["w40"]
    assert "w40" in ask(album=[album.pk])


def test_the_command_finds_by_cover_hash_and_member(family, cover, member):
    item = DatasetItem.objects.get()
    for options in (
        {"cover": [cover.pk]},
        {"sha256": [item.sha256.upper()]},
        {"member": "Minji@example.com"},
        {"member": str(member.pk)},
    ):
        lines = ask(**options).splitlines()
        assert [line.split()[1] for line in lines] == FAMILY
        assert "trained from w40" in lines[1]
    assert ask(cover=[uuid.uuid4()]) == "no model saw it\n"


@pytest.mark.parametrize("options", [{}, {"member": "nobody@example.com"}, {"member": str(uuid.uuid4())}])
def test_the_command_says_what_it_cannot_find(options):
    with pytest.raises(CommandError):
        ask(**options)


class TestAdmin:
    @pytest.fixture
    def staff(self, client: Client) -> Client:
        root = User.objects.create_superuser("root@example.com", "correct horse 7")
        client.force_login(root, "django.contrib.auth.backends.ModelBackend")
        client.cookies["django_language"] = "en"
        return client

    def test_a_set_shows_its_counts_its_manifest_and_its_models(self, staff, family, dataset):
        page = staff.get(f"/admin/covers/dataset/{dataset.pk}/change/").content.decode()
        assert dataset.manifest_sha256 in page
        assert "train_new" in page
        assert "w40" in page
        assert "half_stars_min" in page
        response = staff.get(f"/admin/covers/dataset/{dataset.pk}/manifest/")
        assert response.json()["week"] == dataset.week
        assert "attachment" in response["Content-Disposition"]
        assert "1" in staff.get("/admin/covers/dataset/").content.decode()

    def test_a_picture_shows_who_saw_it(self, staff, family, dataset, cover):
        item = DatasetItem.objects.get()
        page = staff.get(f"/admin/covers/datasetitem/{item.pk}/change/").content.decode()
        assert all(f">{key}</a>" in page for key in FAMILY)
        assert f"/admin/covers/cover/{cover.pk}/image/" not in page, "a private one"
        Cover.objects.filter(pk=cover.pk).update(visibility="public", wish="public")
        page = staff.get(f"/admin/covers/datasetitem/{item.pk}/change/").content.decode()
        assert f"/admin/covers/cover/{cover.pk}/image/" in page

    @pytest.mark.parametrize("by", ["source_pk", "sha256", "owner", "address", "set"])
    def test_pictures_are_found(self, staff, dataset, cover, member, by):
        item = DatasetItem.objects.get()
        asked = {"address": "minji@example.com", "owner": str(member.pk)}
        query = {"q": asked.get(by) or str(getattr(item, by, ""))}
        if by == "set":
            query = {"dataset__id__exact": str(dataset.pk)}
        response = staff.get("/admin/covers/datasetitem/", query, follow=True)
        page = response.content.decode()
        assert f"/admin/covers/datasetitem/{item.pk}/change/" in page
        assert "minji@example.com" not in page.replace("value=", "")
        nothing = staff.get("/admin/covers/datasetitem/", {"q": str(uuid.uuid4())}).content.decode()
        assert f"/admin/covers/datasetitem/{item.pk}/change/" not in nothing

    def test_a_consent_is_a_record(self, staff, family, member):
        consent = member.training_consents.get()
        page = staff.get(f"/admin/covers/trainingconsent/{consent.pk}/change/").content.decode()
        assert all(f">{key}</a>" in page for key in FAMILY)
        assert 'name="_save"' not in page
        assert staff.post(f"/admin/covers/trainingconsent/{consent.pk}/delete/").status_code == 403

    def test_staff_without_the_right_see_no_manifest(self, client, dataset):
        client.force_login(make_member(is_staff=True), "django.contrib.auth.backends.ModelBackend")
        assert client.get(f"/admin/covers/dataset/{dataset.pk}/manifest/").status_code == 403
