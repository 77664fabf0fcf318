"""What a picture's sender is shown at once: the square that the site would choose, advice where there is hardly anything in it, a limit
said at the form; and what the deletion of the picture means for store files, said before it and at the download."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import translation
from PIL import Image, ImageDraw

from covers.models import Cover, UploadedPicture
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

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("quickly_read")]


def one_thing_at(x: float) -> Image.Image:
    """A red disc on a grey wall, three times as wide as high."""
    picture = Image.new("RGB", (900, 300), (150, 152, 150))
    ImageDraw.Draw(picture).ellipse((900 * x - 80, 70, 900 * x + 80, 230), fill=(200, 30, 30))
    return picture


def answered(client: Client, picture: Image.Image) -> dict[str, Any]:
    answer = client.post(reverse("covers:add_picture"), {"picture_file": upload(as_file(picture))})
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize("x", [0.2, 0.8])
def test_the_square_that_matters_is_found_at_the_upload_and_shown_again_with_the_form(client: Client, x: float) -> None:
    found = answered(client, one_thing_at(x))
    assert abs(found["square"][0] - x) < 0.1
    assert found["square"][1] == 0.5
    assert found["advice"] == ""
    page = sent(client, picture=found["picture"], title="").content.decode()
    across = re.search(r'data-square-x="([\d.]+)"', page)
    assert across is not None
    assert float(across[1]) == pytest.approx(found["square"][0])


@pytest.mark.parametrize(
    ("tone", "english", "korean"),
    [((3, 3, 4), "almost wholly black", "거의 전부 검은색"), ((253, 253, 252), "almost wholly white", "거의 전부 흰색"),
     ((90, 120, 160), "one colour", "한 가지 색")],
)  # fmt: skip
def test_a_picture_with_hardly_anything_in_it_is_taken_with_advice_in_both_languages(
    client: Client, tone: tuple[int, int, int], english: str, korean: str
) -> None:
    noise = np.random.default_rng(1).integers(-2, 3, (200, 200, 3))
    picture = Image.fromarray(np.clip(np.array(tone) + noise, 0, 255).astype(np.uint8))
    found = answered(client, picture)
    assert english in found["advice"]
    with translation.override("ko"):
        assert korean in UploadedPicture.objects.get().advice
    page = sent(client, picture=found["picture"], title="").content.decode()
    assert english in page
    answer = sent(client, picture=found["picture"], picture_agreed="on")
    assert answer.status_code == 302, "it still works"


def test_a_dark_picture_with_something_in_it_gets_no_advice(client: Client) -> None:
    picture = Image.new("RGB", (300, 300), (4, 4, 6))
    ImageDraw.Draw(picture).ellipse((120, 120, 180, 180), fill=(240, 220, 150))
    assert answered(client, picture)["advice"] == ""


def test_over_the_limit_the_form_says_so_in_place_and_keeps_what_was_typed(client: Client) -> None:
    for _ in range(30):
        client.post(reverse("covers:add_picture"), {"picture_file": upload(b"hello")})
    answer = sent(client, title="A long night", picture_file=upload(as_file(drawing())), picture_agreed="on")
    assert answer.status_code == 429
    page = answer.content.decode()
    assert 'value="A long night"' in page
    assert "You can go on in" in page
    assert "Retry-After" in answer.headers


def test_a_picture_of_the_release_before_has_the_middle_and_no_advice(client: Client) -> None:
    _me, picture = member_with_picture(client)
    page = sent(client, picture=str(picture.pk), title="").content.decode()
    assert "data-square-x" not in page
    assert (make_picture().square, make_picture().advice) == (None, "")


def test_what_the_deletion_means_for_store_files_is_said_before_it_and_known_at_the_download(client: Client) -> None:
    me, picture = member_with_picture(client)
    row = drawn_of(picture, me)
    page = client.get(row.get_absolute_url()).content.decode()
    assert "looks soft" in page
    cover = row.covers.order_by("position")[0]
    assert not cover.is_of_deleted_picture
    client.post(reverse("covers:delete_picture", args=[picture.pk]))
    cover = Cover.objects.get(pk=cover.pk)
    assert cover.is_of_deleted_picture
    told = render_to_string("covers/_download.html", {"cover": cover})
    assert "enlarged from the small cover" in told
