"""A musician brings a picture: it is taken, covers are made of it, and nobody else ever has it."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.person import Person
from albumsite import retention
from albumsite.media import storage
from albumsite.processes.sandbox import Bounded
from covers import keeping, tasks
from covers.datasets.selection import learnable_covers
from covers.evaluation.evaluation_jobs import newest_requests
from covers.models import Cover, CoverRequest, DatasetItem, PromptArm, ReleaseFile, UploadedPicture, Withdrawal
from covers.own_pictures import judging, permission
from covers.reports.best_and_worst import rated_in
from covers.scenery import TREATMENTS
from covers.services.people import hand_over
from covers.services.reviews import add_review
from covers.weeks import this_week, window_of
from covers.writing.names import TREATMENT_NAMES
from tests.covers.datasets.dataset_factories import the_item
from tests.covers.learning_factories import make_willing_member
from tests.covers.own_pictures import as_file, drawing, make_picture
from tests.factories import make_briefed_request, make_finished_request, make_member, make_rater, make_request
from tests.roles import make_moderator

pytestmark = pytest.mark.django_db(transaction=True)

SONG = {"title": "Fighting", "artist": "KJY", "with_lettering": "on", "count": "2"}


READER = Bounded("covers.own_pictures.decoding")


@pytest.fixture(scope="module", autouse=True)
def _read_without_looking_for_faces() -> Iterator[None]:
    """That takes a second and more where there are none; test_own_picture_files.py does it."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(judging, "CHILDREN", READER)
        yield
    READER.close()


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
    picture = make_picture(me, faces=[[0.1, 0.2, 0.3, 0.4]])
    row = make_briefed_request(
        me, picture=picture, shows_picture=True, picture_positions=[1], count=2, picture_crop=[0.25, 0.25, 0.5]
    )
    specs = tasks.missing_specs(row)
    assert [spec.own_picture is not None for spec in specs] == [False, True]
    own = specs[1].own_picture
    assert own is not None
    assert (own.crop, own.treatment, own.faces) == ((0.25, 0.25, 0.5), "", ((0.1, 0.2, 0.3, 0.4),))
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
    spec = tasks.spec_of(row, 0, side=128, own_picture=tasks.own_picture_of(row, [0]))
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


def delete_account(me: Person, _row: CoverRequest) -> None:
    assert me.user is not None
    me.user.delete()


def delete_request(_me: Person, row: CoverRequest) -> None:
    row.delete()


@pytest.mark.parametrize("delete", [delete_account, delete_request])
def test_it_goes_with_its_account_and_with_its_request(delete: Any) -> None:
    me = Person(user=make_member())
    picture = make_picture(me)
    delete(me, drawn_of(picture, me))
    assert not UploadedPicture.objects.exists()
    asked = Withdrawal.objects.get(storage_prefix=picture.storage_prefix)
    tasks.withdraw(str(asked.pk))
    asked.refresh_from_db()
    assert asked.state == "done"
    assert not files_of(picture)


def test_who_brought_it_deletes_it_and_the_covers_stay(client: Client, settings: Any) -> None:
    settings.RELEASE_SIZE_PIXELS = 128
    me, picture = member_with_picture(client)
    values = {"picture": picture, "shows_picture": True, "picture_positions": [0], "count": 1}
    row = make_briefed_request(me, width=160, height=160, title="Sea", **values)
    tasks.draw_covers(str(row.pk))
    address = reverse("covers:delete_picture", args=[picture.pk])
    assert address in client.get(row.get_absolute_url()).content.decode()
    assert Client().post(address).status_code == 404
    assert client.post(address)["Location"] == row.get_absolute_url()
    page = client.get(row.get_absolute_url()).content.decode()
    assert "Your picture is deleted" in page
    assert address not in page
    assert reverse("covers:redraw", args=[row.pk]) not in page
    assert not UploadedPicture.objects.exists()
    cover = row.covers.get()
    release = ReleaseFile.objects.create(cover=cover, stage="render")
    tasks.make_release(str(release.pk))
    release.refresh_from_db()
    assert release.state == "done", release.failure
    assert client.post(reverse("covers:redraw", args=[row.pk])).status_code == 409


