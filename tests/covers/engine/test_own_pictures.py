"""Covers made of a picture that somebody brought: any picture, any treatment."""

from __future__ import annotations

import struct
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from albumsite.errors import EngineError
from albumsite.media.encoding import saved
from covers.brief.brief_contract import MOODS, STYLES
from covers.brief.scenery import TREATMENTS
from covers.engine.engine_contract import DrawSpec, OwnPicture
from covers.engine.poster.own import plan
from covers.engine.poster.own.plan import ARTS
from covers.engine.poster.own.seen import seen_in
from covers.lettering import render
from tests.covers.engine.posters import BRIEF, a_set, drawn, pixels, shrunk
from tests.covers.engine.posters import SPEC as PLAIN
from tests.photographs import photograph

FACE = (171 / 512, 56 / 512, 106 / 512, 106 / 512)
"""In `astronaut`: Eileen Collins, NASA, public domain."""


def jpeg(image: Image.Image) -> bytes:
    return saved(image.convert("RGB"), "JPEG", quality=90)


def own(image: Image.Image, **more: object) -> OwnPicture:
    return OwnPicture(jpeg(image), **more)  # type: ignore[arg-type]


CUP = own(photograph("coffee"))
PERSON = own(photograph("astronaut"), faces=(FACE,))
SPEC = replace(PLAIN, width=128, height=128, own_picture=CUP)
LAYOUTS = [(name, layout) for name, art in ARTS.items() for layout in art.layouts]


EACH = [
    pytest.param(name, layout, marks=() if layout == ARTS[name].layouts[0] and name != "painted" else pytest.mark.slow)
    for name, layout in LAYOUTS
]


def noise(width: int, height: int) -> Image.Image:
    return Image.fromarray(np.random.default_rng(3).integers(0, 255, (height, width, 3)).astype(np.uint8))


def drawing() -> Image.Image:
    sheet = Image.new("RGB", (700, 900), "#fbfaf4")
    pen = ImageDraw.Draw(sheet)
    pen.line([(150, 800), (150, 450), (350, 280), (550, 450), (550, 800), (150, 800)], fill="#1d3b8b", width=11)
    pen.ellipse((560, 90, 650, 180), fill="#f5c300")
    return sheet


def page() -> Image.Image:
    sheet, font = Image.new("RGB", (500, 640), "#eee9dd"), ImageFont.load_default(size=22)
    pen = ImageDraw.Draw(sheet)
    for row in range(19):
        pen.text((30, 20 + 32 * row), "the rain has not stopped and nobody has come", fill="#2a2622", font=font)
    return sheet


HARD = {
    "one pixel": Image.new("RGB", (1, 1), "#7a3040"),
    "sixteen pixels": photograph("astronaut").resize((16, 16)),
    "black": Image.new("RGB", (300, 200), "black"),
    "white": Image.new("RGB", (300, 200), "white"),
    "noise": noise(300, 300),
    "ten to one": photograph("rocket").resize((2000, 200)),
    "one to ten": photograph("rocket").resize((60, 600)),
    "a line of pixels": noise(600, 1),
    "a drawing": drawing(),
    "a page": page(),
}


def in_layout(monkeypatch: pytest.MonkeyPatch, treatment: str, layout: str, spec: DrawSpec = SPEC) -> DrawSpec:
    monkeypatch.setattr(plan, "choose_layouts", lambda rng, seen, chosen: [layout] * len(chosen))
    assert spec.own_picture
    return replace(spec, own_picture=replace(spec.own_picture, treatment=treatment))


def test_every_treatment_of_the_contract_is_drawn() -> None:
    assert set(ARTS) == set(TREATMENTS)


@pytest.mark.parametrize("treatment", ARTS)
def test_a_wished_treatment_draws_the_picture_and_says_so(treatment: str) -> None:
    (picture,) = drawn(replace(SPEC, own_picture=replace(CUP, treatment=treatment)))
    assert picture.parameters["style"] == "own"
    assert picture.parameters["treatment"] == treatment
    assert pixels(picture).std() > 12


