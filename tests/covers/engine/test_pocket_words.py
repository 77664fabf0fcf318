"""What the pocket checkpoint is asked in: every brief ends up in words that it knows."""

from __future__ import annotations

import pytest

from covers.brief.brief_contract import MOODS, Brief
from covers.brief.vocabulary import MOTIF_KEYS
from covers.engine.engine_contract import DrawSpec
from covers.engine.pocket.captioning import caption_pattern, nearest_name, with_caption_prompt
from covers.engine.pocket.stand_ins import stand_in
from covers.engine.pocket.words import COLOURS, FEW_MOTIFS, MANY_MOTIFS, all_captions, split
from covers.engine.poster.color import oklch
from covers.training.pocket.text_encoders import build_tokenizer


def said(spec: DrawSpec) -> DrawSpec:
    return with_caption_prompt(spec, FEW_MOTIFS, caption_pattern(FEW_MOTIFS))


def spec(*, motifs: tuple[str, ...] = ("heart",), prompt: str = "", position: int = 0, seed: int = 1) -> DrawSpec:
    brief = Brief("", motifs, "joy", (), "", "", (), "rules")
    return DrawSpec(brief, position, 4, seed=seed, set_seed=seed, prompt=prompt, negative_prompt="text, logo")


def test_each_word_of_a_caption_is_one_token() -> None:
    tokenizer = build_tokenizer()
    for text in list(all_captions(MANY_MOTIFS))[::97]:
        assert len(tokenizer.tokenize(text)) == len(text.replace(",", " ,").split()), text


def test_the_tokenizer_spells_what_it_never_saw() -> None:
    tokenizer = build_tokenizer()
    for text in ("별 헤는 밤", "xylophone", "café"):
        ids = tokenizer(text).input_ids
        assert tokenizer.decode(ids, skip_special_tokens=True).strip() == text


@pytest.mark.parametrize(("motifs", "count"), [(FEW_MOTIFS, 400), (MANY_MOTIFS, 1200)])
def test_unseen_combinations_are_never_lessons_and_use_every_motif_and_colour(motifs, count) -> None:
    seen, unseen = split(motifs)
    assert len(unseen) == count
    assert not set(seen) & set(unseen)
    for some in (seen, unseen):
        assert {subject.motif for subject in some} == set(motifs)
        assert {subject.colour for subject in some} == {subject.ground for subject in some} == set(COLOURS)


def test_what_was_unseen_among_the_few_is_so_among_the_many() -> None:
    assert set(split(FEW_MOTIFS)[1]) <= set(split(MANY_MOTIFS)[1])


@pytest.mark.parametrize("motifs", [FEW_MOTIFS, MANY_MOTIFS])
def test_every_motif_has_a_stand_in(motifs: tuple[str, ...]) -> None:
    known = {key: stand_in(key, motifs) for key in MOTIF_KEYS}
    assert {key: other for key, other in known.items() if other not in motifs} == {}
    assert {key: other for key, other in known.items() if key in motifs and other != key} == {}


@pytest.mark.parametrize(
    ("asked", "of_few", "of_many"),
    [("wolf", "cat", "fox"), ("sea", "cloud", "wave"), ("unheard of", "star", "star"), ("church", "house", "church")],
)
def test_a_stand_in_is_as_near_as_the_checkpoint_knows(asked: str, of_few: str, of_many: str) -> None:
    assert (stand_in(asked, FEW_MOTIFS), stand_in(asked, MANY_MOTIFS)) == (of_few, of_many)


@pytest.mark.parametrize("mood", MOODS)
def test_four_pictures_of_a_brief_are_four_different_sentences(mood: str) -> None:
    brief = Brief("", ("train", "rain", "phone"), mood, (), "", "", (), "rules")
    prompts = [said(DrawSpec(brief, place, 4, seed=place, set_seed=3)).prompt for place in range(4)]
    assert len(set(prompts)) >= 3
    assert all(prompt.startswith("a ") and prompt.endswith(" ground") for prompt in prompts)


def test_a_prompt_in_its_own_words_is_kept_and_any_other_is_replaced() -> None:
    assert said(spec(prompt="a green key on a pink ground")).prompt == "a green key on a pink ground"
    for prompt in ("a lonely figure in the rain, film grain, 35 mm", "a boat in rain on sea"):
        told = said(spec(prompt=prompt))
        assert "heart" in told.prompt
        assert told.negative_prompt == ""


@pytest.mark.parametrize("name", COLOURS)
def test_a_colour_is_called_by_its_name_unless_it_could_not_be_seen_on_the_ground(name: str) -> None:
    color = oklch(*COLOURS[name])
    assert nearest_name(color) == name
    assert nearest_name(color, besides=name) != name
