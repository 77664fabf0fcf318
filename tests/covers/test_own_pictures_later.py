"""A picture that somebody brought, once covers are made of it: drawn again, deleted, and never learnt from or shown to others."""

from __future__ import annotations

import io
import uuid
from typing import Any

import numpy as np
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.person import Person
from albumsite import retention
from albumsite.media import storage
from covers import keeping, tasks
from covers.datasets.selection import learnable_covers
from covers.evaluation.evaluation_jobs import newest_requests
from covers.models import Cover, CoverRequest, DatasetItem, PromptArm, ReleaseFile, UploadedPicture, Withdrawal
from covers.reports.best_and_worst import rated_in
from covers.services.people import hand_over
from covers.services.reviews import add_review
from covers.weeks import this_week, window_of
from tests.covers.datasets.dataset_factories import the_item
from tests.covers.learning_factories import make_willing_member
from tests.covers.own_pictures import (
    drawn_of,
    files_of,
    make_picture,
    member_with_picture,
    quickly_read,  # noqa: F401  a fixture
)
from tests.factories import make_briefed_request, make_finished_request, make_member, make_rater, make_request
from tests.roles import make_moderator
from tests.working import store_file, worked

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("quickly_read")]


# --- drawing, again and later -----------------------------------------------------------------------------------------


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
    worked(tasks.draw_covers, row)
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
    large = store_file(cover)
    middle = np.asarray(large)[48:80, 48:80].mean((0, 1))
    assert middle[0] > middle[1] + 60, f"the red corner was chosen, not {middle}"
    assert middle[0] > middle[2] + 60


def test_draw_the_same_again_takes_it_along_and_outlives_the_first(client: Client) -> None:
    me, picture = member_with_picture(client)
    first = drawn_of(picture, me, picture_crop=[0.5, 0.5, 0.5])
    assert client.post(reverse("covers:redraw", args=[first.pk])).status_code == 302
    again = CoverRequest.objects.exclude(pk=first.pk).get()
    assert (again.picture, again.picture_positions, again.picture_crop) == (picture, [0], [0.5, 0.5, 0.5])
    first.delete()
    worked(tasks.draw_covers, again)
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
    asked = worked(tasks.withdraw, Withdrawal.objects.get(storage_prefix=picture.storage_prefix))
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
    release = worked(tasks.make_release, ReleaseFile.objects.create(cover=cover, stage="render"))
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
