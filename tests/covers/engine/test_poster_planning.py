"""How the poster engine chooses: colours, styles, motifs, compositions."""

from __future__ import annotations

from dataclasses import replace

import pytest

from covers.brief.brief_contract import GENRES, MOODS, PRINTS, STYLES, Brief
from covers.brief.vocabulary import MOTIF_KEYS
from covers.engine.poster.color import are_apart, contrast, distance, lch_of, mix, oklch, ramp
from covers.engine.poster.motifs import covered, motif
from covers.engine.poster.palettes import FAMILIES, KEYS, MOOD_FAMILIES, keyed, own
from covers.engine.poster.plan import GENRE_STYLES, MOOD_STYLES, UNSUITED, plan_set
from covers.engine.poster.styles import STYLES as DRAWN_STYLES
from covers.engine.poster.traits import LINEAR, STANDING
from covers.lettering.title_contract import FINISHES, VOICES

BRIEF = Brief("a guitar", ("guitar", "road", "rain"), "freedom", (), "", "", (), "rules")


@pytest.mark.parametrize("color", ["#000000", "#ffffff", "#d7263d", "#00ff00", "#1b1b3a", "#777777"])
def test_colors_survive_the_way_to_oklch_and_back(color: str) -> None:
    assert oklch(*lch_of(color)) == color


def test_known_oklch_values() -> None:
    """Red by Ottosson's page: lightness 0.628, chroma 0.258, hue 29.2."""
    lightness, chroma, hue = lch_of("#ff0000")
    assert lightness == pytest.approx(0.628, abs=0.001)
    assert chroma == pytest.approx(0.2577, abs=0.001)
    assert hue == pytest.approx(29.23, abs=0.1)


@pytest.mark.parametrize("hue", range(0, 360, 30))
def test_too_strong_colors_keep_lightness_and_hue(hue: int) -> None:
    lightness, chroma, found = lch_of(oklch(0.6, 0.4, hue))
    assert lightness == pytest.approx(0.6, abs=0.01)
    assert 0.05 < chroma < 0.4
    assert abs((found - hue + 180) % 360 - 180) < 4


def test_a_mix_of_complements_does_not_go_through_grey() -> None:
    assert lch_of(mix("#ff7a1a", "#1a6bff", 0.5))[1] > 0.1
    assert ramp("#000000", "#ffffff", 3)[::2] == ["#000000", "#ffffff"]


def test_black_on_white_has_the_full_contrast() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("mood", MOODS)
def test_every_mood_has_several_palettes_that_keep_the_colour_rules(mood: str) -> None:
    assert len(MOOD_FAMILIES[mood]) >= 4
    for name in MOOD_FAMILIES[mood]:
        for key in KEYS:
            palette = keyed(name, key)
            assert are_apart(palette.ground, palette.figure), (name, key)
        assert lch_of(keyed(name, "light").ground)[0] > 0.85
        assert lch_of(keyed(name, "dark").ground)[0] < 0.4


def test_every_family_is_used() -> None:
    assert {name for names in MOOD_FAMILIES.values() for name in names} == set(FAMILIES)


@pytest.mark.parametrize(
    "colors", [("#d7263d",), ("#d7263d", "#f4e9cd"), ("#111111", "#222222", "#333333", "#444444", "#555555")]
)
def test_own_colors_keep_the_colour_rules(colors: tuple[str, ...]) -> None:
    for key in KEYS:
        palette = own(colors, key, 0)
        assert are_apart(palette.ground, palette.figure)
        assert set(palette.colors()) & set(colors)


def test_every_motif_has_a_drawing_that_fits_its_box() -> None:
    wrong = []
    for key in MOTIF_KEYS:
        drawing = motif(key)
        box = drawing.shape.computeTightBounds()
        is_one_wide = abs(max(box.width(), box.height()) - 1) <= 0.03
        is_centred = max(abs(box.centerX()), abs(box.centerY())) < 0.02
        has_shape = covered(drawing.shape) > max(40, covered(drawing.detail))
        if not (is_one_wide and is_centred and has_shape):
            wrong.append(key)
    assert wrong == []


