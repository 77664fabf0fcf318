"""The decoding of one picture, in a child of `albumsite.processes.sandbox`: no Django here, and no database or network."""

from __future__ import annotations

from PIL import Image

from albumsite.media.decoding import UploadRefused, decode_upload, encode_photo, prepare_decoders
from albumsite.media.fingerprints import fingerprint
from albumsite.processes.picture_answers import packed


def prepare() -> None:
    """Load decoders, in the stem."""
    prepare_decoders()
    Image.init()


def answer(content: bytes) -> bytes:
    """A JSON object, its length before it, and the JPEG to keep after it: at most 2048 pixels long, no metadata."""
    try:
        image = decode_upload(content)
    except UploadRefused as refused:
        return packed({"problem": refused.reason})
    picture = encode_photo(image)
    return packed({"width": image.width, "height": image.height, "fingerprint": fingerprint(image)}, picture)