@pytest.mark.slow
@pytest.mark.parametrize("treatment", ARTS)
def test_four_of_one_treatment_are_four_pictures(treatment: str) -> None:
    small = [shrunk(one, 32) for one in drawn(*a_set(SPEC, own_picture=replace(CUP, treatment=treatment)))]
    for index, one in enumerate(small):
        assert all(np.abs(one - other).mean() > 5 for other in small[index + 1 :])


@pytest.mark.parametrize("mood", ["quiet", "anger", "joy", "night"])
def test_the_four_of_a_request_differ_in_treatment_and_to_the_eye(mood: str) -> None:
    pictures = drawn(*a_set(SPEC, brief=replace(BRIEF, mood=mood)))
    assert len({picture.parameters["treatment"] for picture in pictures}) == 4
    small = [shrunk(picture, 32) for picture in pictures]
    for index, one in enumerate(small):
        assert all(np.abs(one - other).mean() > 12 for other in small[index + 1 :])


@pytest.mark.parametrize("name", ["a drawing", "white", "noise", "sixteen pixels"])
def test_no_treatment_comes_twice_before_all_that_suit_the_picture_were_used(name: str) -> None:
    seen = seen_in(own(HARD[name]))
    fit = set(plan.weights_for("", "quiet", seen))
    ideas = plan.plan_own(BRIEF, seen, "", 4, len(fit), "밤", True)
    assert {idea.style for idea in ideas} == fit
    assert {"film", "night_push"}.isdisjoint(fit) == (name != "noise")


@pytest.mark.parametrize("style", STYLES)
def test_a_wished_style_leads_the_set(style: str) -> None:
    ideas = plan.plan_own(replace(BRIEF, style=style), seen_in(CUP), "", 3, 4, "", True)
    assert ideas[0].style in plan.STYLE_TREATMENTS[style].split()


def test_every_mood_has_its_treatments() -> None:
    assert set(plan.MOOD_TREATMENTS) == set(MOODS)
    assert {name for names in plan.MOOD_TREATMENTS.values() for name in names.split()} <= set(ARTS)


def test_the_same_spec_gives_the_same_pixels_alone_or_in_a_set() -> None:
    specs = a_set(SPEC, own_picture=PERSON)
    together = [picture.rgb for picture in drawn(*specs)]
    assert [drawn(spec)[0].rgb for spec in reversed(specs)] == together[::-1]


@pytest.mark.parametrize(
    ("treatment", "layout"),
    EACH,
)
def test_a_cover_has_the_same_composition_and_type_at_every_size(
    monkeypatch: pytest.MonkeyPatch, treatment: str, layout: str
) -> None:
    spec = in_layout(monkeypatch, treatment, layout, replace(SPEC, own_picture=PERSON))
    small, large = drawn(replace(spec, width=192, height=192), replace(spec, width=448, height=448))
    # what is cut out lies within a pixel of a small page
    assert np.allclose(*(one.parameters.get("faces", ()) for one in (small, large)), atol=0.01)
    assert dict(small.parameters, faces=None) == dict(large.parameters, faces=None)
    assert small.type_plan == large.type_plan
    difference = np.abs(shrunk(small, 32) - shrunk(large, 32))
    assert difference.mean() < 6
    assert np.percentile(difference, 98) < 50


@pytest.mark.parametrize("treatment", ["plain", "film", "tinted", "duotone"])
def test_the_picture_shows_the_picture(monkeypatch: pytest.MonkeyPatch, treatment: str) -> None:
    spec = in_layout(monkeypatch, treatment, "bleed-full" if treatment == "duotone" else "bleed")
    (picture,) = drawn(replace(spec, with_lettering=False))
    printed = Image.fromarray(pixels(picture).astype(np.uint8)).convert("L")
    square = photograph("coffee").convert("L")
    left = round(float(seen_in(CUP).square.x))
    shown = square.crop((left, 0, left + 400, 400))
    one, other = (np.asarray(image.resize((24, 24), Image.Resampling.BOX)).ravel() for image in (printed, shown))
    assert np.corrcoef(one, other)[0, 1] > 0.8


