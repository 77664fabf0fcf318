"""Faces in photos: which photos can be learnt from, alone and beside the others. Measured on real degradations."""

from __future__ import annotations

import io
import itertools
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from albumsite.processes.picture_answers import unpacked
from personalize import faces
from personalize.faces import SAME_PERSON_DISTANCE, distance, networks
from personalize.photos import check, judging
from personalize.photos.judging import OTHER_PERSON_DISTANCE, PROBLEM_TEXTS, Judged, Problem, compare, judge
from tests.personalize.pictures import (
    PORTRAITS,
    TAKES,
    Take,
    encoded,
    nobody,
    portrait,
    stranger,
    taken,
    two_people,
)
from tests.photographs import photograph

CLOSE = Take(part=300, down=0.45)
"""At 1024 pixels the face's box is 298 wide."""


@pytest.fixture(scope="module", autouse=True)
def _end_children() -> Iterator[None]:
    yield
    judging.CHILDREN.close()


def judged(photo: Image.Image | bytes) -> Judged:
    """As `judge`, in this process: the networks are loaded once for all tests."""
    content = photo if isinstance(photo, bytes) else encoded(photo)
    return unpacked(check.answer(content), judging._read)


def problem(photo: Image.Image | bytes) -> Problem | None:
    return judged(photo).problem


def beside(photo: Judged, *others: Judged) -> Problem | None:
    return compare(photo, [(other.fingerprint, other.embedding) for other in others])


@pytest.fixture(scope="module")
def other() -> Judged:
    """Somebody else."""
    return judged(stranger())


@pytest.fixture(scope="module")
def portraits() -> list[Judged]:
    return [judged(portrait(variant)) for variant in range(PORTRAITS)]


def blurred(photo: Image.Image, radius: float) -> Image.Image:
    return photo.filter(ImageFilter.GaussianBlur(radius))


def noisy(photo: Image.Image, deviation: float) -> Image.Image:
    noise = np.random.default_rng(1).normal(0, deviation, (photo.height, photo.width, 3))
    return Image.fromarray(np.clip(np.asarray(photo) + noise, 0, 255).astype(np.uint8))


def lit(photo: Image.Image, factor: float) -> Image.Image:
    return ImageEnhance.Brightness(photo).enhance(factor)


def found(photo: Image.Image) -> list[faces.FoundFace]:
    return faces.find_faces(np.asarray(photo))


# One photo on its own


def test_all_portraits_are_accepted_beside_each_other_whatever_their_order(portraits):
    assert [photo.problem for photo in portraits] == [None] * PORTRAITS
    for photo in portraits:
        others = [other for other in portraits if other is not photo]
        assert beside(photo, *others) is None


def test_the_child_answers_as_this_process_does(portraits):
    photo = judge(portrait(3))
    assert photo.problem is None
    assert photo.picture == portraits[3].picture
    assert photo.fingerprint == portraits[3].fingerprint
    assert -(2**63) <= photo.fingerprint < 2**63
    assert len(photo.embedding) == 128
    assert distance(photo.embedding, portraits[3].embedding) < 1e-3
    assert {"score", "sharpness", "lights"} <= set(photo.details)


@pytest.mark.parametrize("side", [360, 1000, 2600])
def test_the_face_is_where_it_is_in_pixels_of_what_is_kept(side):
    take = TAKES[4]
    photo = judged(taken(take, side))
    assert photo.width == min(side, 2048)
    middle = (photo.face_left + photo.face_width / 2, photo.face_top + photo.face_height / 2)
    assert middle == pytest.approx((take.across * photo.width, take.down * photo.width), abs=0.05 * photo.width)
    assert photo.face_width == pytest.approx(105 / take.part * photo.width, rel=0.25)


ACCEPTABLE: dict[str, Callable[[], Image.Image]] = {
    "turned left": lambda: taken(replace(CLOSE, degrees=-12), 800),
    "turned right": lambda: taken(replace(CLOSE, degrees=12), 800),
    "very close": lambda: taken(Take(part=120, down=0.5), 800),
    "grey": lambda: taken(CLOSE, 800).convert("L"),
    "rather dark": lambda: lit(taken(CLOSE, 800), 0.3),
    "rather bright": lambda: lit(taken(CLOSE, 800), 1.4),
    "a little blurred": lambda: blurred(taken(CLOSE, 1024), 4),
    "noisy": lambda: noisy(taken(CLOSE, 800), 25),
    "small": lambda: taken(Take(part=420, down=0.4), 400),
    "large": lambda: taken(CLOSE, 2048),
}


