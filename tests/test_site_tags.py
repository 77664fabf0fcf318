"""Times, stars and icons as people read them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from albumsite.templatetags.icons import icon
from albumsite.templatetags.site_tags import ago, duration, star_number, star_words, whole


@pytest.mark.parametrize(
    ("language", "half_stars", "words"),
    [
        ("en", 7, "3.5 stars"),
        ("en", 2, "1 star"),
        ("en", 1, "0.5 stars"),
        ("en", 10, "5 stars"),
        ("ko", 7, "별 3.5개"),
        ("ko", 2, "별 1개"),
    ],
)
def test_stars_are_said_in_words(language, half_stars, words):
    with translation.override(language):
        assert star_words(half_stars) == words


def test_an_average_is_rounded_to_a_half_star_that_can_be_drawn():
    assert [whole(value) for value in (0.2, 6.4, 6.6, 10)] == [1, 6, 7, 10]
    assert star_number(6.66) == "3.3"


@pytest.mark.parametrize(
    ("seconds", "english", "korean"),
    [(0, "0 s", "0초"), (59.4, "59 s", "59초"), (61, "1 min 1 s", "1분 1초"), (-3, "0 s", "0초")],
)
def test_durations_say_their_unit(seconds, english, korean):
    with translation.override("en"):
        assert duration(seconds) == english
    with translation.override("ko"):
        assert duration(seconds) == korean


@pytest.mark.parametrize(
    ("age", "english", "korean"),
    [
        (timedelta(seconds=5), "just now", "방금"),
        (timedelta(minutes=1, seconds=5), "1 minute ago", "1분 전"),
        (timedelta(hours=3, minutes=59), "3 hours ago", "3시간 전"),
        (timedelta(days=29), "29 days ago", "29일 전"),
    ],
)
def test_a_moment_reads_as_a_distance_and_keeps_the_exact_time(age, english, korean):
    moment = timezone.now() - age
    for language, words in (("en", english), ("ko", korean)):
        with translation.override(language):
            html = ago(moment)
        assert f">{words}</time>" in html
        assert f'datetime="{moment.isoformat()}"' in html


def test_an_old_moment_reads_as_a_date():
    with translation.override("en"):
        assert "ago" not in ago(timezone.now() - timedelta(days=400))


def test_an_icon_is_hidden_from_screen_readers_and_escapes_its_class():
    html = icon("star", '"><script>')
    assert 'aria-hidden="true"' in html
    assert "<script>" not in html
