"""Covers drawn from a person's own photos."""

from __future__ import annotations

import functools
import io
import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageFilter, ImageOps

from albumsite.errors import EngineError
from albumsite.media.encoding import saved
from covers.brief.brief_contract import STYLES
from covers.engine.engine_contract import Drawn, DrawSpec, Portrait
from covers.engine.poster.art import Art
from covers.engine.poster.color import rgb_of
from covers.engine.poster.portrait import drawing, plan
from covers.engine.poster.portrait.layers import develop, developed, layers_of, packed, unpacked
from covers.engine.poster.portrait.photos import load
from covers.engine.poster.portrait.separation import separate
from covers.engine.poster.portrait.sitter import Sitter
from covers.lettering import render
from tests.covers.engine.posters import BRIEF, a_set, drawn, pixels, shrunk
from tests.covers.engine.posters import SPEC as PLAIN
from tests.photographs import photograph

FACE = (171, 56, 106, 106)
"""In `astronaut`: Eileen Collins, NASA, public domain."""


def astronaut() -> Image.Image:
    return photograph("astronaut")


def portrait_of(image: Image.Image, face: tuple[float, float, float, float] = FACE) -> Portrait:
    return Portrait(saved(image, "JPEG", quality=90), *face)


PORTRAIT = portrait_of(astronaut())
MIRRORED = portrait_of(ImageOps.mirror(astronaut()), (512 - 171 - 106, 56, 106, 106))
SPEC = replace(PLAIN, width=160, height=160, portraits=(PORTRAIT,))


@pytest.fixture(scope="module")
def shared_studio() -> drawing.Studio:
    return drawing.new_studio()


@pytest.fixture(autouse=True)
def _one_studio(monkeypatch: pytest.MonkeyPatch, shared_studio: drawing.Studio) -> None:
    """Photos are developed once for many tests, which also shows that no picture changes them for the next."""
    monkeypatch.setattr(drawing, "new_studio", lambda: shared_studio)


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """Fixes the treatment and the composition that are planned."""

    def fix(treatment: str, composition: str = "") -> None:
        if composition:
            monkeypatch.setattr(plan.TREATMENTS[treatment], "compositions", (composition,))
        monkeypatch.setattr(plan, "choose_treatments", lambda rng, style, mood, faces: [treatment] * len(faces))

    return fix  # type: ignore[return-value]


COMPOSITIONS = [(name, composition) for name, art in plan.TREATMENTS.items() for composition in art.compositions]


def drawn_with_head(spec: DrawSpec) -> tuple[Drawn, tuple[int, int, int, int]]:
    """A picture, and where the head lies on it, in pixels: left, top, right, bottom."""
    seen: list[Art] = []
    original = drawing.portrait_art
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drawing, "portrait_art", lambda *arguments: seen.append(original(*arguments)) or seen[0])
        (picture,) = drawn(spec)
    box = seen[0].figures[0].getBounds()
    left, top, right, bottom = (
        round(value * spec.width) for value in (box.left(), box.top(), box.right(), box.bottom())
    )
    return picture, (left, top, right, bottom)


def test_the_four_of_a_request_differ_in_treatment_and_to_the_eye() -> None:
    for set_seed in range(2):
        pictures = drawn(*a_set(SPEC, set_seed=set_seed))
        assert len({picture.parameters["treatment"] for picture in pictures}) == 4
        small = [shrunk(picture, 32) for picture in pictures]
        for index, one in enumerate(small):
            assert all(np.abs(one - other).mean() > 15 for other in small[index + 1 :])


def test_several_photos_are_all_used_and_named_by_their_index() -> None:
    portraits = tuple(portrait_of(astronaut().resize((512 + 8 * index,) * 2), FACE) for index in range(10))
    for count in (3, 10):
        pictures = drawn(*a_set(SPEC, portraits=portraits[:count], width=64, height=64))
        assert len({picture.parameters["portrait"] for picture in pictures}) == min(4, count)
        assert all(0 <= picture.parameters["portrait"] < count for picture in pictures)


def test_the_same_spec_gives_the_same_pixels_alone_or_in_a_set() -> None:
    specs = a_set(SPEC, portraits=(PORTRAIT, MIRRORED))
    together = [picture.rgb for picture in drawn(*specs)]
    assert [drawn(spec)[0].rgb for spec in reversed(specs)] == together[::-1]


