"""The picture behind a store file is kept: other type on it gives the same file as drawing it again, and nothing spoilt is ever used."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from django.urls import reverse
from PIL import Image

from accounts.person import Person
from albumsite.media import encoding, storage
from covers import tasks
from covers.drawing import full_size
from covers.models import Cover, Withdrawal
from covers.object_keys import full_size_key
from covers.services import studio
from covers.services.releases import prepare_release
from tests.covers.studio_pages import drawn_cover, make, send
from tests.working import worked

pytestmark = pytest.mark.django_db(transaction=True)
SIDE = 512


@pytest.fixture
def cover(visitor: Person, settings: Any) -> Cover:
    settings.RELEASE_SIZE_PIXELS = SIDE
    return drawn_cover(visitor)


def store_file(cover: Cover) -> bytes:
    cover.refresh_from_db()
    release = worked(tasks.make_release, prepare_release(cover=cover))
    return storage.read(storage.private(), release.storage_key)


def kept(cover: Cover) -> bytes:
    return storage.read(storage.private(), full_size_key(cover.storage_prefix))


def put(cover: Cover, content: bytes) -> None:
    storage.save_all(storage.private(), {full_size_key(cover.storage_prefix): content})


def without_release(cover: Cover) -> None:
    cover.release.delete()
    cover.refresh_from_db()


def test_new_type_on_the_kept_picture_is_the_same_file_as_on_one_that_is_drawn_again(browser, cover):
    store_file(cover)
    picture = np.asarray(encoding.open_exact(kept(cover))).astype(int)
    first = cover.storage_prefix
    send(browser, cover, title__text="Paper Routes")
    make(cover)
    of_the_kept = store_file(cover)
    without_release(cover)
    storage.delete_all(storage.private(), [full_size_key(first)])
    assert store_file(cover) == of_the_kept
    shown = np.asarray(Image.open(io.BytesIO(of_the_kept)).convert("RGB")).astype(int)
    changed = np.abs(shown - picture).max(axis=2) > 40
    assert 0.002 < changed.mean() < 0.3, "its type, and nothing else"


def test_going_back_gives_the_first_file_again(browser, cover):
    before = store_file(cover)
    send(browser, cover, title__text="Paper Routes")
    make(cover)
    studio.show_version(cover=cover, version=cover.versions.get(number=1))
    assert store_file(cover) == before


@pytest.mark.parametrize("spoilt", ["cut off", "no picture", "another picture", "another size"])
def test_what_is_spoilt_is_drawn_again(browser, cover, spoilt):
    send(browser, cover, title__text="Paper Routes")
    make(cover)
    first = store_file(cover)
    without_release(cover)
    put(cover, {
        "cut off": kept(cover)[:-2000], "no picture": b"junk",
        "another picture": encoding.encode_exact(Image.new("RGB", (SIDE, SIDE), (20, 200, 90))),
        "another size": encoding.encode_exact(encoding.open_exact(kept(cover)).resize((300, 300))),
    }[spoilt])  # fmt: skip
    assert store_file(cover) == first


def test_a_first_version_whose_picture_cannot_be_drawn_again_keeps_its_sharp_picture_and_its_type(cover, monkeypatch):
    before = np.asarray(Image.open(io.BytesIO(store_file(cover)))).astype(int)
    without_release(cover)
    monkeypatch.setattr(full_size, "DRAWS_AT_ANY_SIZE", frozenset())
    after = np.asarray(Image.open(io.BytesIO(store_file(cover)))).astype(int)
    assert np.abs(before - after).mean() < 0.5


def test_it_goes_with_its_cover(cover):
    store_file(cover)
    key = full_size_key(cover.storage_prefix)
    assert storage.exists(storage.private(), key)
    cover.request.delete()
    for row in Withdrawal.objects.all():
        tasks.withdraw(str(row.pk))
    assert not storage.exists(storage.private(), key)


def test_nobody_else_may_have_it(cover, client):
    store_file(cover)
    assert not storage.exists(storage.public(), full_size_key(cover.storage_prefix))
    for view in ("image", "download"):
        assert client.get(reverse(f"covers:{view}", args=[cover.pk, "full-size.webp"])).status_code in (302, 404)
