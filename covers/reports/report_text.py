"""The report in words: a short text for a message, and sections with tables for the page and the mail."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import override

from covers.errors import failure_text
from covers.reports.learning_sentences import learning_lines
from covers.reports.phrases import Phrases
from covers.reports.report_sections import cost, cover_name, hours, writing

Figures = dict[str, Any]


def title(figures: Figures, language: str) -> str:
    year, number = figures["week"].split("-W")
    return Phrases(language)("title", site=settings.SITE_NAME, year=year, number=int(number))


def window(figures: Figures, language: str) -> str:
    """Its first and last day and the time zone that they are counted in."""
    say = Phrases(language)
    first = datetime.fromisoformat(figures["starts_at"])
    last = datetime.fromisoformat(figures["ends_at"]) - timedelta(seconds=1)
    days = (say.date(day.year, day.month, day.day) for day in (first, last))
    return say("window", first=next(days), last=next(days), zone=figures["time_zone"])


def text(figures: Figures, language: str) -> str:
    """A line for each thing that people want to know first."""
    say = Phrases(language)
    now, before = figures["now"], figures["before"]
    lines = [window(figures, language)]
    if is_quiet(now):
        lines.append(say("quiet"))
    else:
        lines += [line(say, now, before) for line in (_requests, _people, _ratings, _downloads, _failures, _waits)]
    lines += [_costs(say, now["costs"]), *_writing(say, now["costs"]["writing"])]
    lines += [say("line-moderation", **now["moderation"])]
    if any(now["faces"].values()):
        lines.append(_faces(say, now["faces"]))
    lines += learning_lines(figures, say)
    lines += _extremes(figures, say)
    return "\n".join(lines)


def is_quiet(now: Figures) -> bool:
    return not (now["requests"]["asked"] or now["ratings"]["reviews"] or now["downloads"]["files"])


def _requests(say: Phrases, now: Figures, before: Figures) -> str:
    asked, made = (
        (now["requests"]["asked"], before["requests"]["asked"]),
        (now["covers"]["made"], before["covers"]["made"]),
    )
    return say(
        "line-requests", asked=say.count(asked[0]), was=say.was(*asked, say.count(asked[1])),
        made=say.count(made[0]), made_was=say.was(*made, say.count(made[1])),
    )  # fmt: skip


def _people(say: Phrases, now: Figures, before: Figures) -> str:
    people = now["people"]
    total, total_before = (one["people"]["members"] + one["people"]["visitors"] for one in (now, before))
    return say(
        "line-people", people=say.count(total), was=say.was(total, total_before, say.count(total_before)),
        members=say.count(people["members"]), members_new=say.count(people["members"] - people["members_back"]),
        visitors=say.count(people["visitors"]), visitors_new=say.count(people["visitors"] - people["visitors_back"]),
    )  # fmt: skip


def _ratings(say: Phrases, now: Figures, before: Figures) -> str:
    ratings, mean_before = now["ratings"], before["ratings"]["mean"]
    if not ratings["reviews"]:
        return say("no-ratings")
    has_interval = ratings["low"] is not None
    interval = say("interval", low=say.stars(ratings["low"]), high=say.stars(ratings["high"])) if has_interval else ""
    return say(
        "line-ratings", mean=say.stars(ratings["mean"]), was=say.was(None, mean_before, say.stars(mean_before)),
        interval=interval or say("no-interval"), reviews=say.count(ratings["reviews"]), raters=say.count(ratings["raters"]),
    )  # fmt: skip


def _downloads(say: Phrases, now: Figures, before: Figures) -> str:
    files, was = now["downloads"]["files"], before["downloads"]["files"]
    return say("line-downloads", files=say.count(files), was=say.was(files, was, say.count(was)))


def _failures(say: Phrases, now: Figures, before: Figures) -> str:
    failed, was = now["requests"]["failed"], before["requests"]["failed"]
    if not failed:
        return say("no-failures")
    with override(say.language):
        reason = failure_text(now["failures"][0]["reason"])
    share = say.share(failed, now["requests"]["asked"])
    return say(
        "line-failures", failed=say.count(failed), share=share, was=say.was(failed, was, say.count(was)), reason=reason
    )


def _waits(say: Phrases, now: Figures, before: Figures) -> str:
    waits, was = now["waits"], before["waits"]["wait_p95"]
    if not waits["measured"]:
        return say("no-waits")
    change = say.was(None, was, say.length(was))
    return say("line-waits", p50=say.length(waits["wait_p50"]), p95=say.length(waits["wait_p95"]), was=change)


def _costs(say: Phrases, costs: Figures) -> str:
    low, high = (sum(pair[end] for pair in costs["hours"].values()) for end in (0, 1))
    return say("line-costs", hours=hours(say, low, high), cost=cost(say, costs))


def _writing(say: Phrases, took: Figures) -> list[str]:
    return (
        [say("line-writing", requests=say.count(took["requests"]), took=writing(say, took))] if took["requests"] else []
    )


def _faces(say: Phrases, faces: Figures) -> str:
    others = sum(faces.values()) - faces["done"] - faces["failed"]
    return say("line-faces", done=faces["done"], failed=faces["failed"], others=others)


def _extremes(figures: Figures, say: Phrases) -> list[str]:
    lines = []
    for key in ("best", "worst"):
        if figures[key]:
            first = figures[key][0]
            lines.append(f"{say(key)}: {cover_name(first)}, {say('stars', stars=say.stars(first['half_stars']))}")
    return lines or [say("no-covers")]
