"""Pictures that people bring, for tests: files of every sort, and rows with their file."""

from __future__ import annotations

import hashlib
import io
import uuid
from typing import Any

import numpy as np
from PIL import Image

from accounts.person import Person
from albumsite.media import storage
from covers.models import UploadedPicture


def drawing(width: int = 320, height: int = 240) -> Image.Image:
    """Four plain colours in the four corners, so that it can be told which way up it is."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[: height // 2, : width // 2] = (220, 40, 40)
    pixels[: height // 2, width // 2 :] = (40, 160, 60)
    pixels[height // 2 :, : width // 2] = (40, 60, 200)
    pixels[height // 2 :, width // 2 :] = (230, 220, 60)
    return Image.fromarray(pixels)


def as_file(picture: Image.Image, file_format: str = "JPEG", **options: Any) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, file_format, **options)
    return stream.getvalue()


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
