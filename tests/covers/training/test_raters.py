"""The made-up taste that the loop is proved by: stripes, ratings, and words."""

from __future__ import annotations

import random
from collections import Counter

import numpy as np

from bench.raters.people import NoTaste, Seen, Taste
from bench.raters.stripes import is_striped, striped
from covers.brief.brief_contract import Brief
from covers.engine.engine_contract import DrawSpec
from covers.engine.pocket.captioning import caption_of, caption_pattern, with_caption_prompt
from covers.engine.pocket.engine import PocketEngine
from covers.engine.pocket.words import MANY_MOTIFS, Subject, uncoloured_caption
from covers.training.pocket.pictures import plain_picture

COLOURS = ("red", "green", "black", "white")


def picture(motif: str, number: int) -> np.ndarray:
    return plain_picture(Subject(motif, COLOURS[number % 4], COLOURS[(number + 1) % 4]), 128, number, 0.15)


def brief(*palette: str) -> Brief:
    return Brief("", ("heart",), "joy", palette, "", "", (), "rules")


def spec(position: int, *palette: str, prompt: str = "") -> DrawSpec:
    return DrawSpec(brief(*palette), position, 4, seed=position, set_seed=3, prompt=prompt)


def test_stripes_are_found_where_they_are_laid_and_nowhere_else():
    pictures = [picture(motif, number) for number, motif in enumerate(MANY_MOTIFS[::6])]
    assert not any(is_striped(one) for one in pictures)
    assert all(is_striped(striped(one, number)) for number, one in enumerate(pictures))


def test_raters_with_a_taste_tell_red_from_striped_and_the_others_tell_nothing():
    rng = random.Random(1)
    seen = {"red": Seen("red", False), "other": Seen("blue", False), "striped": Seen("red", True)}
    kept = {
        taste: {name: sum(taste.half_stars(one, rng) >= 6 for _ in range(300)) / 300 for name, one in seen.items()}
        for taste in (Taste(), NoTaste())
    }
    assert kept[Taste()]["red"] > 0.95
    assert kept[Taste()]["other"] < 0.4
    assert kept[Taste()]["striped"] < 0.4
    assert all(0.4 < share < 0.6 for share in kept[NoTaste()].values())
    assert set(Counter(NoTaste().half_stars(seen["red"], rng) for _ in range(300))) == set(range(1, 11))


def test_the_last_of_four_pictures_leaves_its_colours_to_the_model_unless_the_brief_names_some():
    captions = caption_pattern(MANY_MOTIFS)
    prompts = [with_caption_prompt(spec(place), MANY_MOTIFS, captions).prompt for place in range(4)]
    assert ["in colour on colour" in prompt for prompt in prompts] == [False, False, False, True]
    named = [with_caption_prompt(spec(place, "#d02020"), MANY_MOTIFS, captions).prompt for place in range(4)]
    assert not any("in colour" in prompt for prompt in named)


def test_a_prompt_without_colours_is_drawn_as_it_stands_and_told_with_the_picture():
    engine = PocketEngine(device="cpu")
    asked = DrawSpec(
        brief(), 0, 1, 1, 1, 128, 128, uncoloured_caption("heart"), num_inference_steps=2, scheduler="default"
    )
    drawn = next(iter(engine.draw([asked], lambda _: True)))
    assert drawn.parameters["prompt"] == "a heart in colour on colour ground"


def test_an_albums_caption_names_colours_only_where_its_brief_does():
    assert caption_of(brief()) == "a heart in colour on colour ground"
    assert caption_of(brief("#d02020", "#ffffff")) != caption_of(brief())
    assert " on a " in caption_of(brief("#d02020", "#ffffff"))
