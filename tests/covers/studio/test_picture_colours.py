"""The colours of a picture that somebody brings: taken for a cover, in the studio and before the drawing. The picture is not kept."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pillow_heif
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.person import Person
from albumsite.media import storage
from covers.brief.wishes import PALETTES
from covers.models import CoverRequest, UploadedPicture
from covers.own_pictures import colours
from covers.own_pictures.colour_decoding import colours_of
from tests.covers.own_pictures import as_file, drawing, upload
from tests.covers.studio_pages import drawn_cover, fields_of, in_english, look, make, page_of, send

pytestmark = pytest.mark.django_db(transaction=True)
pillow_heif.register_heif_opener()
SONG = {"title": "산책", "artist": "하람", "with_lettering": "on", "count": "1"}
FOUR = {"#dc2828", "#28a03c", "#283cc8", "#e6dc3c"}
"""Of `drawing()`."""


@pytest.fixture(scope="module", autouse=True)
def ended() -> Iterator[None]:
    yield
    colours.CHILDREN.close()


def brought(content: bytes = b"", name: str = "sea.jpg") -> SimpleUploadedFile:
    return upload(content or as_file(drawing(), "PNG"), name)


def is_near(one: str, other: str) -> bool:
    return all(abs(int(one[at : at + 2], 16) - int(other[at : at + 2], 16)) < 12 for at in (1, 3, 5))


def test_a_small_thing_in_a_colour_of_its_own_is_not_lost_in_a_large_sky() -> None:
    sky = np.zeros((240, 240, 3), np.uint8)
    sky[:] = np.linspace((90, 140, 210), (150, 190, 235), 240)[:, None]
    sky[110:140, 110:140] = (230, 60, 30)
    found = colours_of(Image.fromarray(sky))
    assert any(is_near(colour, "#e63c1e") for colour in found)
    assert found == colours_of(Image.fromarray(sky))
    assert 3 <= len(found) <= 5
    assert int(found[0][5:7], 16) > int(found[0][1:3], 16), "the most of it first"


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_its_colours_are_told_and_nothing_of_it_is_kept(client: Client, file_format: str) -> None:
    content = as_file(drawing(), file_format)
    answer = client.post(reverse("covers:picture_colours"), {"colours_file": brought(content)})
    assert answer.status_code == 200, answer.content
    found = answer.json()["colours"]
    assert len(found) == 4
    assert all(any(is_near(colour, one) for one in found) for colour in FOUR)
    assert not UploadedPicture.objects.exists()
    assert not storage.exists(storage.private(), "pictures")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"hello", "not a picture that we can read"),
        (as_file(drawing(32, 32)), "too small"),
        (as_file(drawing())[:400], "damaged or incomplete"),
    ],
)
def test_what_is_no_picture_is_said(client: Client, content: bytes, said: str) -> None:
    answer = in_english(client).post(reverse("covers:picture_colours"), {"colours_file": brought(content)})
    assert answer.status_code == 422
    assert said in answer.json()["problem"]
    assert in_english(client).post(reverse("covers:picture_colours")).status_code == 422


def test_without_javascript_the_studio_takes_them_and_loses_nothing(browser: Client, visitor: Person) -> None:
    cover = drawn_cover(visitor)
    sent = fields_of(page_of(browser, cover)) | {"do": "colours", "title-text": "Half typed"}
    address = reverse("covers:studio", args=[cover.pk])
    page = browser.post(address, sent | {"colours_file": brought()}).content.decode()
    fields = fields_of(page)
    assert fields["picture-own_palette"] == "on"
    assert fields["title-text"] == "Half typed"
    found = [fields[f"picture-colour_{index}"] for index in range(1, 6)]
    assert {colour for colour in FOUR if any(is_near(colour, one) for one in found)} == FOUR
    send(browser, cover, opened=page)
    make(cover)
    assert cover.parameters["palette_family"] == "own"
    refused = browser.post(address, sent | {"colours_file": brought(b"hello")})
    assert refused.status_code == 422
    assert "not a picture that we can read" in refused.content.decode()
    assert fields_of(refused.content.decode())["title-text"] == "Half typed"
    assert browser.post(address, sent).status_code == 422, "no file at all"


def test_a_palette_is_chosen_by_its_name(browser: Client, visitor: Person) -> None:
    cover = drawn_cover(visitor)
    assert page_of(browser, cover).count('value="palette ') == len(PALETTES)
    values = look(browser, cover, "palette citrus").json()["values"]
    assert [values[f"picture-colour_{index}"] for index in range(1, 6)] == list(PALETTES["citrus"])
    assert "values" not in look(browser, cover, "palette nonsense").json()


def test_before_the_drawing_they_become_wished_colours(client: Client) -> None:
    assert in_english(client).post("/create/", SONG | {"colours_file": brought()}).status_code == 302
    assert len(CoverRequest.objects.get().parsed_wishes.colours) == 4
    refused = client.post("/create/", SONG | {"colours_file": brought(b"hello")})
    assert refused.status_code == 422
    assert 'value="산책"' in refused.content.decode()
    written = client.post("/create/", SONG | {"title": "둘", "colours_file": brought(), "colours": "1f3a5f"})
    assert written.status_code == 302
    assert CoverRequest.objects.get(title="둘").parsed_wishes.colours == ("#1f3a5f",), "what is written counts"