def halves() -> Image.Image:
    image = Image.new("RGB", (600, 400), "#d02020")
    image.paste("#2030d0", (300, 0, 600, 400))
    return image


def test_a_given_crop_is_kept_to_the_pixel(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = own(halves(), crop=(0.75, 0.5, 0.7))
    spec = in_layout(monkeypatch, "plain", "bleed", replace(SPEC, own_picture=picture, with_lettering=False))
    (one,) = drawn(spec)
    assert (pixels(one)[..., 2] > 150).all()
    assert (pixels(one)[..., 0] < 90).all()
    assert one.parameters["crop"] == [0.75, 0.5, 0.7]


@pytest.mark.parametrize("crop", [(0.0, 0.0, 1.0), (1.0, 1.0, 0.5), (0.5, 0.5, 7.0), (0.5, 0.5, 0.0)])
def test_a_crop_that_stands_out_of_the_picture_is_moved_into_it(crop: tuple[float, float, float]) -> None:
    square = seen_in(own(halves(), crop=crop)).square
    assert square.x >= 0
    assert square.y >= 0
    assert square.x + square.size <= 600
    assert square.y + square.size <= 400
    (picture,) = drawn(replace(SPEC, width=64, height=64, own_picture=own(halves(), crop=crop)))
    assert len(picture.rgb) == 64 * 64 * 3


def under_type(spec: DrawSpec) -> tuple[np.ndarray, np.ndarray, dict[str, object]]:
    """Where type was set, (rows, columns) bool; the picture before it; what the lettering says of it."""
    (picture,) = drawn(spec)
    lettered = render(
        picture.rgb, spec.width, spec.height, title=spec.title, artist=spec.artist, plan=picture.type_plan, seed=1
    )
    before = pixels(picture)
    after = np.frombuffer(lettered.rgb, np.uint8).reshape(before.shape)
    return (np.abs(before - after) > 8).any(-1), before, lettered.layout


def luminance(rgb: np.ndarray) -> np.ndarray:
    values = rgb / 255
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ np.array([0.2126, 0.7152, 0.0722]))


BUSY = {
    "person": PERSON,
    "noise": own(noise(500, 500)),
    "page": own(HARD["a page"]),
    "rocket": own(photograph("rocket")),
    "drawing": own(drawing()),
    "white": own(HARD["white"]),
}


@pytest.mark.parametrize("name", BUSY)
@pytest.mark.parametrize(
    "treatment",
    [
        "plain",
        "xerox",
        *(
            pytest.param(name, marks=pytest.mark.slow)
            for name in ("film", "painted", "cyanotype", "torn", "framed", "riso")
        ),
    ],
)
def test_the_title_can_be_read_on_the_finished_picture(name: str, treatment: str) -> None:
    """Without a block laid under it, at 4.5 : 1 against nine tenths of what is under and around its letters."""
    spec = replace(SPEC, width=320, height=320, own_picture=replace(BUSY[name], treatment=treatment))
    typed, before, layout = under_type(spec)
    assert layout["panel"] is None
    assert typed.any()
    title = layout["title"]
    assert isinstance(title, dict)
    ink = luminance(np.array([int(title["ink"][index : index + 2], 16) for index in (1, 3, 5)], float))
    left, top, width, height = (round(320 * value) for value in title["box"])
    within = np.zeros_like(typed)
    within[top : top + height, left : left + width] = True
    ground = luminance(before[typed & within].astype(float))
    ratios = (np.maximum(ground, ink) + 0.05) / (np.minimum(ground, ink) + 0.05)
    assert np.quantile(ratios, 0.1) >= 4.5


ACROSS_THE_SHEET = [
    ("plain", "bleed"),
    ("film", "bleed"),
    ("tinted", "bleed"),
    ("night_push", "bleed"),
    ("cyanotype", "washed"),
]
"""Here the whole square lies on the sheet, so a face is where it is in the picture."""