@pytest.mark.parametrize("name", ACCEPTABLE)
def test_a_phone_portrait_that_is_not_perfect_is_accepted_as_the_same_person(name, portraits):
    photo = judged(ACCEPTABLE[name]())
    assert photo.problem is None
    assert distance(photo.embedding, portraits[0].embedding) < 0.45


def test_strong_compression_changes_neither_face_nor_person(portraits):
    photo = judged(encoded(taken(TAKES[1], 640), quality=25))
    assert photo.problem is None
    assert distance(photo.embedding, portraits[1].embedding) < 0.2


@pytest.mark.parametrize(("taken_of", "problem"), [(nobody, Problem.NO_FACE), (two_people, Problem.SEVERAL_FACES)])
def test_a_photo_of_nobody_or_of_two_people_is_refused_and_nothing_of_it_kept(taken_of, problem):
    photo = judged(taken_of())
    assert photo.problem is problem
    assert (photo.picture, photo.embedding, photo.fingerprint) == (b"", (), 0)


def with_bystander(part: float) -> Image.Image:
    """Somebody in the corner whose face is so many times as wide as the first."""
    photo, side = taken(CLOSE, 1024), round(500 * part)
    photo.paste(taken(Take(part=150, down=0.5), side), (0, 1024 - side))
    return photo


def test_somebody_small_in_the_background_does_no_harm():
    assert len(found(with_bystander(0.22))) == 2
    assert problem(with_bystander(0.22)) is None
    assert problem(with_bystander(0.6)) is Problem.SEVERAL_FACES


@pytest.mark.parametrize("variant", [6, 11])
def test_what_only_looks_a_little_like_a_face_is_no_second_person(variant):
    photo = taken(TAKES[variant], 640)
    hits = networks.hog_detector().run(np.asarray(photo), 0, 0.0)[0]
    assert len(hits) > 1, "the first detector alone sees one in the suit"
    assert len(found(photo)) == 1


def test_a_profile_that_the_first_detector_misses_is_found_by_the_second():
    photo = Image.open(io.BytesIO(stranger()))
    assert not len(networks.hog_detector().run(np.asarray(photo), 1, 0.0)[0])
    (face,) = found(photo)
    assert 150 < face.left + face.width / 2 < 400
    assert 280 < face.top + face.height / 2 < 500


EDGES: dict[str, tuple[str, float, tuple[float, float]]] = {
    "left": ("across", 0.15, (0.1, 0.0)),
    "right": ("across", 0.85, (0.9, 1.0)),
    "top": ("down", 0.15, (0.12, 0.05)),
    "bottom": ("down", 0.85, (0.9, 1.0)),
}
"""Where the face's middle lies in a photo in which it is 0.35 wide: whole and near the edge at the first place, cut a little
and in the middle at the others."""


@pytest.mark.parametrize(
    ("side", "edge"), [*((480, edge) for edge in EDGES), (1200, "left"), (1200, "top")]
)  # one of each axis is searched in a smaller copy, too
def test_a_face_that_the_edge_cuts_is_refused_and_one_beside_the_edge_is_not(edge, side):
    axis, whole, cut = EDGES[edge]

    def at(place: float) -> Problem | None:
        return problem(taken(replace(Take(part=300, down=0.45), **{axis: place}), side))

    assert at(whole) is None
    found = [at(place) for place in cut]
    assert found[0] is Problem.FACE_CUT
    assert set(found) <= {Problem.FACE_CUT, Problem.NO_FACE}, "of half a face, the detectors may see nothing"


def test_of_a_cut_face_nothing_is_kept():
    photo = judged(taken(Take(part=300, across=0.92, down=0.45), 640))
    assert photo.problem is Problem.FACE_CUT
    assert (photo.picture, photo.embedding, photo.fingerprint) == (b"", (), 0)


def test_a_face_of_few_pixels_is_refused():
    assert problem(taken(Take(part=512, down=0.4), 300)) is Problem.FACE_TOO_SMALL


