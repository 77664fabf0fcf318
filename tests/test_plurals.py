"""A number before a noun chooses the noun, in every sentence that people read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation import override

from accounts.errors import UserFacingError
from albumsite.admission.gate import (
    AccountNotNow,
    BudgetSpent,
    CrowdNotNow,
    EverybodyNotNow,
    NetworkNotNow,
    NotNow,
    VisitorsBudgetSpent,
)
from covers.errors import DailyLimitReached, NetworkBusy, SiteBusy, TooManyWaiting, VisitorsBusy
from covers.reports.phrases import Phrases
from personalize import consents
from personalize.errors import DailyTrainingsReached, TooManyFaces, TooManyTrainings

OF_MINUTES = (AccountNotNow, BudgetSpent, CrowdNotNow, EverybodyNotNow, NetworkNotNow, NotNow, VisitorsBudgetSpent, NetworkBusy, SiteBusy,
              VisitorsBusy)  # fmt: skip
OF_A_LIMIT = (DailyLimitReached, TooManyWaiting, DailyTrainingsReached, TooManyFaces, TooManyTrainings)
MANY = r"(?:times|requests|faces|minutes|hours|days|covers|people|photos|members|visitors|pictures|reviews)"
NEVER_ONE = (
    "Please choose at most", "Taken out of use", "Make %(total)s covers", "%(limit)d photos are enough", "At least %(limit)d photos",
    "No draw worker is alive", "no draw worker has tried", "What was typed and drawn opens", "Together they draw",
    "%(mean)s stars from %(count)d people", "%(mean)s %% of %(count)d requests",
)  # fmt: skip
"""Where the number is a bound of the program that is more than one, a rate, or counted from a few on."""


@pytest.mark.parametrize("error", OF_MINUTES + OF_A_LIMIT)
def test_one_is_not_many(error: type[UserFacingError]) -> None:
    name = "minutes" if error in OF_MINUTES else "limit"
    with override("en"):
        one, two = str(error(**{name: 1})), str(error(**{name: 2}))
        assert not re.search(rf"\b1 (?:of your )?{MANY}\b", one) or error is TooManyTrainings
        assert "2" in two
        assert one != two.replace("2", "1")
    with override("ko"):
        assert str(error(**{name: 1})) == str(error(**{name: 2})).replace("2", "1")


def test_no_sentence_of_the_catalogue_has_a_bare_number_before_many() -> None:
    """Those with two forms are pairs there."""
    catalogue = read_po((Path(settings.BASE_DIR) / "locale/en/LC_MESSAGES/django.po").open("rb"))
    bare = [
        message.id
        for message in catalogue
        if isinstance(message.id, str) and re.search(rf"%\(\w+\)[ds] {MANY}\b", message.id)
    ]
    assert [text for text in bare if not text.startswith(NEVER_ONE)] == []


def test_the_consent_counts_its_days(settings) -> None:
    settings.FACE_PHOTO_DAYS, settings.FACE_UNUSED_DAYS = 1, 2
    said = " ".join(consents.statement("en").points)
    assert "automatically 1 day after" in said
    assert "used for 2 days." in said


def test_the_report_counts() -> None:
    say = Phrases("en")
    values = {"mean": "4.0", "was": "", "interval": "", "reviews": "1"}
    assert "by 1 person." in say("line-ratings", **values, raters="1")
    assert "by 1,000 people." in say("line-ratings", **values, raters="1,000")
    assert "남긴 사람 1명" in Phrases("ko")("line-ratings", **values, raters="1")
