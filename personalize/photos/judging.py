"""Whether a photo can be learnt from: what is wrong with one, and with one beside the others. Loads no decoder itself."""

from __future__ import annotations

import enum
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from albumsite.media.decoding import MAX_UPLOAD_BYTES
from albumsite.processes.picture_answers import is_jpeg, unpacked
from albumsite.processes.sandbox import Bounded, ChildDied, ChildTooSlow
from covers.safety.brought_files import answer_of, is_fit

CHILDREN = Bounded("personalize.photos.check")
"""Of this web process: two photos at once, more of them wait for five seconds."""


class Problem(enum.StrEnum):
    NOT_A_PICTURE = "not-a-picture"
    TOO_LARGE = "too-large"
    TOO_MANY_PIXELS = "too-many-pixels"
    TOO_SMALL = "too-small"
    DAMAGED = "damaged"
    TOO_SLOW = "too-slow"
    NO_FACE = "no-face"
    SEVERAL_FACES = "several-faces"
    FACE_CUT = "face-cut"
    FACE_TOO_SMALL = "face-too-small"
    BLURRED = "blurred"
    TOO_DARK = "too-dark"
    TOO_BRIGHT = "too-bright"
    UNFIT = "unfit"
    DUPLICATE = "duplicate"
    OTHER_PERSON = "other-person"


PROBLEM_TEXTS: dict[Problem, Promise] = {
    Problem.NOT_A_PICTURE: _("This file is not a photo that we can read. Choose a JPEG, PNG, WebP or HEIC photo."),
    Problem.TOO_LARGE: _("This file is larger than 15 MB. Choose a smaller photo."),
    Problem.TOO_MANY_PIXELS: _("This photo has more than 64 megapixels. Choose a smaller one."),
    Problem.TOO_SMALL: _("This photo is too small. Choose one that is at least 256 pixels wide and high."),
    Problem.DAMAGED: _("This file is damaged or incomplete. Save the photo again, or choose another one."),
    Problem.TOO_SLOW: _("This photo took too long to read. Save it as a JPEG and try again, or choose another one."),
    Problem.NO_FACE: _(
        "We found no face in this photo. Choose one where the whole face is seen from the front, with nothing over it."
    ),
    Problem.SEVERAL_FACES: _("There is more than one face in this photo. Choose one where the person is alone."),
    Problem.FACE_CUT: _("The edge of this photo cuts the face. Choose one where all of the face is in the picture."),
    Problem.FACE_TOO_SMALL: _("The face is too small in this photo. Choose one that was taken from closer."),
    Problem.BLURRED: _("The face is blurred in this photo. Choose a sharper one."),
    Problem.TOO_DARK: _("This photo is too dark to see the face. Choose one with more light."),
    Problem.TOO_BRIGHT: _("This photo is too bright to see the face. Choose one with softer light."),
    Problem.UNFIT: _(
        "Our automatic check takes this photo for one that does not belong on this site. It may be wrong: "
        "choose another one, best one that shows only the head and dressed shoulders."
    ),
    Problem.DUPLICATE: _("This is almost the same as another of the photos. Choose one taken at another moment."),
    Problem.OTHER_PERSON: _(
        "This seems to be a different person than in the other photos. Choose a photo of the same person."
    ),
}
"""What is wrong and what to do, for the person who chose the photo."""

NEAR_DUPLICATE_BITS = 8
"""Of 64 fingerprint bits. Measured on 18 portraits: saved again, scaled, brightened 0 to 4 bits apart, cropped by 2 % 0 to
6, shifted by 2 % 2 to 12 (1 of 18 above 8); cropped by 10 % 8 to 18 (1 of 18 not above 8), turned by 4 degrees 12 and
more, mirrored 28 and more, different photos 20 and more."""

OTHER_PERSON_DISTANCE = 0.6
"""`personalize.faces.SAME_PERSON_DISTANCE`, which a web process cannot import. Measured: one person in different photos
0.23 to 0.44, in all acceptable variants of one photo 0.02 to 0.41; different people 0.82 to 0.89. The network is less sure
on East Asian faces (different people come closer), so this catches a stranger's photo among one's own, and proves nothing."""

FINGERPRINT_MASK = 2**64 - 1


@dataclass(frozen=True)
class Judged:
    """A photo on its own. problem: None if it can be learnt from.

    picture: the JPEG to keep, without metadata, at most 2048 pixels long; b"" for a refused photo, of which nothing is to
    be kept. width, height: its pixels, 0 if it could not be decoded. face_…: the detector's box, in these pixels.
    fingerprint: 64 bits, signed; embedding: 128 numbers, both for `compare`, and empty for a refused photo.
    details: what was measured, for the log and for choosing thresholds.
    """

    problem: Problem | None
    picture: bytes = b""
    width: int = 0
    height: int = 0
    face_left: float = 0.0
    face_top: float = 0.0
    face_width: float = 0.0
    face_height: float = 0.0
    fingerprint: int = 0
    embedding: tuple[float, ...] = ()
    details: dict[str, float] = field(default_factory=dict)


def judge(content: bytes) -> Judged:
    """Decode an uploaded file and look for one usable face: 0.5 s, 3 s where the face is hard to see.

    Never raises because of the file. Raises PicturesBusy, PictureLookAway when it cannot be looked at now.
    """
    judged = _judged(content)
    return judged if judged.problem is not None or is_fit(judged.picture) else Judged(Problem.UNFIT)


def _judged(content: bytes) -> Judged:
    """Whether it can be learnt from. Raises PicturesBusy."""
    if len(content) > MAX_UPLOAD_BYTES:
        return Judged(Problem.TOO_LARGE)
    try:
        return unpacked(answer_of(CHILDREN, content), _read)
    except ChildTooSlow:
        return Judged(Problem.TOO_SLOW)
    except ChildDied:
        return Judged(Problem.DAMAGED)


def _read(found: Mapping[str, Any], picture: bytes) -> Judged:
    judged = Judged(
        problem=Problem(found["problem"]) if found.get("problem") else None,
        picture=picture,
        width=int(found.get("width", 0)),
        height=int(found.get("height", 0)),
        **{name: float(found.get(name, 0)) for name in ("face_left", "face_top", "face_width", "face_height")},
        fingerprint=int(found.get("fingerprint", 0)),
        embedding=tuple(float(number) for number in found.get("embedding", ())),
        details={str(name): float(number) for name, number in found.get("details", {}).items()},
    )
    if judged.problem is None and not (is_jpeg(picture) and len(judged.embedding) == 128):
        raise ValueError("incomplete answer")
    return judged


def compare(judged: Judged, others: Sequence[tuple[int, Sequence[float]]]) -> Problem | None:
    """What is wrong with an acceptable photo beside the accepted ones, given as (fingerprint, embedding)."""
    if any(_bits_apart(judged.fingerprint, fingerprint) <= NEAR_DUPLICATE_BITS for fingerprint, _embedding in others):
        return Problem.DUPLICATE
    distances = [math.dist(judged.embedding, embedding) for _fingerprint, embedding in others]
    far = sum(distance > OTHER_PERSON_DISTANCE for distance in distances)
    return Problem.OTHER_PERSON if 2 * far > len(distances) else None


def _bits_apart(a: int, b: int) -> int:
    return ((a ^ b) & FINGERPRINT_MASK).bit_count()
