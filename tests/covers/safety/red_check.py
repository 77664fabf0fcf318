"""A picture check for tests: what it says of a picture, or does, stands in the picture's red."""

from __future__ import annotations

import io
import os
import signal
import time

from PIL import Image

UNFIT, HANGS, CRASHES, BABBLES, IS_NAN, IS_TOO_LARGE = 250, 240, 230, 220, 210, 200


def prepare() -> None:
    pass


def answer(content: bytes) -> bytes:
    with Image.open(io.BytesIO(content)) as picture:
        red = picture.convert("RGB").resize((1, 1)).getpixel((0, 0))[0]
    if red == HANGS:
        time.sleep(3600)
    if red == CRASHES:
        os.kill(os.getpid(), signal.SIGSEGV)
    said = {UNFIT: b"0.97", BABBLES: b"\xffunfit!", IS_NAN: b"nan", IS_TOO_LARGE: b"7.5"}
    return said.get(red, b"0.02")
