"""A musician brings a picture: it is taken, covers are made of it, and nobody else ever has it."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.person import Person
from albumsite.media import storage
from covers import tasks
from covers.models import CoverRequest, UploadedPicture
from covers.own_pictures import judging, permission
from covers.services.people import hand_over
from tests.covers.own_pictures import as_file, drawing, make_picture
from tests.factories import make_briefed_request, make_finished_request, make_member

pytestmark = pytest.mark.django_db(transaction=True)

SONG = {"title": "Fighting", "artist": "KJY", "with_lettering": "on", "count": "2"}


@pytest.fixture(scope="module", autouse=True)
def _end_children() -> Iterator[None]:
    yield
    judging.CHILDREN.close()


def upload(content: bytes, name: str = "me.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def sent(client: Client, **fields: Any) -> Any:
    return client.post(reverse("covers:create"), SONG | fields)


def member_with_picture(client: Client) -> tuple[Person, UploadedPicture]:
    user = make_member()
    client.force_login(user)
    return Person(user=user), make_picture(Person(user=user))


def files_of(picture: UploadedPicture) -> bool:
    return storage.exists(storage.private(), picture.storage_key)


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
    tasks.draw_covers(str(row.pk))
    row.refresh_from_db()
    assert row.state == "done", row.failure
    covers = list(row.covers.order_by("position"))
    assert [cover.parameters.get("treatment") for cover in covers] == ["plain", "plain"]
    assert [cover.style_arm for cover in covers] == ["", ""], "nothing is learnt from them"


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


# --- drawing, again and later -----------------------------------------------------------------------------------------


def drawn_of(picture: UploadedPicture, owner: Person, **changes: Any) -> CoverRequest:
    values = {
        "picture": picture,
        "shows_picture": True,
        "picture_positions": [0],
        "count": 1,
        "picture_treatment": "plain",
    }
    return make_finished_request(owner, **(values | changes))


def test_only_the_chosen_covers_are_made_of_it() -> None:
    me = Person(user=make_member())
    picture = make_picture(me)
    row = make_briefed_request(
        me, picture=picture, shows_picture=True, picture_positions=[1], count=2, picture_crop=[0.25, 0.25, 0.5]
    )
    specs = tasks.missing_specs(row)
    assert [spec.own_picture is not None for spec in specs] == [False, True]
    own = specs[1].own_picture
    assert own is not None
    assert (own.crop, own.treatment) == ((0.25, 0.25, 0.5), "")
    assert Image.open(io.BytesIO(own.picture)).size == (320, 240)
    assert "picture" not in repr(own).replace("OwnPicture", "")


def test_a_picture_whose_file_is_gone_is_a_sentence_and_no_loop() -> None:
    me = Person(user=make_member())
    picture = make_picture(me)
    row = make_briefed_request(me, picture=picture, shows_picture=True, picture_positions=[0], count=1)
    storage.delete_all(storage.private(), [picture.storage_key])
    tasks.draw_covers(str(row.pk))
    row.refresh_from_db()
    assert (row.state, row.failure, row.attempt) == ("failed", "engine:picture-gone", 1)


def test_the_store_file_is_drawn_of_it_as_well(settings: Any) -> None:
    settings.RELEASE_SIZE_PIXELS = 128
    me = Person(user=make_member())
    row = make_briefed_request(
        me, picture=make_picture(me), shows_picture=True, picture_positions=[0], count=1, with_lettering=False,
        picture_crop=[0.25, 0.33, 0.3], picture_treatment="plain",
    )  # fmt: skip
    tasks.draw_covers(str(row.pk))
    cover = row.covers.get()
    spec = tasks.spec_of(row, 0, side=128)
    large = tasks._at_release_size(cover, spec, is_enlarged=False)
    middle = np.frombuffer(large.rgb, np.uint8).reshape(128, 128, 3)[48:80, 48:80].mean((0, 1))
    assert middle[0] > middle[1] + 60, f"the red corner was chosen, not {middle}"
    assert middle[0] > middle[2] + 60


def test_draw_the_same_again_takes_it_along_and_outlives_the_first(client: Client) -> None:
    me, picture = member_with_picture(client)
    first = drawn_of(picture, me, picture_crop=[0.5, 0.5, 0.5])
    assert client.post(reverse("covers:redraw", args=[first.pk])).status_code == 302
    again = CoverRequest.objects.exclude(pk=first.pk).get()
    assert (again.picture, again.picture_positions, again.picture_crop) == (picture, [0], [0.5, 0.5, 0.5])
    first.delete()
    tasks.draw_covers(str(again.pk))
    again.refresh_from_db()
    assert again.state == "done", again.failure


def test_nobody_else_draws_it_again(client: Client) -> None:
    me = Person(user=make_member())
    row = drawn_of(make_picture(me), me)
    client.force_login(make_member())
    assert client.get(row.get_secret_url()).status_code == 200
    assert client.post(reverse("covers:redraw", args=[row.pk])).status_code == 404
    assert client.get(reverse("covers:picture", args=[row.picture_id])).status_code == 404


def test_once_more_brings_it_into_the_form(client: Client) -> None:
    me, picture = member_with_picture(client)
    row = drawn_of(picture, me, count=2, picture_crop=[0.4, 0.5, 0.5])
    page = client.get(f"{reverse('covers:create')}?again={row.pk}").content.decode()
    assert f'value="{picture.pk}"' in page
    checked = [tag for tag in page.split("<input") if "checked" in tag]
    assert any('value="plain"' in tag for tag in checked)
    assert any('value="one"' in tag for tag in checked)
    assert 'name="crop_x" value="0.4"' in page or 'value="0.4"' in page


# --- whose it is, and when it goes -------------------------------------------------------------------------------------


def test_what_a_visitor_brought_is_the_members_when_they_sign_in() -> None:
    visitor, member = Person(visitor=uuid.uuid4()), Person(user=make_member())
    picture = make_picture(visitor)
    hand_over(visitor=visitor, member=member)
    assert list(UploadedPicture.objects.visible_to(member)) == [picture]
    assert not UploadedPicture.objects.visible_to(visitor).exists()
