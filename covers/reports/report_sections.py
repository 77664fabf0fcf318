"""The report in tables: each section has a title, lines, and a table with its head; ready for any template."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import override

from covers.errors import failure_text
from covers.evaluation.rule_sentences import sentences
from covers.models import GENRE_CHOICES
from covers.reports.learning_sentences import learning_lines
from covers.reports.phrases import Phrases

Figures = dict[str, Any]
Section = dict[str, Any]
"""title, lines, head, rows: strings all of them."""

PLAIN = (
    ("requests", (
        ("asked", "requests", "asked"), ("done", "requests", "done"), ("failed", "requests", "failed"),
        ("cancelled", "requests", "cancelled"), ("unfinished", "requests", "open"), ("with-face", "requests", "with_face"),
        ("drafts", "requests", "drafts"), ("made", "covers", "made"), ("public", "covers", "public"),
        ("by-openai", "requests", "by_openai"), ("by-rules", "requests", "by_rules"),
    )),
    ("downloads", (
        ("files", "downloads", "files"), ("release-files", "downloads", "release"), ("covers-downloaded", "downloads", "covers"),
    )),
    ("moderation", (
        ("hidden", "moderation", "hidden"), ("restored", "moderation", "restored"),
        ("reviews-deleted", "moderation", "reviews_deleted"),
    )),
    ("faces", tuple((state, "faces", state) for state in ("done", "failed", "cancelled", "running", "queued"))),
)  # fmt: skip
"""Section → rows: the label's phrase and where both weeks' numbers lie."""


def sections(figures: Figures, language: str) -> list[Section]:
    """All of them, in the order of the page."""
    say = Phrases(language)
    now, before = figures["now"], figures["before"]
    plain = {key: _compared(say, key, [(say(label), now[part][name], before[part][name]) for label, part, name in rows])
             for key, rows in PLAIN}  # fmt: skip
    plain["moderation"]["lines"] = [f"{say('hidden-now')}: {say.count(now['moderation']['hidden_now'])}"]
    return [
        plain["requests"], _days(say, now, before), _people(say, now, before), _ratings(say, now, before), plain["downloads"],
        _failures(say, now, before), _waits(say, now, before), _costs(say, now, before), plain["moderation"], plain["faces"],
        _models(say, figures), *_trials(say, figures), _learning(say, figures), *_arms(say, figures), *_covers(say, figures),
    ]  # fmt: skip


def _section(title: str, head: list[str], rows: list[list[str]], lines: list[str] | None = None) -> Section:
    return {"title": title, "lines": lines or [], "head": head if rows else [], "rows": rows}


def _compared(
    say: Phrases, title: str, rows: list[tuple[str, Any, Any]], write: Callable[[Any], str] | None = None
) -> Section:
    """Rows of a label and the numbers of both weeks."""
    write = write or say.count
    head = ["", say("this-week"), say("week-before")]
    return _section(say(title), head, [[label, write(now), write(before)] for label, now, before in rows])


def _days(say: Phrases, now: Figures, before: Figures) -> Section:
    names = say("weekdays").split()
    return _compared(say, "days", list(zip(names, now["days"], before["days"], strict=True)))


def _people(say: Phrases, now: Figures, before: Figures) -> Section:
    rows: list[tuple[str, Any, Any]] = []
    for kind in ("members", "visitors"):
        label = say(kind)
        both, back = ([one["people"][name] for one in (now, before)] for name in (kind, f"{kind}_back"))
        rows.append((label, *both))
        rows.append((say("new", label=label), both[0] - back[0], both[1] - back[1]))
        rows.append((say("returning", label=label), *back))
    rows.append((say("signed-up"), now["people"]["signed_up"], before["people"]["signed_up"]))
    return _compared(say, "people", rows)


def _ratings(say: Phrases, now: Figures, before: Figures) -> Section:
    both = [now["ratings"], before["ratings"]]
    rows = [
        [say("mean"), *(say.stars(one["mean"]) for one in both)],
        [say("interval-name"), *(say.interval(one["low"], one["high"]) for one in both)],
        [say("reviews"), *(say.count(one["reviews"]) for one in both)],
        [say("raters"), *(say.count(one["raters"]) for one in both)],
    ]
    for place in range(9, -1, -1):
        label = say("stars", stars=f"{(place + 1) / 2:.1f}")
        rows.append([label, *(say.count(one["histogram"][place]) for one in both)])
    return _section(say("ratings"), ["", say("this-week"), say("week-before")], rows, [say("interval-note")])


def _failures(say: Phrases, now: Figures, before: Figures) -> Section:
    counts, was = ({row["reason"]: row["count"] for row in one["failures"]} for one in (now, before))
    head = [say("reason"), say("this-week"), say("week-before")]
    with override(say.language):
        rows = [
            [f"{failure_text(reason)} ({reason})", say.count(counts.get(reason, 0)), say.count(was.get(reason, 0))]
            for reason in [*counts, *(reason for reason in was if reason not in counts)]
        ]
    return _section(say("failures"), head, rows, [] if rows else [say("no-failures")])


def _waits(say: Phrases, now: Figures, before: Figures) -> Section:
    rows = [
        [f"{say(what)}: {say(within)}", *(say.length(one["waits"][f"{name}_{share}"]) for one in (now, before))]
        for what, name in (("until-drawn", "wait"), ("until-done", "finish"))
        for within, share in (("half-within", "p50"), ("most-within", "p95"))
    ]
    lines = [] if now["waits"]["measured"] else [say("no-waits")]
    return _section(say("waits"), ["", say("this-week"), say("week-before")], rows, lines)


def _costs(say: Phrases, now: Figures, before: Figures) -> Section:
    both = [now["costs"], before["costs"]]
    labels = {"drawing": "drawing", "faces": "learning-faces", "training": "training", "comparing": "comparing"}
    rows = [[say(label), *(hours(say, *one["hours"][kind]) for one in both)] for kind, label in labels.items()]
    rows.append([say("price"), *(cost(say, one) for one in both)])
    rows.append([say("writing"), *(writing(say, one["writing"]) for one in both)])
    return _section(say("costs"), ["", say("this-week"), say("week-before")], rows, [say("hours-note")])


def hours(say: Phrases, low: float, high: float) -> str:
    low_text, high_text = f"{low:,.1f}", f"{high:,.1f}"
    return say("hours", low=low_text) if low_text == high_text else say("hours-range", low=low_text, high=high_text)


def cost(say: Phrases, costs: Figures) -> str:
    if not costs["price"]:
        return say("no-price")
    low, high = f"{costs['low']:,.2f}", f"{costs['high']:,.2f}"
    amount = low if low == high else f"{low}–{high}"
    return say("cost", amount=amount, currency=costs["currency"], price=f"{costs['price']:,.2f} {costs['currency']}")


def writing(say: Phrases, took: Figures) -> str:
    """Tokens and dollars of the language model; a dash where it was not asked."""
    if not took["requests"]:
        return "–"
    tokens = say("tokens", count=say.count(took["prompt_tokens"] + took["completion_tokens"]))
    dollars = f"{took['microdollars'] / 1_000_000:,.4f}"
    return f"{tokens}, {say('dollars', amount=dollars) if took['priced'] else say('no-token-price')}"


def name_of_model(drawn_by: str, learned: str, say: Phrases) -> str:
    """What drew, as people read it: "pocket + pocket-2026-W46"."""
    return " + ".join(filter(None, (drawn_by, learned))) or say("base-alone")


def _models(say: Phrases, figures: Figures) -> Section:
    rows = [[name_of_model(row["drawn_by"], row["learned"], say), *_rated(say, row)] for row in figures["models"]]
    return _section(say("models"), _head(say, "model"), rows, [] if rows else [say("no-models")])


def _trials(say: Phrases, figures: Figures) -> list[Section]:
    found = []
    for trial in sorted({row["trial"] for row in figures["trials"]}):
        rows = [[_side(say, row), *_rated(say, row)] for row in figures["trials"] if row["trial"] == trial]
        found.append(_section(say("trial", version=trial), _head(say, "side"), rows))
    return found


def _side(say: Phrases, row: Figures) -> str:
    return say("tried" if row["is_tried"] else "control", version=row["learned"] or say("base-alone"))


def _head(say: Phrases, first: str) -> list[str]:
    return [say(first), say("asked"), say("failed"), say("reviews"), say("mean"), say("interval-name")]


def _rated(say: Phrases, row: Figures) -> list[str]:
    counts = [say.count(row[name]) for name in ("requests", "failed", "reviews")]
    return [*counts, say.stars(row["mean"]), say.interval(row["low"], row["high"])]


def _arms(say: Phrases, figures: Figures) -> list[Section]:
    """What the choice of styles and phrasings has learnt from ratings so far."""
    head = [say("arm"), say("genre"), say("model"), say("reviews"), say("mean"), say("arm-interval"), say("share")]
    with override(say.language):
        genres = dict(GENRE_CHOICES)
        rows = [
            [arm["arm"], str(genres.get(arm["genre"], say("all-genres"))), arm["engine"], say.count(arm["reviews"]),
             f"{arm['mean']:.2f}", f"{arm['low']:.2f}–{arm['high']:.2f}", say.share(arm["share"], 1)]
            for arm in figures["arms"]
        ]  # fmt: skip
    return [_section(say("arms"), head, rows, [] if rows else [say("arms-none")])]


def _learning(say: Phrases, figures: Figures) -> Section:
    """Training, comparison and changes in sentences, with the grounds of the verdict."""
    lines = learning_lines(figures, say)
    with override(say.language):
        grounds = sentences(figures["evaluation"]["reasons"]) if figures["evaluation"] else []
    return _section(say("learning"), [], [], [*lines, *grounds])


def _covers(say: Phrases, figures: Figures) -> list[Section]:
    found = []
    for key in ("best", "worst"):
        rows = [
            [cover_name(cover), say.stars(cover["half_stars"]), say.count(cover["reviews"])] for cover in figures[key]
        ]
        if rows:
            found.append(_section(say(key), [say("cover"), say("mean"), say("reviews")], rows))
    return found or [_section(say("best"), [], [], [say("no-covers")])]


def cover_name(cover: Figures) -> str:
    return f"{cover['title']} – {cover['artist']}"