def test_a_face_is_refused_as_blurred_only_when_it_is_past_use():
    sharp = taken(CLOSE, 1024)
    assert [problem(blurred(sharp, part * 298)) for part in (0.015, 0.035)] == [None, Problem.BLURRED]
    assert problem(noisy(blurred(sharp, 0.033 * 298), 15)) is Problem.BLURRED, "noise is no detail"


def test_a_face_that_cannot_be_seen_for_darkness_or_light_is_refused():
    assert problem(lit(taken(CLOSE, 800), 0.15)) is Problem.TOO_DARK
    assert problem(lit(taken(CLOSE, 800), 0.02)) is Problem.TOO_DARK
    assert problem(lit(taken(CLOSE, 800), 1.85)) is Problem.TOO_BRIGHT


def test_sharpness_depends_on_blur_and_hardly_on_size_light_or_noise():
    sharp = taken(CLOSE, 1024)
    (face,) = found(sharp)
    usual = faces.sharpness(np.asarray(sharp), face)
    for other in (lit(sharp, 0.5), noisy(sharp, 20)):
        assert faces.sharpness(np.asarray(other), face) == pytest.approx(usual, rel=0.2)
    for other in (sharp.resize((360, 360)), taken(CLOSE, 2000)):
        assert faces.sharpness(np.asarray(other), found(other)[0]) == pytest.approx(usual, rel=0.2)
    falling = [faces.sharpness(np.asarray(blurred(sharp, radius)), face) for radius in (0, 2, 4, 6, 8)]
    assert falling == sorted(falling, reverse=True)
    assert falling[-1] < usual / 3


# Beside the others

