"""What a report counts: by hand on small weeks, and in the same few queries however many rows there are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.contrib.admin.models import CHANGE, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.person import Person
from albumsite.jobs.states import State
from covers.intervals.student import RatingSums, student_975
from covers.models import Cover, CoverRequest, Evaluation, Promotion, PromptArm, Retraining, Review
from covers.reports.figures import collect, window_before
from covers.weeks import window_of
from tests.covers.learning_factories import make_weekly_model
from tests.covers.reports.report_factories import WEEK, WEEK_BEFORE, a_visitor, ask, draw, moment, rate, take
from tests.factories import make_member, make_rater
from tests.personalize.factories import make_face, make_run


@pytest.mark.django_db
class TestFigures:
    def test_requests_are_those_asked_for_from_monday_to_sunday_in_seoul(self) -> None:
        window = window_of(WEEK)
        for at in (window.starts_at, window.ends_at - timedelta(seconds=1)):
            ask(at=at)
        for at in (window.starts_at - timedelta(seconds=1), window.ends_at):
            ask(at=at)
        figures = collect(WEEK)
        assert (figures["starts_at"], figures["time_zone"]) == ("2026-09-28T00:00:00+09:00", "Asia/Seoul")
        assert figures["now"]["days"] == [1, 0, 0, 0, 0, 0, 1]
        assert figures["before"]["days"] == [0, 0, 0, 0, 0, 0, 1]

    def test_requests_are_told_by_what_has_become_of_them(self) -> None:
        ask(written_by="openai")
        for reason in ("engine:died", "engine:died", "site:storage"):
            ask(state=State.FAILED, failure=reason)
        ask(state=State.CANCELLED)
        ask(state=State.QUEUED)
        ask(shows_face=True)
        ask(is_draft=True, shows_face=True)
        now = collect(WEEK)["now"]
        assert now["requests"] == {
            "asked": 7, "done": 2, "failed": 3, "cancelled": 1, "open": 1, "with_face": 1, "drafts": 1, "by_openai": 1,
            "by_rules": 7,
        }  # fmt: skip
        assert now["failures"] == [{"reason": "engine:died", "count": 2}, {"reason": "site:storage", "count": 1}]

    def test_people_are_new_or_returning_members_or_visitors(self) -> None:
        old_member, new_member, old_visitor = Person(user=make_member()), Person(user=make_member()), a_visitor()
        User.objects.filter(pk=new_member.user.pk).update(date_joined=moment())  # type: ignore[union-attr]
        for person in (old_member, old_visitor):
            ask(person, at=moment(WEEK_BEFORE))
        for person in (old_member, old_member, new_member, old_visitor, a_visitor(), a_visitor()):
            ask(person)
        figures = collect(WEEK)
        assert figures["now"]["people"] == {
            "members": 2, "members_back": 1, "visitors": 3, "visitors_back": 1, "signed_up": 1,
        }  # fmt: skip
        assert figures["before"]["people"]["members"] == figures["before"]["people"]["visitors"] == 1

    def test_half_stars_stay_halves(self) -> None:
        cover = draw(ask())
        for half_stars in (1, 7, 7, 9, 10):
            rate(cover, half_stars)
        ratings = collect(WEEK)["now"]["ratings"]
        assert ratings["histogram"] == [1, 0, 0, 0, 0, 0, 2, 0, 1, 1]
        assert (ratings["mean"], ratings["reviews"], ratings["raters"]) == (6.8, 5, 5)
        assert ratings["low"] < 6.8 < ratings["high"]

    def test_people_are_counted_for_the_interval_and_not_reviews(self) -> None:
        covers = [draw(ask(at=moment(hours=hour))) for hour in range(4)]
        raters = [make_rater() for _ in range(4)]
        for cover in covers:
            for rater in raters:
                rate(cover, 8, rater)
        ratings = collect(WEEK)["now"]["ratings"]
        assert (ratings["reviews"], ratings["raters"], ratings["low"]) == (16, 4, None), (
            "sixteen reviews, but four people"
        )

    def test_waits_leave_out_what_was_asked_for_again(self) -> None:
        for hour, seconds in enumerate((10, 20, 30)):
            row = ask(at=moment(hours=hour))
            CoverRequest.objects.filter(pk=row.pk).update(
                draw_started_at=row.queued_at + timedelta(seconds=seconds),
                finished_at=row.created_at + timedelta(seconds=100 * seconds),
            )
        again = ask()
        CoverRequest.objects.filter(pk=again.pk).update(queued_at=timezone.now(), finished_at=timezone.now())
        waits = collect(WEEK)["now"]["waits"]
        assert waits == {"measured": 3, "wait_p50": 20, "wait_p95": 29, "finish_p50": 2000, "finish_p95": 2900}

    def test_machine_time_lies_between_together_and_alone(self, settings: Any) -> None:
        settings.GPU_COST_PER_HOUR = 3.0
        for shift in (0, 1800):
            row = ask(engine="sdxl")
            begun = moment() + timedelta(seconds=shift)
            CoverRequest.objects.filter(pk=row.pk).update(started_at=begun, finished_at=begun + timedelta(hours=1))
        ask(engine="poster")  # on the processor
        run = make_run(make_face(), state=State.DONE)
        type(run).objects.filter(pk=run.pk).update(started_at=moment(), finished_at=moment() + timedelta(minutes=30))
        costs = collect(WEEK)["now"]["costs"]
        assert costs["hours"] == {"drawing": [1.5, 2.0], "faces": [0.5, 0.5], "training": [0, 0], "comparing": [0, 0]}
        assert (costs["low"], costs["high"]) == (6.0, 7.5)

    def test_downloads_moderation_and_faces(self) -> None:
        staff, cover = make_member(is_staff=True), draw(ask())
        person = a_visitor()
        take(cover, person)
        take(cover, person, file="master")
        take(cover, at=moment(WEEK_BEFORE))
        draw(ask(at=moment(WEEK_BEFORE)), visibility="hidden")
        for model, flag, message in ((Cover, CHANGE, "Hidden"), (Cover, CHANGE, "Restored"), (Review, DELETION, "")):
            LogEntry.objects.create(
                user=staff, content_type=ContentType.objects.get_for_model(model), action_flag=flag,
                change_message=message, object_id=str(cover.pk), object_repr="x", action_time=moment(),
            )  # fmt: skip
        face = make_face()
        for state, failure in ((State.DONE, ""), (State.FAILED, "training:no-face")):
            run = make_run(face, state=state, failure=failure)
            type(run).objects.filter(pk=run.pk).update(created_at=moment())
        now = collect(WEEK)["now"]
        assert now["downloads"] == {"files": 2, "release": 1, "covers": 1, "members": 0, "visitors": 1}
        assert now["moderation"] == {"hidden": 1, "restored": 1, "reviews_deleted": 1, "hidden_now": 1}
        assert now["faces"] == {"queued": 0, "running": 0, "done": 1, "failed": 1, "cancelled": 0}

    def test_models_and_sides_of_a_trial_are_rated_apart(self) -> None:
        tried = make_weekly_model("pocket-w39", state="trial", trial_percent=20)
        raters = [make_rater() for _ in range(6)]
        for learned, stars in ((tried, 9), (None, 5)):
            cover = draw(ask(engine="pocket", learned_version=learned, trial=tried))
            for rater in raters:
                rate(cover, stars, rater)
        ask(engine="pocket", learned_version=tried, trial=tried, state=State.FAILED, failure="engine:died")
        ask()
        figures = collect(WEEK)
        models = {
            (row["drawn_by"], row["learned"]): (row["requests"], row["failed"], row["mean"])
            for row in figures["models"]
        }
        assert models == {
            ("pocket", "pocket-w39"): (2, 1, 9.0),
            ("pocket", ""): (1, 0, 5.0),
            ("poster", ""): (1, 0, None),
        }
        sides = [
            (row["trial"], row["is_tried"], row["requests"], row["mean"], row["raters"]) for row in figures["trials"]
        ]
        assert sides == [("pocket-w39", True, 2, 9.0, 6), ("pocket-w39", False, 1, 5.0, 6)]
        assert figures["now"]["ratings"]["raters"] == 6, "nobody counts twice who rated both"

    def test_the_loop_tells_its_week(self) -> None:
        model = make_weekly_model("pocket-w40", week=WEEK)
        Retraining.objects.create(
            week=WEEK, base_key="pocket", seed=1, state="done", finished_at=timezone.now(), outcome="candidate", version=model,
            validation_losses=[[0, 0.9], [50, 0.7]], stage="train",
        )  # fmt: skip
        Evaluation.objects.create(
            version=model, base_key="pocket", prompt_set="x", seed=1, state="done", finished_at=timezone.now(), verdict="better",
            rule="1", reasons=[{"id": "nothing-worse"}],
        )  # fmt: skip
        promotion = Promotion.objects.create(change="promoted", version=model, reason="liked more", by=make_member())
        Promotion.objects.filter(pk=promotion.pk).update(created_at=moment())
        PromptArm.objects.create(engine="poster", genre="jazz", kind="style", arm="swiss", reviews=4, reward_sum=3.0)
        figures = collect(WEEK)
        assert figures["training"] | {"failure": ""} == {
            "base_key": "pocket", "state": "done", "failure": "", "outcome": "candidate", "version": "pocket-w40",
            "pictures": 0, "loss": 0.7, "loss_before": 0.9, "is_validation": True,
        }  # fmt: skip
        assert (figures["evaluation"]["version"], figures["evaluation"]["verdict"]) == ("pocket-w40", "better")
        assert [(one["change"], one["by_person"], one["before"]) for one in figures["promotions"]] == [
            ("promoted", True, "")
        ]
        assert [(arm["arm"], arm["reviews"]) for arm in figures["arms"]] == [("swiss", 4)]

    def test_the_sheet_holds_nothing_that_not_everybody_may_see(self) -> None:
        seen = draw(ask(title="Seen"))
        for changes, request in (
            ({"visibility": "private"}, {}), ({"visibility": "hidden"}, {}), ({}, {"shows_face": True}), ({}, {"is_draft": True}),
        ):  # fmt: skip
            rate(draw(ask(**request), **changes), 10)
        rate(seen, 3)
        rate(draw(ask(title="Earlier")), 10, at=moment(WEEK_BEFORE))
        figures = collect(WEEK)
        assert [cover["title"] for cover in figures["best"] + figures["worst"]] == ["Seen"]

    def test_no_cover_is_among_the_best_and_the_worst(self) -> None:
        for place in range(7):
            rate(draw(ask(title=f"Song {place}")), place + 3)
        figures = collect(WEEK)
        best, worst = ([cover["title"] for cover in figures[key]] for key in ("best", "worst"))
        assert best == ["Song 6", "Song 5", "Song 4", "Song 3"]
        assert worst == ["Song 0", "Song 1", "Song 2"]

    def test_a_full_week_takes_no_more_queries_than_a_quiet_one(self) -> None:
        for title in ("One", "Two"):
            rate(draw(ask(title=title)), 8)
        with CaptureQueriesContext(connection) as quiet:
            collect(WEEK)
        for place in range(5):
            cover = draw(ask(title=f"Song {place}", state=State.DONE))
            rate(cover, 8)
            take(cover)
            ask(state=State.FAILED, failure="engine:died")
        with CaptureQueriesContext(connection) as full:
            collect(WEEK)
        assert len(full) == len(quiet) <= 48

    def test_the_first_week_of_a_year_follows_the_last_of_another(self) -> None:
        assert window_before(window_of("2027-W01")) == window_of("2026-W53")


class TestIntervals:
    def test_student_is_student(self) -> None:
        """Against printed tables."""
        for degrees, printed in ((4, 2.776), (5, 2.571), (9, 2.262), (29, 2.045), (120, 1.980), (10**6, 1.960)):
            assert student_975(degrees) == pytest.approx(printed, abs=0.001)
        with pytest.raises(ValueError, match="3"):
            student_975(3)

    def test_nothing_is_divided_by_nothing(self) -> None:
        assert (RatingSums().mean, RatingSums().interval) == (None, None)

    def test_one_review_a_person_gives_the_textbook_interval(self) -> None:
        values = np.array([4, 6, 7, 8, 8, 9, 10, 5])
        sums = sums_by(values, np.arange(8))
        reach = student_975(7) * values.std(ddof=1) / np.sqrt(8)
        assert sums.interval == pytest.approx((values.mean() - reach, values.mean() + reach))

    def test_it_covers_the_truth_where_counting_reviews_would_not(self) -> None:
        """Forty people with tastes of their own rate one to twelve covers each; the mean over many people is known."""
        rng = np.random.default_rng(7)
        truth = crowd(rng, 200_000)[0].mean()
        hits = naive = 0
        for _week in range(400):
            stars, who = crowd(rng, 40)
            low, high = sums_by(stars, who).interval or (0, 0)
            hits += low <= truth <= high
            naive += abs(stars.mean() - truth) <= 1.96 * stars.std(ddof=1) / np.sqrt(len(stars))
        assert hits / 400 > 0.92
        assert naive / 400 < 0.8


def crowd(rng: np.random.Generator, people: int) -> tuple[Any, Any]:
    """Half stars of all reviews, and whose each is."""
    who = np.repeat(np.arange(people), rng.integers(1, 13, people))
    return np.clip(np.round(rng.normal(rng.normal(6.5, 1.5, people)[who], 1.0)), 1, 10).astype(int), who


def sums_by(stars: Any, who: Any) -> RatingSums:
    s, n = np.bincount(who, stars), np.bincount(who)
    return RatingSums(
        len(n), *(int(value) for value in (n.sum(), s.sum(), (s * s).sum(), (s * n).sum(), (n * n).sum()))
    )
