"""A report as it is built, frozen, drawn, printed and shown."""

from __future__ import annotations

import io
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from albumsite.jobs.states import State
from albumsite.media import storage
from covers.models import ReportDelivery, WeeklyReport
from covers.reports import building, chart, figures
from covers.reports.canvas import DISPLAY, INK, PAPER, PLAIN, STRONG, Canvas, fitted, readable, set_line
from covers.reports.delivery import deliveries
from covers.reports.phrases import PHRASES
from covers.weeks import last_week, this_week
from tests.covers.reports.report_factories import WEEK, WEEK_BEFORE, ask, draw, make_report, moment, rate, take
from tests.covers.reports.slack_server import WEBHOOK, Answer, SlackServer
from tests.factories import make_cover, make_member

pytestmark = pytest.mark.django_db


def a_lively_week() -> None:
    for hour, stars in ((3, 9), (50, 7), (90, 4)):
        request = ask(at=moment(hours=hour), title=f"밤의 노래 {hour}", count=1)
        cover = make_cover(request, visibility="public", dominant_colour="#f2c14e")
        rate(cover, stars)
        take(cover)
    ask(state=State.FAILED, failure="engine:died")
    rate(draw(ask(at=moment(WEEK_BEFORE)), visibility="private"), 5, at=moment(WEEK_BEFORE))


def image_of(key: str) -> Image.Image:
    return Image.open(io.BytesIO(storage.read(storage.private(), key)))