NEARLY_THE_SAME: dict[str, Callable[[Image.Image], Image.Image | bytes]] = {
    "saved badly": lambda photo: encoded(photo, quality=35),
    "another format": lambda photo: encoded(photo, "WEBP", quality=60),
    "half as large": lambda photo: photo.resize((photo.width // 2, photo.height // 2)),
    "another size": lambda photo: photo.resize((700, 700)),
    "brightened": lambda photo: lit(photo, 1.1),
    "made grey": lambda photo: photo.convert("L"),
    "cropped by 2 %": lambda photo: cropped(photo, 0.02),
    "cropped by 1 % on one side": lambda photo: photo.crop((photo.width // 100, 0, *photo.size)),
}

NOT_THE_SAME: dict[str, Callable[[Image.Image], Image.Image]] = {
    "cropped by 12 %": lambda photo: cropped(photo, 0.12),
    "cropped by 20 %": lambda photo: cropped(photo, 0.2),
    "turned by 6 degrees": lambda photo: cropped(photo.rotate(6, Image.Resampling.BICUBIC), 0.12),
    "turned by -8 degrees": lambda photo: cropped(photo.rotate(-8, Image.Resampling.BICUBIC), 0.12),
    "mirrored": ImageOps.mirror,
    "elsewhere": lambda photo: elsewhere(photo),
}


def cropped(photo: Image.Image, part: float) -> Image.Image:
    edge = round(photo.width * part / 2)
    return photo.crop((edge, edge, photo.width - edge, photo.height - edge))


def elsewhere(photo: Image.Image) -> Image.Image:
    """The person of portrait 0 in front of a rocket's launch."""
    face = found(photo)[0]
    x, y, width = face.left + face.width / 2, face.top + face.height / 2, face.width
    person = Image.new("L", photo.size)
    draw = ImageDraw.Draw(person)
    draw.ellipse((x - 0.95 * width, y - 1.25 * width, x + 0.95 * width, y + width), fill=255)
    draw.ellipse((x - 2.2 * width, y + 0.6 * width, x + 2.2 * width, y + 4 * width), fill=255)
    scenery = photograph("rocket").resize(photo.size)
    scenery.paste(photo, mask=blurred(person, 5))
    return scenery


@pytest.mark.parametrize("name", NEARLY_THE_SAME)
def test_nearly_the_same_photo_is_a_duplicate(name, portraits):
    photo = judged(NEARLY_THE_SAME[name](taken(TAKES[1], 640)))
    others = [portraits[1], portraits[2]]
    assert photo.problem is None
    assert beside(photo, *others) is Problem.DUPLICATE


@pytest.mark.parametrize("name", NOT_THE_SAME)
def test_a_photo_taken_another_way_is_no_duplicate(name, portraits):
    photo = judged(NOT_THE_SAME[name](taken(TAKES[0], 640)))
    assert photo.problem is None
    assert beside(photo, portraits[0]) is None


def test_a_photo_of_another_person_is_refused_beside_the_others_and_fine_alone(portraits, other):
    assert other.problem is None
    assert beside(other) is None
    assert beside(other, portraits[0]) is Problem.OTHER_PERSON
    assert beside(other, *portraits[:9]) is Problem.OTHER_PERSON
    assert distance(other.embedding, portraits[0].embedding) > 0.75


def numbered(fingerprint: int, *numbers: float) -> Judged:
    return Judged(None, fingerprint=fingerprint, embedding=(*numbers, *(0.0,) * (128 - len(numbers))))


def test_most_distances_decide_about_the_person():
    near, far = numbered(0x0F0F0F0F, 0.5), numbered(0x7FFF << 40, 0.7)
    photo = numbered(-1)
    assert beside(photo, near, far) is None
    assert beside(photo, near, far, replace(far, fingerprint=1)) is Problem.OTHER_PERSON
    assert beside(photo, far) is Problem.OTHER_PERSON
    assert beside(photo) is None


def test_fingerprints_are_compared_by_their_bits_also_when_negative():
    least = numbered(-(2**63))
    assert beside(numbered(-(2**63) + 0xFF), least) is Problem.DUPLICATE
    assert beside(numbered(-(2**63) + 0x1FF), least) is None
    assert beside(numbered(-1), numbered(0)) is None


def test_every_problem_says_what_to_do():
    assert set(PROBLEM_TEXTS) == set(Problem)
    for text in PROBLEM_TEXTS.values():
        assert str(text).endswith(".")


# The measures by themselves


def test_the_web_process_knows_the_networks_own_distance():
    assert OTHER_PERSON_DISTANCE == SAME_PERSON_DISTANCE


def test_likeness_is_one_for_the_same_and_zero_where_the_same_person_ends():
    a = np.zeros(128, np.float32)
    at = [faces.likeness(a, np.eye(1, 128, dtype=np.float32)[0] * d) for d in (0, 0.3, 0.6, 0.9, 1.2, 5)]
    assert at == pytest.approx([1, 0.5, 0, -0.5, -1, -1], abs=1e-6)


def test_a_persons_embeddings_are_nearer_to_each_other_than_to_a_strangers(portraits, other):
    within = [distance(a.embedding, b.embedding) for a, b in itertools.combinations(portraits, 2)]
    across = [distance(photo.embedding, other.embedding) for photo in portraits]
    assert max(within) < 0.45 < 0.75 < min(across)


@pytest.mark.parametrize(
    ("box", "size"),
    [((100, 100, 80, 80), (640, 480)), ((0, 0, 200, 200), (640, 480)), ((400, 300, 240, 180), (640, 480))],
)
def test_a_crop_is_a_square_inside_the_picture_around_the_face(box: Any, size: Any):
    face = SimpleNamespace(**dict(zip(("left", "top", "width", "height"), box, strict=True)))
    left, top, side = faces.crop_square(*size, face)
    assert left >= 0
    assert top >= 0
    assert left + side <= size[0]
    assert top + side <= size[1]
    assert side == min(round(2.2 * max(box[2:])), *size)
    assert left <= box[0]
    assert left + side >= box[0] + box[2]


def test_a_crop_leaves_more_room_for_hair_than_for_the_neck():
    face = SimpleNamespace(left=450, top=450, width=100, height=100)
    assert faces.crop_square(1000, 1000, face) == (390, 380, 220)
    assert faces.crop_square(1000, 1000, face, margin=4) == (300, 290, 400)


def test_a_network_whose_bytes_are_not_the_known_ones_is_refused(monkeypatch):
    monkeypatch.setitem(networks.SHA256, "mmod_human_face_detector.dat", "0" * 64)
    with pytest.raises(faces.BrokenNetwork):
        networks._checked("mmod_human_face_detector.dat")


def test_the_package_with_the_networks_is_found_and_not_imported():
    assert faces.is_available()
    networks.load()
    assert "face_recognition_models" not in sys.modules
    assert not any("68" in name for name in networks.SHA256)
