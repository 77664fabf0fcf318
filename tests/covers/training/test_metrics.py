"""Each metric on pictures whose answer is known."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from covers.engine.pocket.words import CHECKPOINT, Subject
from covers.evaluation.metric_comparison import compare
from covers.intervals.bootstrap import interval
from covers.lettering.oklab import oklab_of
from covers.training.metrics.colours import ColourFeatures
from covers.training.metrics.distances import Diversity, KernelDistance, Scale, kernel, pseudo_values, stacked
from covers.training.metrics.face_rate import FaceRate
from covers.training.metrics.metric_choice import CLIP, NSFW, Sources, choose
from covers.training.metrics.metric_contract import Asked, DrawnPicture, Facts, Rated
from covers.training.metrics.reward import Reward, concordance, ridge

os.environ.setdefault("OMP_NUM_THREADS", "1")  # on a shared machine, torch's threads spin against each other

RED, BLUE = (200, 30, 40), (30, 60, 200)


def flat(rgb: tuple[int, int, int], seed: int = 0, side: int = 32) -> np.ndarray:
    noise = np.random.default_rng(seed).integers(-8, 9, (side, side, 3))
    return np.clip(np.array(rgb) + noise, 0, 255).astype(np.uint8)


def picture(key: str, rgb: np.ndarray, position: int = 0, **changes: object) -> DrawnPicture:
    return DrawnPicture(key, position, str(changes.pop("prompt", "a heart")), rgb, **changes)  # type: ignore[arg-type]


# --- colours and distances ----------------------------------------------------------------------------------------


def test_oklab_knows_white_black_and_red() -> None:
    known = oklab_of(np.array([[255, 255, 255], [0, 0, 0], [255, 0, 0]]))
    np.testing.assert_allclose(known, [[1, 0, 0], [0, 0, 0], [0.628, 0.2249, 0.1258]], atol=2e-3)


def test_features_tell_stripes_from_a_plain_ground() -> None:
    striped = flat(RED)
    striped[::4] = 255
    features = ColourFeatures()
    assert features.of(striped)[-6:].max() > 3 * features.of(flat(RED))[-6:].max()


def test_four_times_the_same_picture_has_no_variety() -> None:
    features = ColourFeatures()
    scale = Scale(stacked(features, [flat(RED, n) if n % 2 else flat(BLUE, n) for n in range(20)]))
    same = [picture("same", flat(RED), n) for n in range(4)]
    other = [picture("other", flat(RED if n % 2 else BLUE), n) for n in range(4)]
    found = Diversity(features, scale).measure([*same, *other, picture("alone", flat(RED))])
    assert found["same"] == 0
    assert found["other"] > 0.5
    assert "alone" not in found


def test_pseudo_values_average_to_the_unbiased_distance() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(12, 5)), rng.normal(0.5, 1, size=(9, 5))
    own, other = kernel(x, x), kernel(y, y)
    by_hand = (
        (own.sum() - np.trace(own)) / (12 * 11) + (other.sum() - np.trace(other)) / (9 * 8) - 2 * kernel(x, y).mean()
    )
    assert pseudo_values(x, y).mean() == pytest.approx(by_hand)


def test_the_distance_of_sets_is_nought_on_average_for_the_same_source_and_not_for_another() -> None:
    rng = np.random.default_rng(2)
    same = [pseudo_values(rng.normal(size=(30, 4)), rng.normal(size=(30, 4))).mean() for _ in range(60)]
    assert abs(np.mean(same)) < 3 * np.std(same) / 60**0.5
    assert pseudo_values(rng.normal(1, 1, size=(30, 4)), rng.normal(size=(30, 4))).mean() > max(same)


def test_pictures_like_the_liked_ones_are_nearer() -> None:
    liked = [flat(RED, n) for n in range(20)]
    metric = KernelDistance(ColourFeatures(), liked)
    near = metric.measure([picture(f"p{n}", flat(RED, 100 + n)) for n in range(10)])
    far = metric.measure([picture(f"p{n}", flat(BLUE, 100 + n)) for n in range(10)])
    assert np.mean(list(near.values())) < np.mean(list(far.values()))
    assert "20 pictures" in metric.facts.note
    assert metric.measure([picture("p0", flat(RED))]) == {}


# --- what people would like ----------------------------------------------------------------------------------------


def rated(count: int, seed: int) -> list[Rated]:
    """People who love red: 8 half stars, blue 3, give or take one."""
    rng = np.random.default_rng(seed)
    found = []
    for n in range(count):
        is_red = rng.random() < 0.5
        stars = (8 if is_red else 3) + int(rng.integers(-1, 2))
        found.append(Rated(flat(RED if is_red else BLUE, seed * 1000 + n), stars))
    return found


def test_the_reward_learns_what_people_love_and_proves_it_on_what_it_never_saw() -> None:
    reward = Reward(ColourFeatures(), rated(60, 1))
    red, blue = reward.foretell([flat(RED, 9), flat(BLUE, 9)])
    assert red > 7 > 4 > blue
    agreement = reward.agreement(rated(40, 2), seed=0)
    assert agreement is not None
    assert agreement.share > 0.8
    assert 0.5 < agreement.low <= agreement.share <= agreement.high
    assert reward.measure([picture("a", flat(RED), 0), picture("a", flat(BLUE), 1)])["a"] == pytest.approx(
        (red + blue) / 2, abs=1
    )


def test_a_reward_from_ratings_by_chance_foretells_nothing() -> None:
    rng = np.random.default_rng(5)
    by_chance = [Rated(one.rgb, float(rng.integers(1, 11))) for one in rated(60, 3)]
    agreement = Reward(ColourFeatures(), by_chance).agreement(
        [Rated(one.rgb, float(rng.integers(1, 11))) for one in rated(40, 4)], seed=0
    )
    assert agreement is not None
    assert agreement.low <= 0.5


def test_held_out_ratings_that_are_all_the_same_prove_nothing() -> None:
    reward = Reward(ColourFeatures(), rated(60, 1))
    assert reward.agreement([Rated(flat(RED, n), 8) for n in range(5)], seed=0) is None
    assert concordance(np.arange(3.0), np.ones(3)) is None
    assert concordance(np.array([1.0, 2.0, 2.0]), np.array([1.0, 2.0, 3.0])) == pytest.approx(2.5 / 3)


def test_ridge_finds_the_weights_behind_noise() -> None:
    rng = np.random.default_rng(0)
    rows, weights = rng.normal(size=(200, 6)), np.array([2.0, -1, 0, 0, 0.5, 0])
    np.testing.assert_allclose(ridge(rows, rows @ weights + rng.normal(0, 0.3, 200)), weights, atol=0.1)


# --- words ----------------------------------------------------------------------------------------------------------


def test_the_pocket_judge_sees_what_was_drawn() -> None:
    from covers.training.metrics.pocket_judge import BodyFeatures, NamedFeatures, PocketJudge, prompt_agreement_metrics
    from covers.training.pocket.pictures import plain_picture

    judge = PocketJudge()
    heart = plain_picture(Subject("heart", "red", "white"), 128, 1, 0.15)
    right = [picture("right", heart, asked=Asked("heart", "red", "white"))]
    wrong = [picture("wrong", heart, asked=Asked("key", "blue", "black")), picture("free", heart, asked=Asked("heart"))]
    found = {metric.facts.key: metric.measure([*right, *wrong]) for metric in prompt_agreement_metrics(judge)}
    assert min(found[key]["right"] for key in ("agreement", "colours", "motif")) > 0.8
    assert max(found[key]["wrong"] for key in ("agreement", "colours", "motif")) < 0.2
    assert "free" not in found["colours"]
    assert found["motif"]["free"] > 0.8
    assert BodyFeatures(judge).of(heart).shape == (384,)
    assert NamedFeatures(judge).of(heart).shape == (18 + 34,)


def test_a_clip_model_of_a_folder_measures_agreement(tmp_path: Path) -> None:
    from transformers import CLIPConfig, CLIPModel, CLIPTokenizer

    from covers.training.metrics.network_metrics import ClipAgreement, has_weights

    tokenizer = CLIPTokenizer.from_pretrained(CHECKPOINT / "tokenizer", local_files_only=True)
    tiny = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    config = CLIPConfig(
        text_config={
            **tiny,
            "vocab_size": len(tokenizer),
            "eos_token_id": tokenizer.eos_token_id,
            "max_position_embeddings": 77,
        },
        vision_config={**tiny, "image_size": 32, "patch_size": 16},
        projection_dim=8,
    )
    assert not has_weights(str(tmp_path))
    CLIPModel(config).save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    assert has_weights(str(tmp_path))
    metric = ClipAgreement(str(tmp_path), CLIP)
    pictures = [picture(f"p{n}", flat(RED, n), prompt="a red heart on a white ground") for n in range(3)]
    found = metric.measure(pictures)
    assert set(found) == {"p0", "p1", "p2"}
    assert all(-100 <= value <= 100 for value in found.values())
    assert metric.measure(pictures) == found


def test_a_classifier_of_a_folder_measures_what_is_not_safe(tmp_path: Path) -> None:
    from transformers import ViTConfig, ViTForImageClassification

    from covers.training.metrics.network_metrics import NsfwRate

    config = ViTConfig(hidden_size=16, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2, image_size=32,
                       patch_size=16, id2label={0: "normal", 1: "nsfw"}, label2id={"normal": 0, "nsfw": 1})  # fmt: skip
    ViTForImageClassification(config).save_pretrained(tmp_path)
    found = NsfwRate(str(tmp_path), NSFW).measure([picture("a", flat(RED)), picture("b", flat(BLUE))])
    assert all(0 < value < 1 for value in found.values())


def test_faces_count_only_where_nobody_asked_for_one() -> None:
    rate = FaceRate(lambda rgb: ["somebody"] if rgb.mean() > 100 else [], "a detector")
    found = rate.measure(
        [picture("bright", flat((200, 200, 200))), picture("dark", flat((9, 9, 9))),
         picture("asked", flat((200, 200, 200)), prompt="portrait of a singer, close")]
    )  # fmt: skip
    assert found == {"bright": 1.0, "dark": 0.0}


# --- what is there and what is not ---------------------------------------------------------------------------------


def test_what_cannot_be_measured_is_named_with_the_reason_and_its_licence(tmp_path: Path) -> None:
    chosen = choose(Sources("sdxl", clip=str(tmp_path)), rated(5, 1), [], rated(5, 1))
    reasons = {one.key: one.reason for one in chosen.absent}
    assert reasons == {
        "agreement": "only-pocket", "colours": "only-pocket", "motif": "only-pocket", "preference": "too-few",
        "diversity": "too-few", "distance": "too-few", "clip": "weights-missing", "pickscore": "no-weights",
        "nsfw": "no-weights", "faces": "no-detector", "imagereward": "needs-package", "hps": "needs-package",
    }  # fmt: skip
    assert {one.key: one.licence for one in chosen.absent}["clip"] == "MIT"
    assert chosen.metrics == []
    assert chosen.reward is None


def test_with_reviews_and_a_detector_there_is_more_to_measure() -> None:
    liked = [one for one in rated(80, 2) if one.half_stars >= 6]
    finder = {"find_faces": lambda _rgb: [], "faces_by": "nobody"}
    chosen = choose(Sources("pocket", **finder), rated(60, 1), liked, rated(60, 1))  # type: ignore[arg-type]
    keys = [metric.facts.key for metric in chosen.metrics]
    assert keys == ["preference", "agreement", "colours", "motif", "diversity", "distance"]
    assert "faces" in {one.key for one in chosen.absent}
    other = choose(Sources("sdxl", **finder), rated(60, 1), liked, rated(60, 1))  # type: ignore[arg-type]
    assert [metric.facts.key for metric in other.metrics] == ["preference", "diversity", "distance", "faces"]
    assert all(metric.facts.licence and metric.facts.source for metric in (*chosen.metrics, *other.metrics))


# --- intervals --------------------------------------------------------------------------------------------------------


def test_a_difference_is_paired_so_that_what_both_share_does_not_widen_it() -> None:
    rng = np.random.default_rng(0)
    shared = {f"p{n}": float(rng.normal(0, 5)) for n in range(40)}
    better = {key: value + 0.5 + float(rng.normal(0, 0.1)) for key, value in shared.items()}
    compared = compare(Facts("x", "", "", "", "", margin_share=0.2), better, shared, seed=1)
    assert compared is not None
    assert 0.4 < compared.low < compared.difference < compared.high < 0.6
    assert compared.margin == pytest.approx(0.2 * abs(compared.current))


def test_only_prompts_that_both_have_a_value_for_are_compared() -> None:
    facts = Facts("x", "", "", "", "")
    compared = compare(facts, {"a": 1, "b": 2}, {"b": 1, "c": 9}, seed=1)
    assert compared is not None
    assert (compared.count, compared.difference) == (1, 1)
    assert compare(facts, {"a": 1}, {"c": 9}, seed=1) is None


def test_the_same_seed_gives_the_same_interval() -> None:
    values = np.random.default_rng(0).normal(size=30)
    assert interval(values, 3) == interval(values, 3) != interval(values, 4)
    low, high = interval(values, 3)
    assert low < values.mean() < high
