"""Review to download, the wall, and what a moderator hides."""

from __future__ import annotations

import io
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.person import Person
from albumsite.jobs.states import State
from albumsite.media import storage
from covers import tasks
from covers.errors import AlreadyReviewed
from covers.models import Cover, CoverRequest, ReleaseFile, Review, Visibility, Withdrawal
from covers.object_keys import master_key, public_keys
from covers.services.publishing import hide_cover, publish_cover, restore_cover, unpublish_cover
from tests.factories import make_finished_request, make_member, make_rater, make_review
from tests.waiting import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cover(visitor) -> Cover:
    return make_finished_request(visitor).covers.get()


@pytest.fixture
def browser(browser_of, visitor) -> Client:
    return browser_of(visitor)


def post_review(browser: Client, cover: Cover, **changes: Any) -> Any:
    form = {"half_stars": "9", "comment": "이 노래 그대로예요", **changes}
    return browser.post(reverse("covers:review", args=[cover.pk]), form)


def hang_up(browser: Client, cover: Cover) -> Any:
    """As its maker does: the page that shows what will be seen, then its button."""
    assert browser.get(reverse("covers:publish", args=[cover.pk])).status_code == 200
    return browser.post(reverse("covers:publish", args=[cover.pk]))


def download(browser: Client, cover: Cover, kind: str) -> Any:
    return browser.get(reverse("covers:download", args=[cover.pk, kind]))


def test_a_review_opens_the_download(browser, cover):
    assert download(browser, cover, "master.png").status_code == 302  # first the review
    assert post_review(browser, cover).status_code == 302
    response = download(browser, cover, "master.png")
    assert response.status_code == 200
    assert response["Content-Type"] == "image/png"
    assert "attachment" in response["Content-Disposition"]
    assert Image.open(io.BytesIO(response.content)).size == (64, 64)
    review = Review.objects.get()
    assert (review.half_stars, review.stars, review.comment) == (9, 4.5, "이 노래 그대로예요")


def test_the_release_file_downloads_when_it_is_ready(browser, cover, settings):
    settings.RELEASE_SIZE_PIXELS = 256
    post_review(browser, cover)
    status = browser.get(reverse("covers:download_status", args=[cover.pk]))
    assert status["X-Active"] == "1"
    assert download(browser, cover, "release.jpg").status_code == 302  # back to the page that waits
    tasks.make_release(str(ReleaseFile.objects.get().pk))
    assert browser.get(reverse("covers:download_status", args=[cover.pk]))["X-Active"] == "0"
    response = download(browser, cover, "release.jpg")
    assert Image.open(io.BytesIO(response.content)).size == (256, 256)


def test_the_file_is_named_after_the_song(browser, visitor):
    from urllib.parse import unquote

    cover = make_finished_request(visitor, title="봄날의 편지", artist='하람 "H"/..').covers.get()
    post_review(browser, cover)
    name = unquote(download(browser, cover, "master.png")["Content-Disposition"])
    assert "하람-h-봄날의-편지-1.png" in name


def test_once_per_person_and_cover(browser, cover, visitor):
    post_review(browser, cover, half_stars="10")
    again = post_review(browser, cover, half_stars="1")
    assert again.status_code == 302  # a double click: the download is open, the first rating counts
    assert Review.objects.get().half_stars == 10
    with pytest.raises(AlreadyReviewed):
        make_review(cover, visitor)


def test_ten_clicks_at_once_leave_one_review_and_a_right_count(cover):
    person = make_rater()

    def click() -> str:
        try:
            make_review(cover, person)
        except AlreadyReviewed:
            return "refused"
        return "reviewed"

    outcomes = at_once(*[click] * 10)
    cover.refresh_from_db()
    assert sorted(outcomes) == ["refused"] * 9 + ["reviewed"]
    assert (cover.rating_count, cover.rating_sum) == (1, 8)


