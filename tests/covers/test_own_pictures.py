"""A musician brings a picture to the form or a terminal: it is taken, or said why not, and nothing typed is lost."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.person import Person
from albumsite.media import storage
from covers import tasks
from covers.brief.scenery import TREATMENTS
from covers.models import CoverRequest, UploadedPicture
from covers.own_pictures import permission
from covers.writing.names import TREATMENT_NAMES
from tests.covers.own_pictures import (
    as_file,
    drawing,
    drawn_of,
    make_picture,
    member_with_picture,
    quickly_read,  # noqa: F401  a fixture
    sent,
    upload,
)
from tests.factories import make_member
from tests.working import worked

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("quickly_read")]


# --- the form ---------------------------------------------------------------------------------------------------------


def test_a_picture_comes_with_the_form_and_covers_are_drawn_of_it(client: Client) -> None:
    answer = sent(client, picture_file=upload(as_file(drawing())), picture_agreed="on", treatment="plain")
    assert answer.status_code == 302, answer.content.decode()[:3000]
    row = CoverRequest.objects.get()
    picture = UploadedPicture.objects.get()
    assert (row.picture, row.shows_picture, row.picture_positions) == (picture, True, [0, 1])
    assert (row.picture_treatment, row.picture_crop) == ("plain", None)
    assert (picture.width, picture.height) == (320, 240)
    assert picture.agreed_version == permission.VERSION
    assert picture.agreed_sha256 == permission.statement("en").sha256
    assert picture.agreed_at is not None
    CoverRequest.objects.filter(pk=row.pk).update(width=160, height=160)
    tasks.write_brief(str(row.pk))
    worked(tasks.draw_covers, row)
    assert row.state == "done", row.failure
    covers = list(row.covers.order_by("position"))
    assert [cover.parameters.get("treatment") for cover in covers] == ["plain", "plain"]
    assert [cover.style_arm for cover in covers] == ["", ""], "nothing is learnt from them"


def test_the_page_tells_no_subject_where_every_cover_is_made_of_the_picture(client: Client) -> None:
    for fields, tells in (({}, False), ({"picture_for": "half"}, True)):
        sent(client, picture_file=upload(as_file(drawing())), picture_agreed="on", **fields)
        row = CoverRequest.objects.order_by("-id")[0]
        tasks.write_brief(str(row.pk))
        page = client.get(row.get_absolute_url()).content.decode()
        assert ('<p class="request__description">' in page) == tells
        assert "What will be drawn stands here" not in page


def test_it_waits_for_the_tick_and_is_not_lost_meanwhile(client: Client) -> None:
    answer = sent(client, picture_file=upload(as_file(drawing())))
    assert answer.status_code == 422
    picture = UploadedPicture.objects.get()
    page = answer.content.decode()
    assert f'name="picture" value="{picture.pk}"' in page
    assert 'value="Fighting"' in page
    assert picture.agreed_at is None
    assert not CoverRequest.objects.exists()
    assert client.get(reverse("covers:picture", args=[picture.pk])).status_code == 200
    answer = sent(client, picture=str(picture.pk), picture_agreed="on")
    assert answer.status_code == 302
    assert CoverRequest.objects.get().picture == picture


def test_a_refused_picture_loses_nothing_that_was_typed(client: Client) -> None:
    answer = sent(client, picture_file=upload(b"no picture at all"), picture_agreed="on", lyrics="La la la")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "not a picture that we can read" in page
    assert "La la la" in page
    assert not UploadedPicture.objects.exists()
    assert not CoverRequest.objects.exists()


@pytest.mark.parametrize(
    ("fields", "positions"),
    [({"picture_for": "half", "count": "3"}, [0, 1]), ({"picture_for": "one"}, [0]), ({"picture_for": "all"}, [0, 1])],
)
def test_some_of_the_covers_are_made_of_it(client: Client, fields: dict[str, str], positions: list[int]) -> None:
    _me, picture = member_with_picture(client)
    assert sent(client, picture=str(picture.pk), picture_agreed="on", **fields).status_code == 302
    assert CoverRequest.objects.get().picture_positions == positions


@pytest.mark.parametrize(
    ("crop", "kept"),
    [
        (("0.5", "0.5", "1"), [0.5, 0.5, 1.0]),
        (("0.9", "0.1", "0.5"), [0.8125, 0.25, 0.5]),  # moved into the picture, which is 320 x 240
        (("0.4", "0.6", "0.01"), [0.4, 0.6, 0.15]),
        (("0.4", "0.6", ""), None),
    ],
)
def test_the_square_is_kept_inside_of_the_picture(client: Client, crop: tuple[str, str, str], kept: Any) -> None:
    _me, picture = member_with_picture(client)
    fields = dict(zip(("crop_x", "crop_y", "crop_size"), crop, strict=True))
    assert sent(client, picture=str(picture.pk), picture_agreed="on", **fields).status_code == 302
    assert CoverRequest.objects.get().picture_crop == kept


@pytest.mark.parametrize("crop_x", ["nan", "inf", "left", "1e999"])
def test_a_square_that_makes_no_sense_is_refused(client: Client, crop_x: str) -> None:
    _me, picture = member_with_picture(client)
    fields = {"crop_x": crop_x, "crop_y": "0.5", "crop_size": "0.5"}
    assert sent(client, picture=str(picture.pk), picture_agreed="on", **fields).status_code == 422


def test_somebody_elses_picture_is_none(client: Client) -> None:
    theirs = make_picture(Person(user=make_member()))
    member_with_picture(client)
    answer = sent(client, picture=str(theirs.pk), picture_agreed="on")
    assert answer.status_code == 422
    assert "not here any more" in answer.content.decode()
    assert str(theirs.pk) not in answer.content.decode()
    for number in ("nonsense", str(uuid.uuid4())):
        assert sent(client, picture=number, picture_agreed="on").status_code == 422
    assert client.get(reverse("covers:picture", args=[theirs.pk])).status_code == 404
    assert not CoverRequest.objects.exists()


def test_a_picture_can_be_left_out_again(client: Client) -> None:
    _me, picture = member_with_picture(client)
    assert sent(client, picture=str(picture.pk), without_picture="on").status_code == 302
    row = CoverRequest.objects.get()
    assert (row.picture, row.shows_picture) == (None, False)


def test_another_engine_says_kindly_that_it_draws_no_pictures(client: Client, settings: Any) -> None:
    settings.COVER_ENGINES_OFFERED, settings.POCKET_ON_FORM = ["poster", "pocket"], True
    _me, picture = member_with_picture(client)
    answer = sent(client, picture=str(picture.pk), picture_agreed="on", engine="pocket")
    assert answer.status_code == 422
    assert "Only “poster” makes covers of your own picture" in answer.content.decode()
    settings.COVER_ENGINE, settings.COVER_ENGINES_OFFERED = "sdxl", []
    assert "data-own-picture" not in client.get(reverse("covers:create")).content.decode()


def test_each_treatment_has_its_name_in_both_languages_and_a_sample(client: Client) -> None:
    pages = [client.get(reverse("covers:create"), headers={"accept-language": code}) for code in ("en", "ko")]
    for key in TREATMENTS:
        assert (settings.BASE_DIR / "static" / "img" / "treatments" / f"{key}.webp").is_file()
        for page, name in zip(pages, TREATMENT_NAMES[key], strict=True):
            assert name in page.content.decode()


def test_a_file_that_is_too_large_is_told_so_with_all_that_was_typed(client: Client) -> None:
    answer = sent(client, picture_file=upload(b"\xff\xd8\xff" + b"x" * (26 << 20)), lyrics="La la la")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "larger than 25 MB" in page
    assert "La la la" in page


def test_whoever_has_the_address_of_a_request_does_not_get_its_picture_into_their_form(client: Client) -> None:
    me = Person(user=make_member())
    row = drawn_of(make_picture(me), me)
    client.get(row.get_secret_url())
    page = client.get(f"{reverse('covers:create')}?again={row.pk}").content.decode()
    assert 'value="Fighting"' in page
    assert str(row.picture_id) not in page


def test_sent_twice_it_is_one_request(client: Client) -> None:
    _me, picture = member_with_picture(client)
    fields = {"picture": str(picture.pk), "picture_agreed": "on", "submission": str(uuid.uuid4())}
    first, second = sent(client, **fields), sent(client, **fields)
    assert first["Location"] == second["Location"]
    assert CoverRequest.objects.count() == 1


def test_the_page_sends_it_ahead_and_is_told_its_number_or_why_not(client: Client) -> None:
    address = reverse("covers:add_picture")
    answer = client.post(address, {"picture_file": upload(as_file(drawing()))})
    assert answer.status_code == 200
    told = answer.json()
    assert (told["width"], told["height"]) == (320, 240)
    shown = client.get(told["address"])
    assert "no-store" in shown["Cache-Control"]
    assert Client().get(told["address"]).status_code == 404
    answer = client.post(address, {"picture_file": upload(b"hello")})
    assert answer.status_code == 422
    assert "not a picture" in answer.json()["problem"]
    assert client.post(address, {}).status_code == 422
    assert client.get(address).status_code == 405


def test_the_form_in_the_other_language_still_has_it(client: Client) -> None:
    _me, picture = member_with_picture(client)
    page = sent(client, picture=str(picture.pk), picture_agreed="on", treatment="riso", in_language="ko")
    assert page.status_code == 200
    text = page.content.decode()
    assert f'value="{picture.pk}"' in text
    assert "이 그림을 써도 되고" in text
    agreed = text.split('name="picture_agreed"')[1].split(">")[0]
    assert "checked" not in agreed, "it was ticked under the words of the other language"


def test_looks_are_counted_for_visitors_and_members(client: Client) -> None:
    address = reverse("covers:add_picture")
    for _ in range(30):
        assert client.post(address, {"picture_file": upload(b"hello")}).status_code == 422
    answer = client.post(address, {"picture_file": upload(b"hello")})
    assert answer.status_code == 429
    assert "Retry-After" in answer.headers
    client.force_login(make_member())
    assert client.post(address, {"picture_file": upload(b"hello")}).status_code == 422


def test_a_full_disk_and_a_store_that_is_away_are_said(client: Client, settings: Any, monkeypatch: Any) -> None:
    settings.DISK_FREE_PERCENT_MIN = 90
    monkeypatch.setattr("albumsite.disk._looked", None)
    monkeypatch.setattr("albumsite.disk._free_percent", lambda _folder: 1.0)
    answer = client.post(reverse("covers:add_picture"), {"picture_file": upload(as_file(drawing()))})
    assert answer.status_code == 503
    assert "disk" in answer.json()["problem"]
    monkeypatch.undo()
    settings.DISK_FREE_PERCENT_MIN = 0

    def away(*_: Any, **__: Any) -> None:
        raise OSError("away")

    monkeypatch.setattr(type(storage.private()), "save", away)
    answer = client.post(reverse("covers:add_picture"), {"picture_file": upload(as_file(drawing()))})
    assert answer.status_code == 503
    assert "could not store your picture" in answer.json()["problem"]
    assert not UploadedPicture.objects.exists()


def test_what_a_day_may_store_counts_pictures_too(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("albumsite.admission.gate.daily_bytes", lambda: 1000)
    answer = client.post(reverse("covers:add_picture"), {"picture_file": upload(as_file(drawing()))})
    assert answer.status_code == 503
    assert "You can go on in" in answer.json()["problem"]
    assert not UploadedPicture.objects.exists()


# --- in a terminal ------------------------------------------------------------------------------------------------------


def test_a_terminal_brings_one_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "sea.png"
    file.write_bytes(as_file(drawing(), "PNG"))
    options = {"title": "Sea", "artist": "KJY", "picture": str(file), "count": "1", "size": "preview", "inline": True}
    options["out"] = str(tmp_path / "out")
    with pytest.raises(SystemExit):
        call_command("make_covers", **options)
    assert "--i-may-use-it" in capsys.readouterr().err
    call_command("make_covers", **options, i_may_use_it=True, treatment="plain")
    row = CoverRequest.objects.get()
    assert (row.shows_picture, row.picture_treatment, row.covers.count()) == (True, "plain", 1)
    call_command("make_covers", again=str(row.pk), out=str(tmp_path / "again"), size="preview", inline=True)
    again = CoverRequest.objects.exclude(pk=row.pk).get()
    assert [cover.sha256 for cover in again.covers.all()] == [cover.sha256 for cover in row.covers.all()]


@pytest.mark.parametrize(("name", "says"), [("nowhere.png", "No such file"), ("notes.txt", "not a picture")])
def test_a_terminal_says_what_is_wrong_with_the_file(name: str, says: str, tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(SystemExit):
        call_command(
            "make_covers",
            title="Sea",
            artist="KJY",
            picture=str(tmp_path / name),
            i_may_use_it=True,
            out=str(tmp_path / "o"),
        )
    assert says in capsys.readouterr().err
    assert not CoverRequest.objects.exists()
