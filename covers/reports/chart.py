"""The week in one picture: five numbers, ratings by half stars, requests by day, waits, and how each model was rated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from covers.reports.canvas import DISPLAY, FAINT, INK, MUTED, RULE, STRONG, Canvas, readable
from covers.reports.phrases import MONTHS, Phrases
from covers.reports.report_sections import name_of_model

WIDTH, HEIGHT = 1200, 900
EDGE, GUTTER = 56, 64
PANEL_WIDTH = (WIDTH - 2 * EDGE - GUTTER) / 2
ROWS = (322, 616)
"""Tops of the two rows of panels."""

MODELS_SHOWN = 4
STARS = tuple(half / 2 for half in range(1, 11))

Figures = dict[str, Any]


def draw(figures: Figures, language: str) -> bytes:
    """PNG of 1200 × 900 pixels."""
    picture = Chart(figures, language)
    picture.head()
    picture.numbers()
    picture.ratings(ChartPanel(EDGE, ROWS[0]))
    picture.days(ChartPanel(EDGE + PANEL_WIDTH + GUTTER, ROWS[0]))
    picture.waits(ChartPanel(EDGE, ROWS[1]))
    picture.models(ChartPanel(EDGE + PANEL_WIDTH + GUTTER, ROWS[1]))
    return picture.canvas.png()


@dataclass(frozen=True)
class ChartPanel:
    """Where one of the four charts lies."""

    left: float
    top: float
    width: float = PANEL_WIDTH

    @property
    def right(self) -> float:
        return self.left + self.width


class Chart:
    def __init__(self, figures: Figures, language: str) -> None:
        self.figures, self.say, self.canvas = figures, Phrases(language), Canvas(WIDTH, HEIGHT)
        self.now, self.before = figures["now"], figures["before"]
        self.accent = readable(figures["best"][0]["colour"]) if figures["best"] else INK

    def head(self) -> None:
        """Whose week, which one, and when it was."""
        say, canvas = self.say, self.canvas
        year, number = self.figures["week"].split("-W")
        canvas.text(settings.SITE_NAME, EDGE, 74, 21, ink=self.accent, setting=STRONG, width=500)
        canvas.text(say("week-name", year=year, number=int(number)), EDGE, 124, 46, setting=DISPLAY)
        first = datetime.fromisoformat(self.figures["starts_at"])
        last = datetime.fromisoformat(self.figures["ends_at"]) - timedelta(seconds=1)
        days = say("window-short", first=self._day(first), last=self._day(last))
        canvas.text(days, WIDTH - EDGE, 100, 19, align="right")
        canvas.text(self.figures["time_zone"], WIDTH - EDGE, 124, 16, ink=MUTED, align="right")

    def _day(self, day: datetime) -> str:
        month = day.month if self.say.language == "ko" else MONTHS[day.month - 1]
        return self.say("date-short", day=day.day, month=month)

    def numbers(self) -> None:
        """Five numbers with what they were in the week before."""
        say, now, before = self.say, self.now, self.before
        cells = [
            (say("asked"), *(say.count(one["requests"]["asked"]) for one in (now, before))),
            (say("made"), *(say.count(one["covers"]["made"]) for one in (now, before))),
            (
                say("people-short"),
                *(say.count(one["people"]["members"] + one["people"]["visitors"]) for one in (now, before)),
            ),
            (say("mean-short"), *(say.stars(one["ratings"]["mean"]) for one in (now, before))),
            (say("downloads"), *(say.count(one["downloads"]["files"]) for one in (now, before))),
        ]
        step = (WIDTH - 2 * EDGE) / len(cells)
        self.canvas.line(EDGE, 156, WIDTH - EDGE, 156, RULE)
        for place, (label, value, was) in enumerate(cells):
            left = EDGE + place * step
            self.canvas.text(label, left, 192, 16, ink=MUTED, width=step - 12)
            self.canvas.text(value, left, 240, 42, setting=STRONG, width=step - 12)
            self.canvas.text(say("before-short", value=was), left, 266, 15, ink=MUTED, width=step - 12)
        self.canvas.line(EDGE, 290, WIDTH - EDGE, 290, RULE)

    def _title(self, panel: ChartPanel, title: str, note: str) -> None:
        self.canvas.text(self.say(title), panel.left, panel.top + 16, 19, setting=STRONG)
        self.canvas.text(self.say(note), panel.left, panel.top + 40, 15, ink=MUTED, width=panel.width)

    def _nothing(self, panel: ChartPanel) -> None:
        self.canvas.text(
            self.say("chart-nothing"), panel.left + panel.width / 2, panel.top + 140, 17, ink=MUTED, align="center"
        )

    def _key(self, panel: ChartPanel) -> None:
        """What the short stroke means."""
        text = self.say("week-before")
        wide = self.canvas.text(text, panel.right, panel.top + 40, 15, ink=MUTED, align="right")
        self.canvas.line(panel.right - wide - 28, panel.top + 35, panel.right - wide - 10, panel.top + 35, INK, 2)

    def _bars(
        self, panel: ChartPanel, floor: float, height: float, values: list[int], was: list[int], labels: list[str]
    ) -> None:
        """A bar for each value, a stroke where it was in the week before, the number above and the label below."""
        canvas, top = self.canvas, max(1, *values, *was)
        step = panel.width / len(values)
        thick = min(40.0, step * 0.66)
        for place, (value, before, label) in enumerate(zip(values, was, labels, strict=True)):
            middle = panel.left + (place + 0.5) * step
            tall = height * value / top
            canvas.box(
                middle - thick / 2, floor - max(tall, 1.5), middle + thick / 2, floor, self.accent if value else RULE
            )
            mark = floor - height * before / top
            canvas.line(middle - thick / 2 - 4, mark, middle + thick / 2 + 4, mark, INK, 2)
            above = min(floor - tall, mark) if abs(mark - floor + tall) < 22 else floor - tall
            canvas.text(self.say.count(value), middle, above - 8, 14, setting=STRONG, align="center")
            canvas.text(label, middle, floor + 21, 14, ink=MUTED, align="center")
        canvas.line(panel.left, floor, panel.right, floor, RULE)

    def ratings(self, panel: ChartPanel) -> None:
        """The histogram, and below it the mean with its interval."""
        self._title(panel, "chart-ratings", "chart-ratings-note")
        now = self.now["ratings"]
        if not now["reviews"]:
            self._nothing(panel)
            return
        self._key(panel)
        floor = panel.top + 206
        labels = [f"{stars:.1f}" for stars in STARS]
        self._bars(panel, floor, 118, now["histogram"], self.before["ratings"]["histogram"], labels)

        def at(half_stars: float) -> float:
            return panel.left + (half_stars - 0.5) * panel.width / 10  # the bars' own scale

        y = floor + 38
        if now["low"] is not None:
            self.canvas.line(at(now["low"]), y, at(now["high"]), y, INK, 3)
        self.canvas.dot(at(now["mean"]), y, 5.5, INK)
        interval = "" if now["low"] is None else f" ({self.say.interval(now['low'], now['high'])})"
        text = f"{self.say('mean')} {self.say.stars(now['mean'])}{interval}"
        self._beside(panel, (at(now["low"] or now["mean"]), at(now["high"] or now["mean"])), y + 5, text)

    def _beside(self, panel: ChartPanel, span: tuple[float, float], y: float, text: str) -> None:
        """To the right of a span, or to the left of it where there is more room."""
        if span[1] - panel.left < panel.width / 2:
            self.canvas.text(text, span[1] + 16, y, 15, setting=STRONG)
        else:
            self.canvas.text(text, span[0] - 16, y, 15, setting=STRONG, align="right")

    def days(self, panel: ChartPanel) -> None:
        self._title(panel, "days", "chart-days-note")
        if not any(self.now["days"]):
            self._nothing(panel)
            return
        self._key(panel)
        labels = self.say("weekdays").split()
        self._bars(panel, panel.top + 206, 118, self.now["days"], self.before["days"], labels)

    def waits(self, panel: ChartPanel) -> None:
        """Two spans for each kind of wait: this week's, and the one before in grey."""
        self._title(panel, "chart-waits", "chart-waits-note")
        if not self.now["waits"]["measured"]:
            self._nothing(panel)
            return
        y = panel.top + 84
        for label, name in (("until-drawn", "wait"), ("until-done", "finish")):
            self.canvas.text(self.say(label), panel.left, y, 15)
            longest = max(self._wait(one, name, "p95") for one in (self.now, self.before)) or 1.0
            self._span(panel, y + 26, name, self.now, longest, self.accent, INK)
            self._span(panel, y + 52, name, self.before, longest, RULE, MUTED)
            y += 94

    @staticmethod
    def _wait(week: Figures, name: str, share: str) -> float:
        return float(week["waits"][f"{name}_{share}"] or 0.0)

    def _span(
        self, panel: ChartPanel, y: float, name: str, week: Figures, longest: float, ink: str, type_ink: str
    ) -> None:
        if not week["waits"]["measured"]:
            return
        room = panel.width - 190
        half, most = (self._wait(week, name, share) for share in ("p50", "p95"))
        left, right = (panel.left + room * seconds / longest for seconds in (half, most))
        self.canvas.box(panel.left, y - 7, max(right, panel.left + 3), y + 7, FAINT)
        self.canvas.box(panel.left, y - 7, max(left, panel.left + 3), y + 7, ink)
        text = f"{self.say.length(half)} · {self.say.length(most)}"
        was = "" if week is self.now else f"{self.say('week-before')}  "
        self.canvas.text(was + text, panel.right, y + 5, 15, ink=type_ink, align="right", width=180)

    def models(self, panel: ChartPanel) -> None:
        """A mean with its interval on a scale of stars for each model that was rated."""
        self._title(panel, "chart-models", "chart-models-note")
        rated = [row for row in self.figures["models"] if row["reviews"]]
        if not rated:
            self._nothing(panel)
            return
        left, right = panel.left + 230, panel.right - 92

        def at(half_stars: float) -> float:
            return left + (half_stars - 1) / 9 * (right - left)

        floor = panel.top + 84 + 36 * min(len(rated), MODELS_SHOWN) - 14
        for half_stars in (2, 4, 6, 8, 10):
            self.canvas.line(at(half_stars), panel.top + 62, at(half_stars), floor, FAINT)
            self.canvas.text(f"{half_stars // 2}", at(half_stars), floor + 20, 14, ink=MUTED, align="center")
        for place, row in enumerate(rated[:MODELS_SHOWN]):
            self._model(panel, panel.top + 84 + 36 * place, row, at)
        if len(rated) > MODELS_SHOWN:
            more = self.say("more-models", count=len(rated) - MODELS_SHOWN)
            self.canvas.text(more, panel.left, floor + 20, 14, ink=MUTED)

    def _model(self, panel: ChartPanel, y: float, row: Figures, at: Any) -> None:
        name = name_of_model(row["drawn_by"], row["learned"], self.say)
        self.canvas.text(name, panel.left, y + 5, 15, width=206)
        if row["low"] is not None:
            self.canvas.line(at(row["low"]), y, at(row["high"]), y, self.accent, 4)
        self.canvas.dot(at(row["mean"]), y, 6.5, self.accent)
        text = f"{self.say.stars(row['mean'])} ({self.say.count(row['reviews'])})"
        self.canvas.text(text, panel.right, y + 5, 15, align="right", width=90)