def test_it_stays_while_another_request_is_made_of_it() -> None:
    me = Person(user=make_member())
    picture = make_picture(me)
    first, second = drawn_of(picture, me), drawn_of(picture, me)
    first.delete()
    assert UploadedPicture.objects.filter(pk=picture.pk).exists()
    second.delete()
    assert not UploadedPicture.objects.exists()


def test_what_no_covers_are_made_of_goes_after_a_day(settings: Any) -> None:
    rule = next(rule for rule in retention.RULES if rule.name == "own pictures")
    me = Person(visitor=uuid.uuid4())
    used, unused = make_picture(me), make_picture(me)
    drawn_of(used, me)
    assert keeping.delete_unused_pictures(timezone.now() - rule.length) == 0
    assert keeping.delete_unused_pictures(timezone.now() + rule.length) == 1
    assert list(UploadedPicture.objects.all()) == [used]
    assert Withdrawal.objects.get().storage_prefix == unused.storage_prefix
    assert rule.days == settings.UNUSED_PICTURE_DAYS


def test_what_no_row_names_is_an_orphan_and_nothing_else() -> None:
    picture = make_picture()
    lost = f"pictures/{uuid.uuid4()}/own/picture.jpg"
    keys = [picture.storage_key, lost]
    assert keeping.named_pictures("private", keys) == {picture.storage_key}
    assert keeping.named_pictures("public", keys) == set(), "none of them is ever public"


# --- never learnt from -------------------------------------------------------------------------------------------------


def test_no_set_takes_a_cover_of_it() -> None:
    me = make_willing_member()
    plain = make_finished_request(Person(user=me)).covers.get()
    own = drawn_of(make_picture(Person(user=me)), Person(user=me)).covers.get()
    assert list(learnable_covers()) == [plain]
    item = the_item()
    values = {"dataset": item.dataset, "owner": me, "sha256": "a" * 64, "role": "train", "caption": "a picture"}
    with pytest.raises(IntegrityError, match="may not be learnt from"), transaction.atomic():
        DatasetItem.objects.create(cover=own, source_pk=own.pk, **values)


def test_no_comparison_and_no_report_takes_it() -> None:
    me = Person(user=make_member())
    row = drawn_of(make_picture(me), me)
    plain = make_finished_request(me)
    assert newest_requests("poster", 10) == [str(plain.pk)]
    for one in (row, plain):
        cover = one.covers.get()
        add_review(cover=cover, author=make_rater(), half_stars=9, comment="Yes")
        Cover.objects.filter(pk=cover.pk).update(wish="public", visibility="public")
    window = window_of(this_week())
    assert [cover.request_id for cover in rated_in(window)] == [plain.pk]


def test_no_arm_learns_from_it(client: Client) -> None:
    me, picture = member_with_picture(client)
    values = {"picture": picture, "shows_picture": True, "picture_positions": [0]}
    row = make_request(me, count=2, width=96, height=96, **values)
    tasks.write_brief(str(row.pk))
    tasks.draw_covers(str(row.pk))
    own, other = row.covers.order_by("position")
    assert (own.style_arm, other.style_arm != "") == ("", True)
    add_review(cover=own, author=make_rater(), half_stars=9, comment="Yes")
    assert not PromptArm.objects.exists()


# --- what pages and staff are told -------------------------------------------------------------------------------------


def test_pages_say_that_it_is_made_of_ones_own_picture(client: Client) -> None:
    me, picture = member_with_picture(client)
    row = drawn_of(picture, me)
    cover = row.covers.get()
    assert "1 cover is made of it" in client.get(row.get_absolute_url()).content.decode()
    add_review(cover=cover, author=me, half_stars=9, comment="Yes")
    assert "made of your own picture" in client.get(reverse("covers:publish", args=[cover.pk])).content.decode()
    shown = client.get(reverse("covers:image", args=[cover.pk, "320.webp"]))
    assert "no-store" in shown["Cache-Control"]


def test_staff_see_that_it_is_and_never_the_picture_itself(client: Client) -> None:
    me = Person(user=make_member())
    row = drawn_of(make_picture(me), me)
    client.force_login(make_moderator())
    page = client.get(reverse("admin:covers_coverrequest_change", args=[row.pk])).content.decode()
    assert "Made of an own picture" in page
    assert client.get(reverse("covers:picture", args=[row.picture_id])).status_code == 404


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
