"""Taken down is gone: from the public bucket, however often it is away, and from whoever keeps copies before it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_rq import get_connection

from albumsite.jobs import sweeper
from albumsite.jobs.states import State
from albumsite.media import storage
from covers.models import Cover, Withdrawal
from covers.services import withdrawals
from covers.services.publishing import hide_cover, publish_cover, unpublish_cover
from tests.factories import make_finished_request, make_review, make_withheld
from tests.keeping.cdn import Cdn
from tests.s3 import forget_storages

pytestmark = pytest.mark.django_db(transaction=True)


def run_all(seconds_later: int = 0) -> None:
    """What a finish worker does with its jobs, and after some time with those of the sweeper."""
    if seconds_later:
        later = timezone.now() - timedelta(seconds=1)
        Withdrawal.objects.active().update(queued_at=later)
    for _stage in Withdrawal.STAGES:
        for row in Withdrawal.objects.active():
            withdrawals.work(str(row.pk))


def published(person: Any) -> Cover:
    cover = make_finished_request(person).covers.get()
    make_review(cover, person, publish=True)
    run_all(seconds_later=200)
    Withdrawal.objects.all().delete()
    assert copies(cover)
    return cover


def copies(cover: Cover) -> list[str]:
    return [one.key for one in storage.listed(storage.public(), cover.storage_prefix)]


class Away:
    """The public bucket does not answer, for a block."""

    def __init__(self, settings: Any) -> None:
        self._settings, self._before = settings, settings.STORAGES

    def __enter__(self) -> None:
        nowhere = {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "access_key": "x", "secret_key": "x", "bucket_name": "gone", "endpoint_url": "http://127.0.0.1:9",
                "region_name": "us-east-1",
            },
        }  # fmt: skip
        self._settings.STORAGES = {**self._before, "public": nowhere}
        forget_storages()

    def __exit__(self, *_: object) -> None:
        self._settings.STORAGES = self._before
        forget_storages()


@pytest.mark.parametrize("take_down", [hide_cover, unpublish_cover])
def test_a_store_that_is_away_delays_it_and_forgets_nothing(take_down: Any, visitor: Any, settings: Any) -> None:
    cover = published(visitor)
    with Away(settings):
        take_down(cover=cover)
        run_all()
        run_all(seconds_later=60)
    assert copies(cover), "nothing could be deleted"
    row = Withdrawal.objects.get()
    assert row.state == State.QUEUED
    Withdrawal.objects.update(queued_at=timezone.now() - timedelta(seconds=60))
    get_connection("finish").flushdb()  # the job of then was done long ago
    swept = sweeper.sweep()
    assert swept is not None
    assert swept.enqueued >= 1
    run_all()
    assert copies(cover) == []
    assert Withdrawal.objects.get().state == State.DONE


def test_the_wish_is_written_with_the_change(visitor: Any) -> None:
    """A commit whose answer is lost has both or none."""
    from django.db import transaction

    cover = published(visitor)
    with pytest.raises(RuntimeError), transaction.atomic():
        hide_cover(cover=cover)
        raise RuntimeError
    assert not Withdrawal.objects.exists()
    assert copies(cover)


def test_every_copy_goes_also_sizes_that_are_published_no_more(visitor: Any) -> None:
    cover = published(visitor)
    storage.save_all(storage.public(), {f"{cover.storage_prefix}/1024.webp": b"old"})
    hide_cover(cover=cover)
    run_all()
    assert copies(cover) == []


def test_the_largest_page_size_is_not_published(visitor: Any, client: Any) -> None:
    """Whoever made the cover sees it at full size; everybody else gets what pages show."""
    row = make_finished_request(visitor, width=1024, height=1024)
    cover = row.covers.get()
    Cover.objects.filter(pk=cover.pk).update(width=1024, height=1024)
    make_review(cover, visitor, publish=True)
    assert {key.rsplit("/", 1)[1] for key in copies(cover)} == {
        "160.webp", "320.webp", "640.webp", "320.avif", "640.avif"
    }  # fmt: skip
    for path in ("/", cover.get_absolute_url()):
        page = client.get(path).content.decode()
        assert "640.webp" in page
        assert "1024.webp" not in page


def test_a_cover_that_hangs_again_keeps_its_copies(visitor: Any) -> None:
    """The job of the first take-down comes late, between the copies and the row or after both."""
    cover = published(visitor)
    unpublish_cover(cover=cover)
    publish_cover(cover=cover)
    run_all()
    run_all(seconds_later=200)
    assert len(copies(cover)) == 5
    storage.delete_all(storage.public(), copies(cover))  # by a job that had looked before
    Withdrawal.objects.create(storage_prefix=cover.storage_prefix, stage="delete")
    run_all()
    assert len(copies(cover)) == 5


def test_one_who_dies_between_the_copies_and_the_row_leaves_nothing(
    visitor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    cover = make_finished_request(visitor).covers.get()
    make_review(cover, visitor)
    saved = storage.save_all

    def die(*args: Any) -> None:
        saved(*args)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(storage, "save_all", die)
        with pytest.raises(KeyboardInterrupt):
            publish_cover(cover=cover)
    assert copies(cover)
    run_all(seconds_later=200)
    assert copies(cover) == []


@pytest.mark.parametrize("place", ["folders", "s3"])
def test_a_cover_that_is_deleted_goes_from_both_buckets(place: str, visitor: Any, request: Any) -> None:
    if place == "s3":
        request.getfixturevalue("on_s3")
    cover, other = published(visitor), published(visitor)
    prefix = cover.storage_prefix
    cover.request.delete()
    run_all()
    for bucket in (storage.private(), storage.public()):
        assert list(storage.listed(bucket, prefix)) == []
        assert list(storage.listed(bucket, other.storage_prefix))


def test_a_look_for_later_that_comes_early_deletes_no_copies(visitor: Any) -> None:
    """They are just being made, and the row says so only afterwards."""
    cover = published(visitor)
    Cover.objects.filter(pk=cover.pk).update(visibility="private")
    withdrawals.look_later(storage_prefix=cover.storage_prefix)
    run_all()
    assert len(copies(cover)) == 5
    run_all(seconds_later=200)
    assert copies(cover) == []


def test_a_cover_that_hangs_again_while_its_copies_are_deleted_gets_them_back(
    visitor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    cover = published(visitor)
    hide_cover(cover=cover)
    delete = storage.delete_below

    def meanwhile(*place: Any) -> int:
        Cover.objects.filter(pk=cover.pk).update(visibility="public")
        return delete(*place)

    monkeypatch.setattr(storage, "delete_below", meanwhile)
    run_all()
    assert len(copies(cover)) == 5


@pytest.mark.parametrize("make", [lambda request: request.covers.get(), make_withheld])
def test_originals_of_what_is_still_there_stay(make: Any, visitor: Any) -> None:
    """Whoever asked for too much, or too early: the row decides."""
    kept = make(make_finished_request(visitor))
    withdrawals.ask(storage_prefix=kept.storage_prefix, with_originals=True)
    run_all()
    assert list(storage.listed(storage.private(), kept.storage_prefix))


# --- copies before the bucket ------------------------------------------------------------------------------------------


def test_a_look_that_is_not_needed_any_more_takes_nobody_elses_with_it(visitor: Any) -> None:
    """Nor its own row while somebody is just working on it."""
    hidden, hangs, worked_on = (make_finished_request(visitor).covers.get().storage_prefix for _ in range(3))
    withdrawals.ask(storage_prefix=hidden)
    withdrawals.need_not_look(withdrawals.look_later(storage_prefix=hangs))
    asked = withdrawals.ask(storage_prefix=worked_on)
    assert Withdrawal.objects.claim(asked.pk, stage="delete")
    withdrawals.need_not_look(asked)
    assert set(Withdrawal.objects.values_list("storage_prefix", flat=True)) == {hidden, worked_on}


def test_a_cdn_is_told_the_addresses_of_what_was_taken_down(cdn: Cdn, visitor: Any) -> None:
    cover = published(visitor)
    assert cdn.asked == []
    hide_cover(cover=cover)
    run_all()
    ((token, said),) = cdn.asked
    assert token == "Bearer secret"
    assert f"https://covers.example.com/media/{cover.storage_prefix}/640.webp" in said["files"]
    assert Withdrawal.objects.get().state == State.DONE


def test_a_cdn_that_fails_is_asked_again(cdn: Cdn, visitor: Any) -> None:
    cover, cdn.status = published(visitor), 500
    hide_cover(cover=cover)
    run_all()
    assert copies(cover) == []
    assert Withdrawal.objects.get().state == State.QUEUED
    cdn.status = 200
    run_all(seconds_later=60)
    assert len(cdn.asked) == 2
    assert Withdrawal.objects.get().state == State.DONE


def test_a_cdn_that_answers_nonsense_is_asked_again(cdn: Cdn, visitor: Any) -> None:
    cover, cdn.status = published(visitor), None
    hide_cover(cover=cover)
    run_all()
    assert Withdrawal.objects.get().state == State.QUEUED
    cdn.status = 200
    run_all(seconds_later=60)
    assert Withdrawal.objects.get().state == State.DONE


def test_what_hangs_again_is_not_purged(cdn: Cdn, visitor: Any) -> None:
    cover = published(visitor)
    unpublish_cover(cover=cover)
    publish_cover(cover=cover)
    run_all(seconds_later=200)
    assert cdn.asked == []