def test_another_photo_gives_another_picture() -> None:
    for one, other in zip(drawn(*a_set(SPEC)), drawn(*a_set(SPEC, portraits=(MIRRORED,))), strict=True):
        assert one.parameters["treatment"] == other.parameters["treatment"]
        assert np.abs(shrunk(one, 40) - shrunk(other, 40)).mean() > 4


@pytest.mark.parametrize(
    ("treatment", "composition", "least"),
    [
        ("duotone", "rising", 0.8),
        ("duotone", "bleed", 0.8),
        ("halftone", "disc", 0.6),
        ("halftone", "blowup", 0.6),
        ("engraving", "slant", 0.6),
        ("engraving", "rings", 0.6),
        ("collage", "torn", 0.8),
        ("screenprint", "solo", 0.6),
        ("riso", "moon", 0.55),
    ],
)
def test_the_face_is_the_photos_face(only, treatment: str, composition: str, least: float) -> None:
    """The lightness of the printed head follows the photo's: its correlation is far above chance."""
    only(treatment, composition)
    spec = replace(SPEC, width=400, height=400)
    picture, (left, top, right, bottom) = drawn_with_head(spec)
    printed = Image.fromarray(pixels(picture).astype(np.uint8)).convert("L").crop((left, top, right, bottom))
    sitter = Sitter(developed(layers_of(PORTRAIT), 640))
    width = 0.68 * sitter.photo.width
    photo = Image.fromarray((load(PORTRAIT, 640).grey * 255).astype(np.uint8)).crop(
        (round(sitter.middle - width), round(sitter.crown), round(sitter.middle + width), round(sitter.chin))
    )
    inner = np.s_[4:-4, 8:-8]
    one, other = (np.asarray(image.resize((32, 32), Image.Resampling.BOX))[inner].ravel() for image in (printed, photo))
    assert np.corrcoef(one, other)[0, 1] > least


@pytest.mark.parametrize(("treatment", "composition"), COMPOSITIONS)
def test_a_treatment_draws_the_same_picture_at_every_size(only, treatment: str, composition: str) -> None:
    only(treatment, composition)
    small, large = drawn(replace(SPEC, width=224, height=224), replace(SPEC, width=448, height=448))
    assert small.parameters["composition"] == composition
    difference = np.abs(shrunk(small, 40) - shrunk(large, 40))
    assert difference.mean() < 5
    assert np.percentile(difference, 98) < 45