def test_no_two_motifs_look_the_same() -> None:
    import skia

    seen: dict[bytes, str] = {}
    for key in MOTIF_KEYS:
        surface = skia.Surface(48, 48)
        canvas = surface.getCanvas()
        canvas.clear(0xFFFFFFFF)
        canvas.translate(24, 24)
        canvas.scale(48, 48)
        canvas.drawPath(motif(key).ink, skia.Paint(Color=0xFF000000))
        picture = surface.toarray()[..., 0].tobytes()
        assert picture not in seen, (key, seen.get(picture))
        seen[picture] = key


def test_an_unknown_motif_is_an_error() -> None:
    with pytest.raises(KeyError):
        motif("no such thing")


def test_all_styles_of_the_contract_are_drawn_with_voices_and_finishes_it_knows() -> None:
    assert set(DRAWN_STYLES) == set(STYLES)
    assert len({DRAWN_STYLES[name].voice for name in PRINTS}) == len(PRINTS)
    for style in DRAWN_STYLES.values():
        assert style.voice in VOICES
        assert style.finish in FINISHES
        assert len(style.compositions) >= 3
        assert set(style.compositions) >= style.standing | style.massive | style.afloat


def test_the_tables_name_only_what_exists() -> None:
    assert set(MOOD_STYLES) == set(MOOD_FAMILIES) == set(MOODS)
    assert set(GENRE_STYLES) == set(GENRES)
    for names in (*MOOD_STYLES.values(), *GENRE_STYLES.values(), *UNSUITED.values()):
        assert set(names.split()) <= set(PRINTS)
    assert set(MOTIF_KEYS) >= LINEAR | STANDING


@pytest.mark.parametrize("mood", MOODS)
@pytest.mark.parametrize("count", [2, 4])
def test_a_set_has_a_light_and_a_dark_picture_and_no_two_grounds_alike(mood: str, count: int) -> None:
    for set_seed in range(8):
        ideas = plan_set(replace(BRIEF, mood=mood), set_seed, count)
        lightness = [lch_of(idea.palette.ground)[0] for idea in ideas]
        assert max(lightness) > 0.8
        assert min(lightness) < 0.4
        grounds = [idea.palette.ground for idea in ideas]
        assert min(distance(a, b) for i, a in enumerate(grounds) for b in grounds[i + 1 :]) >= 0.07


@pytest.mark.parametrize("count", range(1, 9))
def test_a_set_of_any_size_has_different_styles_and_leads_with_the_best_motif(count: int) -> None:
    ideas = plan_set(BRIEF, 3, count)
    assert len({idea.style for idea in ideas}) == count
    assert ideas[0].motif == "guitar"
    assert {idea.motif for idea in ideas} >= set(BRIEF.motifs[: min(count, 3)])


def test_one_motif_is_shown_in_different_ways() -> None:
    ideas = plan_set(replace(BRIEF, motifs=("guitar",)), 3, 4)
    assert len({(idea.style, idea.composition) for idea in ideas}) == 4


def test_trot_is_mostly_a_gala_and_anger_never() -> None:
    trot = [idea.style for seed in range(40) for idea in plan_set(replace(BRIEF, mood="joy", genre="trot"), seed, 4)]
    anger = [idea.style for seed in range(40) for idea in plan_set(replace(BRIEF, mood="anger", genre="rock"), seed, 4)]
    assert trot.count("gala") > 30
    assert anger.count("gala") == 0
    assert anger.count("photocopy") > 15


def test_what_lies_or_floats_is_not_set_on_the_ground() -> None:
    for seed in range(60):
        for idea in plan_set(replace(BRIEF, motifs=("feather", "moon"), style=STYLES[seed % 16]), seed, 4):
            assert idea.composition not in DRAWN_STYLES[idea.style].standing