@pytest.mark.parametrize(("treatment", "layout"), ACROSS_THE_SHEET)
@pytest.mark.parametrize("title", ["밤", "Strawberry Summer Forever and Ever and a Day"])
def test_type_never_lies_on_a_face(monkeypatch: pytest.MonkeyPatch, treatment: str, layout: str, title: str) -> None:
    spec = replace(SPEC, width=192, height=192, title=title, own_picture=PERSON)
    typed, _, _ = under_type(in_layout(monkeypatch, treatment, layout, spec))
    left, top, width, height = (round(192 * value) for value in FACE)
    assert typed.any()
    assert not typed[top : top + height, left : left + width].any()


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow if name in ("noise", "a page") else ()) for name in HARD]
)
def test_hard_pictures_give_covers(name: str) -> None:
    for picture in drawn(*a_set(SPEC, own_picture=own(HARD[name]), width=96, height=96)):
        assert len(picture.rgb) == 96 * 96 * 3
        assert picture.type_plan
        assert picture.type_plan.inks


@pytest.mark.parametrize(("width", "height"), [(64, 64), (192, 128), (128, 192)])
def test_odd_sizes_and_no_lettering_are_drawn(width: int, height: int) -> None:
    specs = a_set(SPEC, own_picture=PERSON, width=width, height=height, with_lettering=False, count=6)
    for picture in drawn(*specs):
        assert len(picture.rgb) == width * height * 3
        assert picture.type_plan is None


@pytest.mark.parametrize(
    "treatment", ["tinted", "torn", "framed", "duotone", "halftone", "screenprint", "riso", "collage"]
)
def test_a_persons_colours_are_used(treatment: str) -> None:
    palette = ("#d7263d", "#f4e9cd", "#1b1b3a")
    spec = replace(SPEC, brief=replace(BRIEF, palette=palette), own_picture=replace(CUP, treatment=treatment))
    (picture,) = drawn(spec)
    assert set(palette) <= set(picture.parameters["palette"])  # type: ignore[call-overload]


def patched(width: int, height: int) -> bytes:
    """A small JPEG that says that it is large."""
    content = jpeg(Image.new("RGB", (16, 16)))
    start = content.index(b"\xff\xc0") + 5
    return content[:start] + struct.pack(">HH", height, width) + content[start + 4 :]


@pytest.mark.parametrize(
    "bad",
    [
        OwnPicture(b""),
        OwnPicture(b"no picture at all"),
        OwnPicture(CUP.picture[:500]),
        OwnPicture(patched(9000, 9000)),
        replace(CUP, crop=(float("nan"), 0.5, 0.5)),
    ],
)
def test_a_picture_that_cannot_be_used_is_refused_with_a_reason(bad: OwnPicture) -> None:
    with pytest.raises(EngineError) as refusal:
        drawn(replace(SPEC, own_picture=bad))
    assert refusal.value.message_id == "engine:bad-spec"


def test_only_jpeg_is_decoded() -> None:
    with pytest.raises(EngineError):
        drawn(replace(SPEC, own_picture=OwnPicture(saved(drawing(), "PNG"))))


def test_parameters_say_what_was_drawn_and_hold_nothing_of_the_picture() -> None:
    (picture,) = drawn(SPEC)
    assert set(picture.parameters) >= {"style", "treatment", "crop", "composition", "palette", "engine_version"}
    assert not any(isinstance(value, bytes) for value in picture.parameters.values())
    assert "JFIF" not in repr(CUP)


def test_a_picture_too_small_for_a_store_file_gets_grain(monkeypatch: pytest.MonkeyPatch) -> None:
    smooth = Image.linear_gradient("L").resize((90, 90)).convert("RGB")
    spec = in_layout(
        monkeypatch,
        "plain",
        "bleed",
        replace(SPEC, own_picture=own(smooth), with_lettering=False, width=512, height=512),
    )
    large = replace(spec, own_picture=own(smooth.resize((3000, 3000)), treatment="plain"))
    (enlarged,), (sharp,) = drawn(spec), drawn(large)
    rough = [np.abs(np.diff(pixels(one)[200:300], axis=1)).mean() for one in (enlarged, sharp)]
    assert rough[0] > 1.5 * rough[1]
