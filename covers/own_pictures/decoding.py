"""The decoding of one picture that somebody brought, in a child of `albumsite.processes.sandbox`: no Django or database here."""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image

from albumsite.media.decoding import UploadBounds, UploadRefused, decode_upload, encode_photo, prepare_decoders
from albumsite.processes.picture_answers import HEADER, packed
from covers.own_pictures import first_look

Box = tuple[float, float, float, float]
"""left, top, width, height, as shares of the picture's width and height."""
SMALLEST_SIDE = 64
LONGEST_SIDE, SHORTER_SIDE, PANORAMA_SIDE = 3072, 1536, 4096
"""Pixels of what is kept: enough for a store file of 3000. Of a panorama only a square is shown, so more of its shorter side is kept."""
KEPT_BYTES_MAX = 12_000_000
"""A child's answer has 16 MB: noise that would not fit at the first quality fits at a later one."""
QUALITIES = (92, 85, 72, 55)


def prepare() -> None:
    """Load the decoders, in the stem."""
    prepare_decoders()
    Image.init()


def no_faces(_image: Image.Image) -> list[Box]:
    return []


def answer(content: bytes, find_faces: Callable[[Image.Image], list[Box]] = no_faces) -> bytes:
    """A JSON object (problem; or width, height, faces, square and emptiness), its length before it, and the JPEG after it.

    content: how many bytes a file may have, then the file.
    """
    (max_bytes,) = HEADER.unpack_from(content)
    bounds = UploadBounds(max_bytes, SMALLEST_SIDE, LONGEST_SIDE, SHORTER_SIDE, PANORAMA_SIDE)
    try:
        image = decode_upload(content[HEADER.size :], bounds)
    except UploadRefused as refused:
        return packed({"problem": refused.reason})
    faces = find_faces(image)
    boxes = [[round(min(1.0, max(0.0, share)), 5) for share in box] for box in faces]
    seen = {"square": first_look.square_of(image, faces), "emptiness": first_look.emptiness_of(image)}
    return packed({"width": image.width, "height": image.height, "faces": boxes, **seen}, _encoded(image))


def _encoded(image: Image.Image) -> bytes:
    for quality in QUALITIES:
        if len(content := encode_photo(image, quality)) <= KEPT_BYTES_MAX:
            break
    return content
