"""What hangs together with a version: the wall, store files, comparing, and what goes with it."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest
from django.urls import reverse
from PIL import Image

from albumsite.jobs.claims import LeaseLost
from albumsite.media import storage
from albumsite.media.encoding import saved
from covers import tasks
from covers.engine_pool import engine_for
from covers.models import CoverVersion, ReleaseFile, Review, Visibility, Withdrawal
from covers.object_keys import cover_keys, master_key
from covers.services import studio
from covers.services.publishing import publish_cover
from covers.services.releases import prepare_release
from tests.covers.studio_pages import (
    drawn_cover,
    look,
    make,
    master,
    page_of,
    send,
)
from tests.working import store_file

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_change_takes_a_cover_off_the_wall_and_its_store_file_away(browser, visitor, cover):
    Review.objects.create(cover=cover, visitor=visitor.visitor, half_stars=8, comment="Good")
    publish_cover(cover=cover)
    release = prepare_release(cover=cover)
    tasks.make_release(str(release.pk))
    hung = cover.storage_prefix
    assert "takes it off" in page_of(browser, cover)
    send(browser, cover, title__text="Paper Routes")
    make(cover)
    assert cover.visibility == Visibility.PRIVATE
    for row in Withdrawal.objects.all():
        tasks.withdraw(str(row.pk))
    assert not [key for key in cover_keys(hung) if storage.exists(storage.public(), key)]
    assert storage.exists(storage.private(), master_key(hung)), "its first version is there all the same"
    assert not ReleaseFile.objects.exists()


def test_the_store_file_has_the_type_that_the_maker_has_set(browser, visitor, cover, settings):
    settings.RELEASE_SIZE_PIXELS = 512
    send(
        browser,
        cover,
        title__text="Paper Routes",
        title__colour="#ff2020",
        title__x="50",
        title__y="50",
        title__align="center",
    )
    make(cover)
    picture = store_file(cover)
    assert picture.size == (512, 512)
    small = np.asarray(picture.resize((256, 256), Image.Resampling.LANCZOS)).astype(int)
    assert np.abs(small - master(cover)).mean() < 5


def test_a_store_file_never_shows_another_picture_than_the_cover(visitor, settings):
    """An engine of a later release may draw another picture of the same recipe."""
    settings.RELEASE_SIZE_PIXELS = 512
    cover = drawn_cover(visitor, with_lettering=False)
    flag = Image.new("RGB", (256, 256), (20, 200, 90))
    storage.save_all(storage.private(), {master_key(cover.storage_prefix): saved(flag, "PNG")})
    picture = np.asarray(store_file(cover))
    assert np.abs(picture.astype(int) - np.array((20, 200, 90))).max() < 6


def test_a_deleted_version_takes_its_files_along_and_the_shown_one_stays(browser, cover):
    send(browser, cover, title__text="Two")
    make(cover)
    send(browser, cover, title__text="Three")
    make(cover)
    second, third = cover.versions.get(number=2), cover.versions.get(number=3)
    assert browser.post(reverse("covers:delete_version", args=[cover.pk, third.pk])).status_code == 409
    assert browser.post(reverse("covers:delete_version", args=[cover.pk, second.pk])).status_code == 302
    for row in Withdrawal.objects.all():
        tasks.withdraw(str(row.pk))
    assert not storage.exists(storage.private(), master_key(second.storage_prefix))
    assert storage.exists(storage.private(), master_key(third.storage_prefix))
    third.refresh_from_db()
    assert third.parent == cover.versions.get(number=1)


def test_a_version_deleted_while_it_is_made_leaves_no_files(browser, cover):
    send(browser, cover, title__text="Gone")
    version = cover.versions.get(number=2)
    before = set(storage.names_below(storage.private(), "covers/"))
    with CoverVersion.objects.claimed(version.pk, stage="set") as claim:
        studio.delete_version(cover=cover, version=version)
        with pytest.raises(LeaseLost):
            studio.make_version(claim=claim, engine=engine_for)
    assert set(storage.names_below(storage.private(), "covers/")) == before
    cover.refresh_from_db()
    assert cover.title == "Paper Route"


def test_with_its_request_all_versions_go(browser, cover):
    send(browser, cover, title__text="Two")
    make(cover)
    folder = f"covers/{cover.request_id}/"
    cover.request.delete()
    for row in Withdrawal.objects.all():
        tasks.withdraw(str(row.pk))
    assert not list(storage.names_below(storage.private(), folder))
    assert not CoverVersion.objects.exists()


def test_the_picture_is_learnt_from_without_letters(browser, cover):
    from covers.datasets.selection import picture_key

    send(browser, cover, title__text="Two")
    make(cover)
    assert storage.exists(storage.private(), picture_key(cover))


def test_a_version_is_told_in_the_readers_language(browser, cover):
    browser.cookies["django_language"] = "ko"
    send(browser, cover, title__text="다른 제목")
    page = page_of(browser, cover)
    assert "제목: 글자" in page
    assert "처음 그린 그대로" in page


def test_two_are_compared(browser, cover):
    address = reverse("covers:compare", args=[cover.pk])
    assert browser.get(address).status_code == 404
    send(browser, cover, title__text="Two")
    make(cover)
    page = browser.get(address).content.decode()
    first, second = cover.versions.order_by("number")
    for version in (first, second):
        image = reverse("covers:version_image", args=[cover.pk, version.pk, "1024.webp"])
        assert image in page
        assert browser.get(image).status_code == 200


def test_a_typeface_is_shown_in_the_songs_own_letters(browser, visitor):
    cover = drawn_cover(visitor, title="여름방학")
    addresses = [reverse("covers:studio_face", args=[cover.pk, voice]) for voice in ("dot", "brush")]
    dots, brush = (Image.open(io.BytesIO(browser.get(address).content)) for address in addresses)
    assert dots.getextrema()[0] < 60
    assert dots.size != brush.size or np.asarray(dots).tolist() != np.asarray(brush).tolist()
    assert browser.get(reverse("covers:studio_face", args=[cover.pk, "comic"])).status_code == 404


def test_the_answer_of_a_look_is_json(browser, cover):
    answer = look(browser, cover)
    assert set(json.loads(answer.content)) == {"look", "boxes", "notes"}