def run(*arguments: str) -> tuple[str, str, int]:
    """What the command prints, complains of and ends with."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command("weekly_report", *arguments, stdout=out, stderr=err)
    except SystemExit as end:
        code = int(end.code or 0)
    except CommandError as error:
        err.write(str(error))
        code = error.returncode
    return out.getvalue(), err.getvalue(), code


# --- building -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "ko",
            [
                "2026년 40주 차",
                "Asia/Seoul 기준",
                "요청 4건",
                "별점 평균 3.33점",
                "실패한 요청 1건(25.0%)",
                "다운로드 3회",
            ],
        ),
        (
            "en",
            [
                "week 40 of 2026",
                "time zone Asia/Seoul",
                "Requests: 4",
                "3.33 ★ on average",
                "Failed requests: 1 (25.0 %)",
            ],
        ),
    ],
)
def test_a_report_is_frozen_in_words_and_pictures(language: str, said: list[str]) -> None:
    a_lively_week()
    report = building.build_report(week=WEEK, language=language)
    for part in said:
        assert part in report.text
    assert image_of(report.chart_key).size == (1200, 900)
    assert image_of(report.sheet_key).format == "JPEG"
    assert all(set(section) == {"title", "lines", "head", "rows"} for section in report.sections)
    assert all(len(row) == len(section["head"]) for section in report.sections for row in section["rows"])


@pytest.mark.parametrize(("language", "said"), [("ko", "조용한 한 주였어요"), ("en", "A quiet week: nobody asked")])
def test_a_week_in_which_nothing_happened_says_so(language: str, said: str) -> None:
    report = building.build_report(week=WEEK, language=language)
    assert said in report.text
    assert report.sheet_key == ""
    assert image_of(report.chart_key).size == (1200, 900)


def test_building_twice_gives_the_same_report_and_a_person_may_build_it_anew() -> None:
    first = building.build_report(week=WEEK, language="en")
    ask()
    again = building.build_report(week=WEEK, language="ko")
    assert (again.pk, again.text, again.chart_key) == (first.pk, first.text, first.chart_key)
    anew = building.build_report(week=WEEK, language="ko", is_rebuilt=True)
    assert (anew.pk, anew.language) == (first.pk, "ko")
    assert "요청 1건" in anew.text
    assert anew.built_at > first.built_at


@pytest.mark.django_db(transaction=True)
def test_the_pictures_of_a_report_that_was_built_anew_are_gone() -> None:
    first = building.build_report(week=WEEK)
    anew = building.build_report(week=WEEK, is_rebuilt=True)
    assert not storage.exists(storage.private(), first.chart_key)
    assert len(storage.names_below(storage.private(), "reports/")) == 1
    assert storage.exists(storage.private(), anew.chart_key)


def test_whoever_comes_second_takes_the_report_of_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    collect = figures.collect

    def overtaken(week: str) -> dict[str, Any]:
        monkeypatch.setattr(figures, "collect", collect)
        building.build_report(week=week, language="en")
        return collect(week)

    monkeypatch.setattr(figures, "collect", overtaken)
    report = building.build_report(week=WEEK, language="ko")
    assert (report.language, WeeklyReport.objects.count()) == ("en", 1)
    assert len(storage.names_below(storage.private(), "reports/")) == 1


def test_a_week_that_is_not_over_has_no_report() -> None:
    with pytest.raises(ValueError, match="not over"):
        building.build_report(week=this_week())
    assert building.build_report(week=last_week()).week == last_week()


# --- pictures -----------------------------------------------------------------------------------------------------


def test_every_letter_of_the_report_can_be_drawn() -> None:
    letters = {letter for phrase in PHRASES.values() for text in phrase for letter in text if not letter.isspace()}
    for setting in (PLAIN, STRONG):
        assert [letter for letter in letters if not set_line(letter, setting).faces] == []
    assert set_line("2026년 40주 차", DISPLAY).faces == ("hahmlet-800-korean.ttf",)


def test_long_words_are_cut_to_the_room_there_is() -> None:
    text = fitted("아주 긴 노래 제목이 한 줄에 다 들어가지 않아요", 20, 200)
    assert text.endswith("…")
    assert set_line(text, PLAIN).width * 20 <= 200
    assert fitted("짧다", 20, 200) == "짧다"


def test_a_pale_accent_is_darkened_until_it_can_be_read() -> None:
    from covers.lettering.inks import contrast

    assert contrast(readable("#f2c14e"), PAPER) >= 4.5
    assert (readable("#2e6f8e"), readable("nonsense")) == ("#2e6f8e", INK)


def test_what_is_no_picture_leaves_its_place_empty() -> None:
    assert Canvas(40, 40).picture(b"nothing", 0, 0, 40) is False


def test_a_chart_draws_whatever_is_missing() -> None:
    """One review, one waiting request, one model without an interval: no part of it may need the others."""
    rate(draw(ask(state=State.QUEUED)), 1)
    assert chart.draw(figures.collect(WEEK), "en").startswith(b"\x89PNG")


# --- the command --------------------------------------------------------------------------------------------------


def test_the_command_builds_prints_and_sends_once(slack: SlackServer, tmp_path: Path) -> None:
    out, err, code = run("--week", WEEK, "--language", "en", "--out", str(tmp_path / "out"))
    assert (code, err) == (0, "")
    assert out.startswith("Aibum, week 40 of 2026\n")
    assert "slack: sent " in out
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["2026-W40-chart.png", "2026-W40.txt"]
    assert run("--week", WEEK)[2] == 0
    assert slack.asked == [WEBHOOK]


def test_the_command_waits_out_a_short_pause(slack: SlackServer) -> None:
    slack.will(WEBHOOK, Answer(429, "slow down", {"Retry-After": "0.05"}))
    assert run("--week", WEEK)[2] == 0
    assert (slack.asked, len(slack.posted)) == ([WEBHOOK, WEBHOOK], 1)


def test_the_command_leaves_a_long_pause_to_the_workers(slack: SlackServer) -> None:
    slack.will(WEBHOOK, Answer(429, "slow down", {"Retry-After": "600"}))
    _out, err, code = run("--week", WEEK)
    assert code == 3
    assert "slack: waits until" in err


def test_the_command_says_what_failed_and_sends_again_when_told(slack: SlackServer) -> None:
    slack.will(WEBHOOK, Answer(404, "no_service"))
    _out, err, code = run("--week", WEEK)
    assert (code, "404 no_service" in err) == (1, True)
    assert run("--week", WEEK)[2] == 1, "and does not try again by itself"
    assert run("--week", WEEK, "--send-again", "slack")[2] == 0
    assert slack.asked == [WEBHOOK, WEBHOOK]
    assert run("--week", WEEK, "--send-again", "mail")[2] == 2


def test_the_command_can_build_only_or_leave_the_sending_to_workers(slack: SlackServer) -> None:
    assert run("--week", WEEK, "--no-send")[2] == 0
    assert ReportDelivery.objects.count() == 0
    assert run("--week", WEEK, "--queue")[2] == 0
    assert ReportDelivery.objects.get().state == State.QUEUED
    assert slack.asked == []


@pytest.mark.parametrize("week", ["last", "2026-W60", "2026-40"])
def test_the_command_refuses_what_is_no_week(week: str) -> None:
    _out, err, code = run("--week", week)
    assert code == 2
    assert err


def test_without_a_channel_it_says_where_to_set_one() -> None:
    out, err, code = run("--week", WEEK)
    assert (code, "SLACK_WEBHOOK_URL" in err) == (0, True)
    assert out


def test_asking_for_a_week_again_asks_for_nothing_new(slack: SlackServer) -> None:
    assert deliveries.send_week(WEEK) is True
    assert deliveries.send_week(WEEK) is False
    assert ReportDelivery.objects.get().state == State.QUEUED


def test_a_site_without_a_channel_builds_its_report_once(settings: Any) -> None:
    assert [deliveries.send_week(WEEK), deliveries.send_week(WEEK)] == [True, False]
    settings.REPORT_MAIL_TO = ["team@example.com"]
    assert [deliveries.send_week(WEEK), deliveries.send_week(WEEK)] == [True, False]


# --- the admin ----------------------------------------------------------------------------------------------------


def test_the_page_of_a_report_shows_text_tables_pictures_and_deliveries(operator: Client, slack: SlackServer) -> None:
    report = make_report()
    slack.will(WEBHOOK, Answer(404, "no_service"))
    (row,) = deliveries.ask_to_send(report=report, is_enqueued=False)
    deliveries.work(row.pk)
    page = operator.get(reverse("admin:covers_weeklyreport_change", args=[report.pk])).content.decode()
    for part in ("요청 3건 &lt;b&gt;&amp;", "<h2>별점</h2>", "<td>4.00</td>", "404 no_service", "does not take it"):
        assert part in page
    for name, kind in (("chart.png", "image/png"), ("sheet.jpg", "image/jpeg")):
        address = reverse("admin:covers_weeklyreport_picture", args=[report.pk, name])
        assert address in page
        assert operator.get(address)["Content-Type"] == kind
    assert "Slack: Failed" in operator.get(reverse("admin:covers_weeklyreport_changelist")).content.decode()


def test_pictures_that_are_not_there_are_not_found(operator: Client) -> None:
    report = make_report(with_sheet=False)
    for name in ("sheet.jpg", "master.png"):
        assert operator.get(reverse("admin:covers_weeklyreport_picture", args=[report.pk, name])).status_code == 404


def test_a_failed_delivery_is_sent_again_from_its_list(operator: Client, slack: SlackServer) -> None:
    slack.will(WEBHOOK, Answer(404, "no_service"))
    (row,) = deliveries.ask_to_send(report=make_report(), is_enqueued=False)
    deliveries.work(row.pk)
    operator.post(
        reverse("admin:covers_reportdelivery_changelist"), {"action": "send_again", "_selected_action": [str(row.pk)]}
    )
    row.refresh_from_db()
    assert (row.state, row.failure, row.posting_since) == (State.QUEUED, "", None)


def test_staff_without_the_right_see_no_pictures_and_send_nothing(client: Client, slack: SlackServer) -> None:
    report = make_report()
    storage.save_all(storage.private(), {report.chart_key: b"chart"})
    deliveries.ask_to_send(report=report)
    client.force_login(make_member(is_staff=True), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("admin:covers_weeklyreport_picture", args=[report.pk, "chart"])).status_code == 403
    address = reverse("admin:covers_reportdelivery_changelist")
    chosen = {"action": "send_again", "_selected_action": [ReportDelivery.objects.get().pk]}
    assert client.post(address, chosen).status_code == 403


def test_what_is_being_sent_is_not_sent_again_and_the_list_says_so(operator: Client, slack: SlackServer) -> None:
    deliveries.ask_to_send(report=make_report())
    ReportDelivery.objects.update(
        state=State.RUNNING, token=uuid.uuid4(), lease_until=timezone.now() + timedelta(minutes=5)
    )
    address = reverse("admin:covers_reportdelivery_changelist")
    chosen = {"action": "send_again", "_selected_action": [ReportDelivery.objects.get().pk]}
    page = operator.post(address, chosen, follow=True).content.decode()
    assert str(deliveries.NotSentAgain.text) in page
    assert "0 reports are sent again now." in page
    assert ReportDelivery.objects.get().state == State.RUNNING


def test_the_command_ends_with_2_where_it_cannot_write_or_send(slack: SlackServer, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CommandError) as end:
        call_command("weekly_report", "--no-send", "--out", str(tmp_path / "file" / "in"))
    assert end.value.returncode == 2
    with pytest.raises(CommandError, match="sends no reports to mail") as end:
        call_command("weekly_report", "--send-again", "mail")
    assert end.value.returncode == 2


def test_the_command_says_that_a_report_is_in_another_language(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("weekly_report", "--no-send", "--language", "ko")
    call_command("weekly_report", "--no-send", "--language", "en")
    assert "was written in ko; --rebuild writes it anew" in capsys.readouterr().err