def test_many_people_at_once_are_all_counted(cover):
    raters = [make_rater() for _ in range(8)]
    at_once(*[lambda half=half: make_review(cover, raters[half - 1], half_stars=half) for half in range(1, 9)])
    cover.refresh_from_db()
    assert (cover.rating_count, cover.rating_sum) == (8, 36)
    assert cover.average_stars == 2.25


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"half_stars": "0"}, "half a star to five"),
        ({"half_stars": "11"}, "half a star to five"),
        ({"half_stars": "3.5"}, "half a star to five"),
        ({"half_stars": ""}, "half a star to five"),
        ({"comment": ""}, "few words"),
        ({"comment": " \n\u200b"}, "few words"),
        ({"comment": "x" * 1001}, "1001 characters"),
    ],
)
def test_a_review_that_cannot_be_taken_is_explained_and_kept(browser, cover, changes, text):
    response = post_review(browser, cover, **changes)
    page = response.content.decode()
    assert response.status_code == 422
    assert text in page
    assert ("이 노래 그대로예요" in page) == ("comment" not in changes)
    assert not Review.objects.exists()


@pytest.mark.parametrize("half_stars", [0, 11])
def test_the_database_knows_the_half_stars(cover, visitor, half_stars):
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.create(cover=cover, **visitor.owner_fields(), half_stars=half_stars, comment="x")


