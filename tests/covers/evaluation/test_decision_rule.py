"""The rule in numbers: what it calls better, what worse, and what it leaves alone."""

from __future__ import annotations

import pytest
from django.utils import translation

from covers.evaluation.decision_rule import (
    HELD_OUT_LEAST,
    LEAST_GAIN,
    PROMPTS_LEAST,
    ComparedMetric,
    Decision,
    Evidence,
    decide,
)
from covers.evaluation.rule_sentences import rule_in_words, sentence, sentences, why_absent

TRUSTED = Evidence(held_out=HELD_OUT_LEAST, agreement=0.8, agreement_low=0.7)


def compared(key: str, difference: float, spread: float = 0.02, **changes: object) -> ComparedMetric:
    values = {"key": key, "candidate": 0.5 + difference, "current": 0.5, "difference": difference, "count": 40}
    values |= {"low": difference - spread, "high": difference + spread, "margin": 0.1}
    return ComparedMetric(**(values | changes))  # type: ignore[arg-type]


def liked(difference: float = 0.8, spread: float = 0.2, **changes: object) -> ComparedMetric:
    return compared("preference", difference, spread, margin=None, **changes)


def ids(decision: Decision) -> list[str]:
    return [reason.id for reason in decision.reasons]


def test_liked_more_and_nothing_worse_is_better() -> None:
    decision = decide([liked(), compared("colours", 0.0), compared("motif", -0.05)], TRUSTED)
    assert (decision.verdict, ids(decision)) == ("better", ["liked-more", "nothing-worse"])


def test_the_same_pictures_are_no_clear_difference() -> None:
    decision = decide([liked(0, 0), compared("colours", 0, 0)], TRUSTED)
    assert (decision.verdict, ids(decision)) == ("equal", ["not-liked-more"])


def test_no_liking_makes_up_for_what_is_clearly_worse() -> None:
    decision = decide([liked(3), compared("colours", -0.3)], TRUSTED)
    assert (decision.verdict, ids(decision)) == ("worse", ["worse"])
    assert decision.reasons[0].metric == "colours"


def test_worse_within_the_margin_is_let_pass() -> None:
    assert decide([liked(), compared("colours", -0.07, 0.02)], TRUSTED).verdict == "better"


def test_what_may_be_worse_by_more_than_the_margin_is_not_called_better() -> None:
    decision = decide([liked(), compared("colours", -0.05, 0.2)], TRUSTED)
    assert (decision.verdict, ids(decision)) == ("equal", ["may-be-worse"])


def test_liked_clearly_less_is_worse() -> None:
    assert ids(decide([liked(-0.8)], TRUSTED)) == ["liked-less"]


def test_a_little_more_liking_than_nothing_is_not_enough() -> None:
    assert decide([liked(LEAST_GAIN + 0.1, 0.11)], TRUSTED).verdict == "equal"
    assert decide([liked(LEAST_GAIN + 0.1, 0.09)], TRUSTED).verdict == "better"


def test_less_is_better_where_the_metric_says_so() -> None:
    faces = compared("faces", 0.3, is_higher_better=False)
    assert decide([liked(), faces], TRUSTED).verdict == "worse"
    assert decide([liked(), compared("faces", -0.3, is_higher_better=False)], TRUSTED).verdict == "better"


def test_what_has_no_margin_decides_nothing() -> None:
    assert decide([liked(), compared("seconds", 9, is_higher_better=False, margin=None)], TRUSTED).verdict == "better"


def test_a_metric_of_too_few_prompts_decides_nothing() -> None:
    assert decide([liked(), compared("colours", -0.3, count=PROMPTS_LEAST - 1)], TRUSTED).verdict == "better"
    assert decide([liked(count=PROMPTS_LEAST - 1)], TRUSTED).verdict == "equal"


def test_variety_decides_with_a_few_requests() -> None:
    assert decide([liked(), compared("diversity", -0.3, count=4)], TRUSTED).verdict == "worse"


@pytest.mark.parametrize(
    ("evidence", "why"),
    [
        (Evidence(HELD_OUT_LEAST - 1, 0.9, 0.8), "few-reviews"),
        (Evidence(), "few-reviews"),
        (Evidence(HELD_OUT_LEAST, 0.6, 0.45), "blind-preference"),
        (Evidence(HELD_OUT_LEAST), "blind-preference"),
    ],
)
def test_a_preference_that_cannot_be_trusted_is_never_better(evidence: Evidence, why: str) -> None:
    decision = decide([liked(5), compared("colours", 0.2)], evidence)
    assert (decision.verdict, ids(decision)) == ("equal", [why])


def test_without_reviews_a_model_can_be_worse_but_not_better() -> None:
    assert ids(decide([compared("colours", 0.2)], TRUSTED)) == ["no-preference"]
    assert decide([compared("colours", -0.3)], Evidence()).verdict == "worse"


def test_every_reason_is_a_sentence_with_its_numbers() -> None:
    decision = decide(
        [liked(), compared("colours", -0.3, 0.05), compared("faces", 0.3, is_higher_better=False)], TRUSTED
    )
    with translation.override("en"):
        said = sentences(reason.to_json() for reason in decision.reasons)
        assert said[0].startswith("Colours as asked: clearly worse, by −0.3 (interval −0.35 to −0.25)")
        assert said[1].startswith("Faces that nobody asked for: clearly worse")
        assert "half stars" in sentence(decide([liked()], TRUSTED).reasons[0].to_json())
        assert why_absent({"reason": "no-weights", "detail": "EVALUATION_CLIP"}).startswith("Its weights are not here")


def test_a_reason_of_another_version_is_shown_by_its_name() -> None:
    assert sentence({"id": "of-next-year"}) == "of-next-year"
    assert why_absent({"reason": "of-next-year"}) == "of-next-year"


def test_the_rule_in_words_names_its_own_numbers() -> None:
    with translation.override("en"):
        words = " ".join(rule_in_words())
    assert f"{LEAST_GAIN} half stars" in words
    assert f"{HELD_OUT_LEAST} held-out" in words
    assert f"fewer than {PROMPTS_LEAST} prompts" in words
