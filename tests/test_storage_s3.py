"""The same flow on a real S3-compatible server: private and public buckets, hiding, and the server going away."""

from __future__ import annotations

import io
import os
import subprocess
import sys

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from albumsite.jobs.states import State
from albumsite.media import storage
from albumsite.processes.valkey_server import free_port
from covers import tasks
from covers.object_keys import master_key, public_keys
from covers.services.publishing import hide_cover
from tests.factories import make_briefed_request, make_finished_request, make_review
from tests.s3 import KEYS, forget_storages

pytestmark = pytest.mark.django_db(transaction=True)


def test_covers_are_drawn_reviewed_downloaded_and_published(on_s3, visitor, browser_of):
    row = make_briefed_request(visitor, count=1, width=128, height=128, title="한강의 밤")
    tasks.draw_covers(str(row.pk))
    cover, browser = row.covers.get(), browser_of(visitor)
    image = browser.get(reverse("covers:image", args=[cover.pk, "320.webp"]))
    assert Image.open(io.BytesIO(image.content)).format == "WEBP"
    browser.post(reverse("covers:review", args=[cover.pk]), {"half_stars": "10", "comment": "좋아요"})
    file = browser.get(reverse("covers:download", args=[cover.pk, "master.png"]))
    assert Image.open(io.BytesIO(file.content)).size == (128, 128)
    browser.post(reverse("covers:publish", args=[cover.pk]))
    assert storage.public().exists(f"{cover.storage_prefix}/640.webp")
    assert "aibum-public" in Client().get("/").content.decode()


def test_private_files_answer_nobody_without_a_signature(on_s3):
    import urllib.error
    import urllib.request

    cover = make_finished_request().covers.get()
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{on_s3[0]}/aibum-private/{master_key(cover.storage_prefix)}", timeout=5)
    assert refused.value.code == 403


def test_hiding_deletes_the_public_copies(on_s3, visitor):
    cover = make_finished_request(visitor).covers.get()
    make_review(cover, visitor, publish=True)
    assert storage.public().exists(f"{cover.storage_prefix}/640.webp")
    hide_cover(cover=cover)
    assert not any(storage.public().exists(key) for key in public_keys(cover.storage_prefix))
    assert storage.private().exists(master_key(cover.storage_prefix))


def test_a_stopped_store_fails_the_request_with_a_reason_and_a_page_says_so(
    on_s3, visitor, browser_of, settings, monkeypatch
):
    monkeypatch.setattr("albumsite.jobs.retries.AGAIN_AFTER_SECONDS", ())
    row = make_briefed_request(visitor, count=1, width=64, height=64)
    cover = make_finished_request(visitor).covers.get()
    options = {**settings.STORAGES["default"]["OPTIONS"], "endpoint_url": f"http://127.0.0.1:{free_port()}"}
    settings.STORAGES = {**settings.STORAGES, "default": {**settings.STORAGES["default"], "OPTIONS": options}}
    forget_storages()
    for _ in range(settings.JOB_ATTEMPTS_MAX):
        tasks.draw_request(str(row.pk))
    row.refresh_from_db()
    assert (row.state, row.failure, row.covers.count()) == (State.FAILED, "site:storage", 0)
    browser = browser_of(visitor)
    assert "save the pictures" in browser.get(row.get_absolute_url()).content.decode()
    broken = browser.get(reverse("covers:image", args=[cover.pk, "320.webp"]))
    assert broken.status_code == 503
    assert browser.get("/").status_code == 200


def test_missing_buckets_are_made(on_s3, settings):
    for name, bucket in (("default", "aibum-new"), ("public", "aibum-new-public")):
        options = {**settings.STORAGES[name]["OPTIONS"], "bucket_name": bucket}
        settings.STORAGES = {**settings.STORAGES, name: {**settings.STORAGES[name], "OPTIONS": options}}
    forget_storages()
    for _ in range(2):  # those that are there stay
        storage.ensure_buckets()
        storage.save_all(storage.public(), {"a.txt": b"x"})
    assert storage.read(storage.public(), "a.txt") == b"x"


def test_the_settings_turn_the_variables_into_two_buckets(s3_server):
    """In a fresh process, as an operator would set it."""
    code = (
        "import django; django.setup()\n"
        "from albumsite.media import storage\n"
        "storage.save_all(storage.private(), {'covers/é/한글.txt': b'x'})\n"
        "print(storage.read(storage.private(), 'covers/é/한글.txt'), storage.private().bucket_name, storage.public().bucket_name)"
    )
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "albumsite.settings",
        "AWS_STORAGE_BUCKET_NAME": "aibum-private",
        "AWS_PUBLIC_BUCKET_NAME": "aibum-public",
        "AWS_S3_ENDPOINT_URL": s3_server[0],
        "AWS_ACCESS_KEY_ID": KEYS["access_key"],
        "AWS_SECRET_ACCESS_KEY": KEYS["secret_key"],
    }
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["b'x'", "aibum-private", "aibum-public"], done.stderr
    environment["AWS_PUBLIC_BUCKET_NAME"] = "aibum-private"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert "AWS_PUBLIC_BUCKET_NAME" in done.stderr