def test_the_database_refuses_a_second_review_by_a_member(cover):
    person = Person(user=make_member())
    Review.objects.create(cover=cover, **person.owner_fields(), half_stars=5, comment="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.create(cover=cover, **person.owner_fields(), half_stars=6, comment="y")


def test_a_light_mark_lies_over_a_cover_until_it_is_reviewed_and_the_file_is_clean(browser, cover):
    before = browser.get(cover.get_absolute_url()).content.decode()
    post_review(browser, cover)
    after = browser.get(cover.get_absolute_url()).content.decode()
    assert "preview-mark" in before
    assert "preview-mark" not in after
    clean = storage.read(storage.private(), master_key(cover.storage_prefix))
    assert download(browser, cover, "master.png").content == clean


def test_a_cover_hangs_on_the_wall_when_its_maker_hangs_it_and_its_copy_is_public(browser, cover, client):
    post_review(browser, cover)
    shown = browser.get(reverse("covers:publish", args=[cover.pk])).content.decode()
    assert all(
        text in shown
        for text in (cover.title, cover.artist, "이 노래 그대로예요", str(cover.seed), f"/covers/{cover.pk}/image/")
    )
    cover.refresh_from_db()
    assert cover.visibility == Visibility.PRIVATE  # nothing hangs by a download, or by a look
    hang_up(browser, cover)
    cover.refresh_from_db()
    assert cover.visibility == Visibility.PUBLIC
    page = Client().get("/").content.decode()
    assert cover.get_absolute_url() in page
    assert f"/media/{cover.storage_prefix}/640.webp" in page
    copy = Client().get(f"/media/{cover.storage_prefix}/640.webp")
    assert (copy.status_code, copy["Cache-Control"]) == (200, "public, max-age=300")
    assert Client().get(f"/media/{cover.storage_prefix}/master.png").status_code == 404


def test_a_stranger_who_rates_a_public_cover_gets_no_file_of_it(browser, cover, settings):
    settings.RELEASE_SIZE_PIXELS = 128
    post_review(browser, cover)
    hang_up(browser, cover)
    tasks.make_release(str(ReleaseFile.objects.get().pk))
    for stranger in (Client(), Client()):
        assert post_review(stranger, cover, half_stars="8").status_code == 302
        page = stranger.get(cover.get_absolute_url()).content.decode()
        assert "download" not in page.partition('id="download"')[2].partition("</section>")[0].replace(
            'id="download"', ""
        )
        for kind in ("master.png", "release.jpg"):
            assert download(stranger, cover, kind).status_code == 404
        assert stranger.get(reverse("covers:download_status", args=[cover.pk])).status_code == 404
    assert download(browser, cover, "release.jpg").status_code == 200
    friend = Client()
    friend.get(cover.request.get_secret_url())  # their maker gave them the key
    post_review(friend, cover)
    assert download(friend, cover, "release.jpg").status_code == 200


def test_a_strangers_review_asks_for_no_file(cover, visitor):
    make_review(cover, visitor, publish=True)
    ReleaseFile.objects.all().delete()
    make_review(cover, Person(visitor=uuid.uuid4()))
    assert not ReleaseFile.objects.exists()


def test_what_is_private_is_asked_for_again_at_each_look(browser, cover):
    address = reverse("covers:image", args=[cover.pk, "640.webp"])
    first = browser.get(address)
    assert first["Cache-Control"] == "private, no-cache"
    assert browser.get(address, headers={"if-none-match": first["ETag"]}).status_code == 304
    assert Client().get(address, headers={"if-none-match": first["ETag"]}).status_code == 404
    CoverRequest.objects.filter(pk=cover.request_id).update(shows_face=True)
    assert browser.get(address)["Cache-Control"] == "private, no-store"


def test_a_cover_that_its_maker_keeps_stays_off_the_wall(browser, cover):
    post_review(browser, cover)
    assert cover.get_absolute_url() not in Client().get("/").content.decode()
    assert Client().get(cover.get_absolute_url()).status_code == 404


def test_a_guest_s_review_never_publishes_another_s_cover(cover):
    guest = Client()
    guest.get(cover.request.get_secret_url())
    assert post_review(guest, cover).status_code == 302
    cover.refresh_from_db()
    assert cover.visibility == Visibility.PRIVATE


def test_the_maker_can_take_it_off_the_wall_and_put_it_back(browser, cover):
    post_review(browser, cover)
    hang_up(browser, cover)
    browser.post(reverse("covers:unpublish", args=[cover.pk]))
    cover.refresh_from_db()
    assert cover.visibility == Visibility.PRIVATE
    assert not storage.public().exists(f"{cover.storage_prefix}/640.webp")
    browser.post(reverse("covers:publish", args=[cover.pk]))
    cover.refresh_from_db()
    assert cover.visibility == Visibility.PUBLIC


def test_the_wall_shows_the_twelve_best_rated_and_the_newest_among_equals():
    rated = []
    for half_stars in (10, 2, 10, 9, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 7):
        maker = Person(visitor=uuid.uuid4())
        cover = make_finished_request(maker).covers.get()
        make_review(cover, make_rater(), half_stars=half_stars, publish=True)
        rated.append(cover)
    wall = list(Cover.objects.wall())
    assert len(wall) == 12
    assert wall[0] == rated[2]  # newer of the two with five stars
    assert wall[1] == rated[0]
    assert wall[2] == rated[3]
    assert wall[3:] == [*reversed(rated[5:14])]
    assert rated[1] not in wall


def test_one_rave_does_not_beat_ten_very_good_ones():
    maker, praised = Person(visitor=uuid.uuid4()), Person(visitor=uuid.uuid4())
    rave = make_finished_request(maker).covers.get()
    make_review(rave, make_rater(), half_stars=10, publish=True)
    loved = make_finished_request(praised).covers.get()
    make_review(loved, make_rater(), half_stars=9, publish=True)
    for _ in range(9):
        make_review(loved, make_rater(), half_stars=9)
    assert list(Cover.objects.wall()) == [loved, rave]


def test_a_wall_with_few_covers_shows_what_there_is(client):
    assert client.get("/").status_code == 200
    assert list(Cover.objects.wall()) == []


def test_hiding_takes_the_cover_and_its_public_files_away_from_all_but_its_maker(browser, cover):
    post_review(browser, cover)
    hang_up(browser, cover)
    hide_cover(cover=cover)
    assert cover.get_absolute_url() not in Client().get("/").content.decode()
    assert Client().get(cover.get_absolute_url()).status_code == 404
    assert Client().get(f"/media/{cover.storage_prefix}/640.webp").status_code == 404
    assert browser.get(cover.get_absolute_url()).status_code == 200
    browser.post(reverse("covers:publish", args=[cover.pk]))
    cover.refresh_from_db()
    assert cover.visibility == Visibility.HIDDEN  # its maker cannot undo a moderator
    restore_cover(cover=cover)
    assert Client().get(cover.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("hangs", [True, False])
@pytest.mark.parametrize("meanwhile", ["nothing", "taken down", "hung up"])
def test_a_moderator_gives_back_exactly_what_its_maker_wants(hangs, meanwhile, cover, visitor):
    make_review(cover, visitor, publish=hangs)
    seen_before = Cover.objects.get(pk=cover.pk)  # as a page that was opened before has it
    hide_cover(cover=Cover.objects.get(pk=cover.pk))
    if meanwhile == "taken down":
        unpublish_cover(cover=seen_before)
    elif meanwhile == "hung up":
        publish_cover(cover=seen_before)
    cover.refresh_from_db()
    assert cover.visibility == Visibility.HIDDEN  # its maker undoes no moderator
    restore_cover(cover=Cover.objects.get(pk=cover.pk))
    cover.refresh_from_db()
    expected = Visibility.PUBLIC if hangs and meanwhile != "taken down" else Visibility.PRIVATE
    assert cover.visibility == expected
    assert storage.public().exists(f"{cover.storage_prefix}/640.webp") == (expected == Visibility.PUBLIC)


def test_a_cover_hidden_while_it_is_published_leaves_no_public_file(browser, cover, monkeypatch):
    post_review(browser, cover)
    read = storage.read

    def read_and_hide(bucket: Any, key: str) -> bytes:
        hide_cover(cover=Cover.objects.get(pk=cover.pk))
        return read(bucket, key)

    monkeypatch.setattr(storage, "read", read_and_hide)
    publish_cover(cover=cover)
    assert cover.visibility == Visibility.HIDDEN
    assert not any(storage.public().exists(key) for key in public_keys(cover.storage_prefix))


def test_a_stopped_object_store_says_so_and_the_review_can_be_sent_again(browser, cover, settings, tmp_path):
    location = settings.STORAGES["public"]["OPTIONS"]["location"]
    location.parent.mkdir(parents=True, exist_ok=True)
    location.write_text("in the way")
    response = post_review(browser, cover)
    assert response.status_code == 302
    assert Review.objects.count() == 1
    location.unlink()
    browser.post(reverse("covers:publish", args=[cover.pk]))
    cover.refresh_from_db()
    assert cover.visibility == Visibility.PUBLIC


def test_a_failed_release_can_be_asked_for_again(browser, cover):
    post_review(browser, cover)
    release = ReleaseFile.objects.get()
    CoverRequest.objects.filter(pk=cover.request_id).update(engine="gone")
    ReleaseFile.objects.filter(pk=release.pk).update(
        state=State.FAILED, failure="engine:died", finished_at="2026-01-01T00:00Z"
    )
    page = browser.get(reverse("covers:download_status", args=[cover.pk])).content.decode()
    assert "master.png" in page
    post_review(browser, cover)
    release.refresh_from_db()
    assert release.state == State.QUEUED


def test_a_deleted_cover_takes_its_files_along(browser, cover, settings):
    settings.RELEASE_SIZE_PIXELS = 128
    post_review(browser, cover)
    tasks.make_release(str(ReleaseFile.objects.get().pk))
    keys = [*public_keys(cover.storage_prefix), master_key(cover.storage_prefix)]
    keys.append(ReleaseFile.objects.get().storage_key)
    cover.request.delete()
    tasks.withdraw(str(Withdrawal.objects.get().pk))
    assert not any(storage.private().exists(key) or storage.public().exists(key) for key in keys)