@pytest.mark.parametrize(("treatment", "composition"), COMPOSITIONS)
@pytest.mark.parametrize("title", ["O", "Strawberry Summer Forever and Ever and a Day"])
def test_the_title_can_be_read_and_leaves_the_eyes_alone(only, treatment: str, composition: str, title: str) -> None:
    only(treatment, composition)
    spec = replace(SPEC, width=192, height=192, title=title)
    picture, (left, top, right, bottom) = drawn_with_head(spec)
    lettered = render(picture.rgb, 192, 192, title=title, artist="무영", plan=picture.type_plan, seed=1)
    head = np.zeros((192, 192), bool)
    head[max(0, top + (bottom - top) // 3) : bottom, max(0, left) : right] = True
    changed = np.frombuffer(lettered.rgb, np.uint8) != np.frombuffer(picture.rgb, np.uint8)
    typed = changed.reshape(192, 192, 3).any(-1)
    assert typed.any()
    assert not (typed & head).any()


def test_flat_tones_are_printed_without_specks(only) -> None:
    only("screenprint", "solo")
    (picture,) = drawn(replace(SPEC, width=640, height=640, with_lettering=False))
    grey = Image.fromarray(pixels(picture).astype(np.uint8)).convert("L")
    specks = np.asarray(grey).astype(int) - np.asarray(grey.filter(ImageFilter.MedianFilter(5))).astype(int)
    assert (specks[200:, :] > 100).sum() < 12


def test_colours_come_from_the_palette() -> None:
    palette = ("#d7263d", "#f4e9cd", "#1b1b3a")
    for picture in drawn(*a_set(SPEC, brief=replace(BRIEF, palette=palette), width=128, height=128)):
        assert set(palette) <= set(picture.parameters["palette"])
        ground = np.array(rgb_of(str(picture.parameters["palette"][0])))
        near = np.abs(pixels(picture) - ground).max(-1) < 40
        paper = np.abs(pixels(picture) - np.array(rgb_of("#f4e9cd"))).max(-1) < 40
        assert near.mean() > 0.1 or paper.mean() > 0.1


@pytest.mark.parametrize("style", STYLES)
def test_a_wished_style_leads_the_set(style: str) -> None:
    leading = plan.STYLE_TREATMENTS[style].split()[0]
    sittings = plan.plan_portraits(replace(BRIEF, style=style), [PORTRAIT], 3, 4, "", True)
    assert sittings[0].idea.style in (leading, *plan.STYLE_TREATMENTS[style].split())
    assert len({sitting.idea.style for sitting in sittings}) == 4


def test_a_small_face_is_not_shown_in_continuous_tone() -> None:
    tiny = replace(PORTRAIT, width=80.0)
    for seed in range(20):
        sittings = plan.plan_portraits(BRIEF, [tiny], seed, 4, "", True)
        assert not {sitting.idea.style for sitting in sittings} & plan.FINE


@pytest.mark.parametrize(
    "bad",
    [
        Portrait(b"", *FACE),
        Portrait(b"no picture at all", *FACE),
        Portrait(PORTRAIT.picture[:400], *FACE),
        replace(PORTRAIT, left=900.0),
        replace(PORTRAIT, width=float("nan")),
        replace(PORTRAIT, height=0.0),
    ],
)
def test_a_photo_that_cannot_be_used_is_refused_with_a_reason(bad: Portrait) -> None:
    with pytest.raises(EngineError) as refusal:
        drawn(replace(SPEC, portraits=(bad,)))
    assert refusal.value.message_id == "engine:bad-spec"


def test_only_jpeg_is_decoded() -> None:
    with pytest.raises(EngineError):
        drawn(replace(SPEC, portraits=(Portrait(saved(astronaut(), "PNG"), *FACE),)))


def darkened(share: float) -> Image.Image:
    return astronaut().point(lambda value: round(value * share))


HARD = {
    "grey": (ImageOps.grayscale(astronaut()), FACE),
    "dark": (darkened(0.2), FACE),
    "bright": (astronaut().point(lambda value: 170 + value // 3), FACE),
    "at the edge": (astronaut().crop((190, 20, 512, 460)), (0, 36, 87, 106)),
    "close": (astronaut().crop((165, 60, 285, 175)), (6, 0, 106, 106)),
    "small": (astronaut().resize((128, 128)), (43, 14, 26, 26)),
    "wide": (astronaut().crop((0, 20, 512, 200)), (171, 36, 106, 106)),
    "tall": (astronaut().crop((150, 0, 300, 512)), (21, 56, 106, 106)),
    "flat": (Image.new("RGB", (400, 400), "#808080"), (150, 80, 100, 100)),
}


@pytest.mark.parametrize("name", HARD)
def test_hard_photos_give_pictures_with_light_and_dark(name: str) -> None:
    for picture in drawn(*a_set(SPEC, portraits=(portrait_of(*HARD[name]),), count=8, width=64, height=64)):
        assert pixels(picture).std() > 12


def test_the_person_is_told_from_the_background() -> None:
    sitter = Sitter(developed(layers_of(PORTRAIT), 160))
    alpha = sitter.separation.alpha
    assert sitter.is_sound
    assert alpha[80:140, 195:255].mean() > 0.97  # the face
    assert alpha[330:430, 100:220].mean() > 0.9  # the suit
    assert alpha[60:200, 350:500].mean() < 0.03  # the shuttle
    assert alpha[20:120, 0:100].mean() < 0.03  # the flag


def test_a_cut_that_follows_nothing_is_not_trusted() -> None:
    """Noise has no person in it."""
    noise = np.random.default_rng(3).integers(0, 255, (400, 400, 3)).astype(np.uint8)
    assert separate(load(portrait_of(Image.fromarray(noise), (150, 80, 100, 100)), 160)).quality < 0.5


@pytest.mark.parametrize(("width", "height"), [(64, 64), (192, 128), (128, 192)])
def test_odd_sizes_and_no_lettering_are_drawn(width: int, height: int) -> None:
    for picture in drawn(*a_set(SPEC, width=width, height=height, with_lettering=False)):
        assert len(picture.rgb) == width * height * 3
        assert picture.type_plan is None


def test_parameters_say_what_was_drawn_and_hold_nothing_of_the_photo() -> None:
    (picture,) = drawn(SPEC)
    assert set(picture.parameters) >= {"style", "treatment", "portrait", "composition", "palette", "engine_version"}
    assert picture.parameters["style"] == "portrait"
    assert not any(isinstance(value, bytes) for value in picture.parameters.values())
    assert "picture" not in repr(SPEC.portraits)


@functools.cache
def kept(portrait: Portrait) -> Portrait:
    """What stays when the photo goes."""
    return replace(portrait, picture=b"", layers=packed(develop(portrait)))


@pytest.mark.parametrize(
    ("treatment", "composition", "side"),
    [
        *((*named, 160) for named in COMPOSITIONS),
        *((name, art.compositions[0], 448) for name, art in plan.TREATMENTS.items()),
    ],
)  # compositions of one treatment read the layers by the same lines at every size
def test_layers_that_were_kept_give_the_photos_picture_to_the_pixel(
    only, treatment: str, composition: str, side: int
) -> None:
    only(treatment, composition)
    portraits = (PORTRAIT, MIRRORED)
    spec = replace(SPEC, width=side, height=side, portraits=portraits)
    (before,), (after,) = drawn(spec), drawn(replace(spec, portraits=tuple(map(kept, portraits))))
    assert after.rgb == before.rgb
    assert (after.type_plan, after.parameters) == (before.type_plan, before.parameters)


def test_a_release_file_from_layers_is_the_photos_too() -> None:
    spec = replace(SPEC, width=3000, height=3000)
    (before,), (after,) = drawn(spec), drawn(replace(spec, portraits=(kept(PORTRAIT),)))
    assert after.rgb == before.rgb


def test_layers_are_the_same_bytes_each_time_and_hold_no_colour() -> None:
    content = packed(develop(PORTRAIT))
    assert content == packed(develop(PORTRAIT))
    assert {plane.ndim for plane in (unpacked(content).tone, unpacked(content).alpha, unpacked(content).small)} == {2}
    swapped = Image.fromarray(np.asarray(Image.open(io.BytesIO(PORTRAIT.picture)))[..., ::-1])
    assert packed(develop(portrait_of(swapped))) != content, "tones come from the colours that were there"


@pytest.mark.parametrize("damage", ["cut", "empty zip", "another format", "no picture"])
def test_layers_that_cannot_be_read_are_refused_with_a_reason(damage: str) -> None:
    content = packed(develop(PORTRAIT))
    bad = {
        "cut": content[: len(content) // 2],
        "empty zip": b"PK\x05\x06" + bytes(18),
        "another format": content.replace(b'"format": 1', b'"format": 7'),
        "no picture": content.replace(b"IHDR", b"XXXX"),
    }[damage]
    with pytest.raises(EngineError) as refusal:
        drawn(replace(SPEC, portraits=(replace(PORTRAIT, picture=b"", layers=bad),)))
    assert refusal.value.message_id == "engine:bad-spec"


BEFORE = (
    ((245, 233, 217), (243, 231, 216), (245, 233, 217)),
    ((186, 148, 131), (130, 110, 106), (179, 150, 140)),
    ((202, 183, 173), (154, 144, 146), (225, 203, 187)),
)


def test_without_portraits_the_posters_are_what_they_were() -> None:
    """Means of thirds, noted before there were portraits."""
    (picture,) = drawn(replace(SPEC, portraits=()))
    assert "treatment" not in picture.parameters
    assert np.abs(shrunk(picture, 3) - np.array(BEFORE)).max() <= 2


def test_a_set_is_drawn_in_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    drawn(*a_set(SPEC, width=256, height=256))  # noise lattices are made once
    started = time.process_time()
    drawn(*a_set(SPEC, width=1024, height=1024))
    assert time.process_time() - started < 12  # about 3 on an idle core
