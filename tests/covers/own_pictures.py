"""Pictures that people bring, for tests: files of every sort, and rows with their file; how they are sent."""

from __future__ import annotations

import hashlib
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
from albumsite.media.encoding import saved
from albumsite.processes.sandbox import Bounded
from covers.models import CoverRequest, UploadedPicture
from covers.own_pictures import judging
from tests.factories import make_finished_request, make_member

SONG = {"title": "Fighting", "artist": "KJY", "with_lettering": "on", "count": "2"}
READER = Bounded("covers.own_pictures.decoding")


@pytest.fixture(scope="module")
def quickly_read() -> Iterator[None]:
    """Without looking for faces, which takes a second and more where there are none; test_own_picture_files.py does it."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(judging, "CHILDREN", READER)
        yield
    READER.close()


def drawing(width: int = 320, height: int = 240) -> Image.Image:
    """Four plain colours in the four corners, so that it can be told which way up it is."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[: height // 2, : width // 2] = (220, 40, 40)
    pixels[: height // 2, width // 2 :] = (40, 160, 60)
    pixels[height // 2 :, : width // 2] = (40, 60, 200)
    pixels[height // 2 :, width // 2 :] = (230, 220, 60)
    return Image.fromarray(pixels)


def as_file(picture: Image.Image, file_format: str = "JPEG", **options: Any) -> bytes:
    return saved(picture, file_format, **options)


def make_picture(owner: Person | None = None, picture: Image.Image | None = None, **changes: Any) -> UploadedPicture:
    """As it is kept: with its file in the private bucket."""
    person = owner or Person(visitor=uuid.uuid4())
    found = picture or drawing()
    content = as_file(found, quality=92, subsampling=0)
    values: dict[str, Any] = {
        **person.owner_fields(),
        "width": found.width,
        "height": found.height,
        "size_bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    row = UploadedPicture.objects.create(**(values | changes))
    storage.save_all(storage.private(), {row.storage_key: content})
    return row


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


def drawn_of(picture: UploadedPicture, owner: Person, **changes: Any) -> CoverRequest:
    values = {
        "picture": picture,
        "shows_picture": True,
        "picture_positions": [0],
        "count": 1,
        "picture_treatment": "plain",
    }
    return make_finished_request(owner, **(values | changes))
