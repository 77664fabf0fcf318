"""From an engine to people: what the picture check refuses, or cannot judge, is shown to nobody."""

from __future__ import annotations

import base64
import io
import json
import uuid
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from PIL import Image

from accounts.person import Person
from albumsite import retention
from albumsite.jobs.states import State
from albumsite.media import storage
from albumsite.media.encoding import DERIVATIVES, saved
from covers import tasks
from covers.engine.engine_contract import Drawn, DrawSpec, Step, StepCallback
from covers.engine_pool import _engines
from covers.errors import NotRetryable
from covers.keeping import named_covers
from covers.models import Cover, CoverRequest, Withdrawal, WithheldPicture
from covers.safety import picture_check, withholding
from covers.services import withdrawals
from covers.services.publishing import publish_cover
from covers.services.requests import retry_request
from tests.covers.safety import red_check
from tests.factories import make_briefed_request, make_finished_request, make_member, make_withheld
from tests.working import worked

pytestmark = pytest.mark.django_db(transaction=True)
RED, BROKEN = "tests.covers.safety.red_check", "tests.covers.safety.broken_check"
FINE = 60


class RedEngine:
    """One colour a picture: its red by the seed, 60 where nothing is said."""

    name = "red"

    def __init__(self) -> None:
        self.reds: dict[int, int] = {}
        self.drawn: list[int] = []

    def draw(self, specs: Sequence[DrawSpec], on_step: StepCallback) -> Iterator[Drawn]:
        for spec in specs:
            preview = saved(Image.effect_noise((64, 64), 90).convert("RGB"), "WEBP")
            on_step(Step(spec.position, 1, 1, preview=preview, request_id=spec.request_id))
            self.drawn.append(spec.seed)
            red = self.reds.get(spec.seed, FINE)
            rgb = bytes((red, 30, 90)) * (spec.width * spec.height)
            yield Drawn(spec.position, rgb, spec.width, spec.height, request_id=spec.request_id)


@pytest.fixture(autouse=True)
def _check(settings: Any) -> Iterator[None]:
    picture_check.close()
    settings.PICTURE_CHECK, settings.PICTURE_CHECK_SECONDS = RED, 1
    yield
    picture_check.close()


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> RedEngine:
    red = RedEngine()
    monkeypatch.setitem(_engines, "red", red)
    monkeypatch.setattr("covers.drawing.progress.WRITE_EVERY_SECONDS", 0)
    return red


def drawn_request(owner: Person | None = None, **changes: Any) -> CoverRequest:
    """Drawn by the real worker path. Seeds are 7 and on."""
    row = make_briefed_request(owner, engine="red", with_lettering=False, **({"count": 2} | changes))
    worked(tasks.draw_covers, row)
    return row


def states(row: CoverRequest) -> list[tuple[int, str]]:
    return list(row.withheld.order_by("pk").values_list("position", "state"))


def page_of(row: CoverRequest, language: str = "en") -> str:
    client = Client(headers={"accept-language": language})
    with translation.override(language):
        return client.get(row.get_secret_url()).content.decode()


def test_a_fit_picture_is_a_cover(engine: RedEngine) -> None:
    row = drawn_request()
    assert (row.state, row.covers.count(), states(row)) == (State.DONE, 2, [])


def test_a_refused_picture_is_replaced_by_another_with_its_own_seed(engine: RedEngine) -> None:
    engine.reds = {8: red_check.UNFIT}
    row = drawn_request()
    assert row.state == State.DONE
    assert list(row.covers.order_by("position").values_list("position", "seed")) == [(0, 7), (1, 10)]
    assert states(row) == [(1, "refused")]
    assert row.attempt == 1  # no try of the request was used up
    assert "not shown" not in page_of(row), "everything that was asked for is there"


def test_while_another_is_drawn_the_page_says_so() -> None:
    row = make_briefed_request(count=2)
    make_withheld(row, 1, state="refused")
    page, korean = page_of(row), page_of(row, "ko")
    assert "One picture is not shown, because our automatic check found it unfit" in page
    assert "Where we can, another one is drawn in its place." in page
    assert "자동 검사" in korean
    assert "가능하면 그 자리에 다른 그림을 그려요." in korean


def test_after_a_few_tries_there_are_fewer_covers(engine: RedEngine, settings: Any) -> None:
    settings.PICTURE_TRIES = 2
    engine.reds = {8: red_check.UNFIT, 10: red_check.UNFIT}
    row = drawn_request()
    assert (row.state, row.covers.count()) == (State.DONE, 1)
    assert engine.drawn == [7, 8, 10]
    page = page_of(row)
    assert "2 pictures are not shown" in page
    assert "Not shown" in page
    assert "Your cover is ready" in page


def test_a_request_of_which_nothing_is_fit_says_so_and_is_not_tried_again(engine: RedEngine, settings: Any) -> None:
    settings.PICTURE_TRIES = 1
    engine.reds = {7: red_check.UNFIT, 8: red_check.UNFIT}
    row = drawn_request()
    assert (row.state, row.failure, row.covers.count()) == (State.FAILED, "safety:picture", 0)
    page = page_of(row)
    assert "None of these pictures can be shown" in page
    assert reverse("covers:retry", args=[row.pk]) not in page
    with pytest.raises(NotRetryable):
        retry_request(request=row)


@pytest.mark.parametrize(
    "red", [red_check.HANGS, red_check.CRASHES, red_check.BABBLES, red_check.IS_NAN, red_check.IS_TOO_LARGE]
)
def test_what_cannot_be_judged_is_held_and_its_neighbours_are_covers(engine: RedEngine, red: int) -> None:
    engine.reds = {7: red}
    row = drawn_request()
    assert row.state == State.DONE
    assert list(row.covers.values_list("position", flat=True)) == [1]
    assert states(row) == [(0, "held")]
    assert "One picture is still being checked" in page_of(row)
    assert "Being checked" in page_of(row)
    assert "확인" in page_of(row, "ko")


def test_a_check_that_is_away_holds_everything_and_the_chore_lets_it_go_when_it_is_back(
    engine: RedEngine, settings: Any
) -> None:
    settings.PICTURE_CHECK = BROKEN
    engine.reds = {8: red_check.UNFIT}
    row = drawn_request(count=3)
    assert (row.state, row.covers.count()) == (State.DONE, 0)
    assert states(row) == [(0, "held"), (1, "held"), (2, "held")]
    assert "No cover can be shown yet" in page_of(row)
    withholding.look_again()
    assert row.covers.count() == 0
    settings.PICTURE_CHECK = RED
    withholding.look_again()
    assert list(row.covers.order_by("position").values_list("position", flat=True)) == [0, 2]
    assert states(row) == [(1, "refused")]
    cover = row.covers.first()
    assert cover is not None
    assert Client().get(cover.request.get_secret_url()).status_code == 200
    assert all(storage.exists(storage.private(), f"{cover.storage_prefix}/{name}") for name in DERIVATIVES)


def test_a_picture_that_kills_a_check_which_works_is_refused_in_the_end(engine: RedEngine) -> None:
    engine.reds = {7: red_check.CRASHES}
    row = drawn_request()
    for _ in range(withholding.GIVEN_UP_AFTER):
        picture_check.close()
        withholding.look_again()
    assert states(row) == [(0, "refused")]


def test_health_says_that_pictures_wait(client: Client) -> None:
    row = make_finished_request()
    long_ago = uuid.UUID(
        int=(int((timezone.now() - timedelta(hours=1)).timestamp() * 1000) << 80) | (7 << 76) | (2 << 62)
    )
    make_withheld(row, position=5, id=long_ago)
    assert "picture check is away" in client.get("/healthz/").json()["pictures"]
    WithheldPicture.objects.update(state="refused")
    assert client.get("/healthz/").json()["pictures"] == "ok"


def test_while_it_is_drawn_only_colours_are_shown(engine: RedEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    report = CoverRequest.objects.none().__class__.update

    def update(self: Any, **values: Any) -> int:
        seen.extend(part["preview"] for part in values.get("progress", {}).values() if part.get("preview"))
        return report(self, **values)

    monkeypatch.setattr("covers.models.requests.RequestQuerySet.update", update)
    drawn_request()
    assert seen
    for preview in seen:
        assert max(Image.open(io.BytesIO(base64.b64decode(preview))).size) <= picture_check.HINT_SIDE


# --- nobody sees it ----------------------------------------------------------------------------------------------------


def test_no_page_or_file_leads_to_a_withheld_picture() -> None:
    """For its maker, whoever holds the address, and everybody else."""
    member = make_member()
    row = make_finished_request(Person(user=member))
    publish_cover(cover=row.covers.get())
    held, refused = make_withheld(row, 1), make_withheld(row, 2, state="refused")
    maker, stranger = Client(), Client()
    maker.force_login(member)
    stranger.get(row.get_secret_url())
    for client in (maker, stranger):
        pages = [client.get(address) for address in (
            reverse("covers:home"), row.get_absolute_url(), reverse("covers:request_status", args=[row.pk]),
            row.covers.get().get_absolute_url(), reverse("covers:learning"), reverse("covers:my_page"),
        )]  # fmt: skip
        for withheld in (held, refused):
            for name, extra in (("cover", []), ("image", ["640.webp"]), ("download", ["master.png"]), ("download_status", []),
                                ("publish", []), ("report", [])):  # fmt: skip
                assert client.get(reverse(f"covers:{name}", args=[withheld.pk, *extra])).status_code == 404
            for name in ("review", "favourite", "unpublish"):
                assert client.post(reverse(f"covers:{name}", args=[withheld.pk])).status_code == 404
            for page in pages:
                assert withheld.storage_prefix not in page.content.decode()
                assert withheld.record["placeholder"] not in page.content.decode()
    assert "being checked" in maker.get(reverse("covers:my_page")).content.decode()
    public = list(storage.listed(storage.public()))
    assert public
    assert not any(one.key.startswith((held.storage_prefix, refused.storage_prefix)) for one in public)


def test_the_terminal_ends_and_says_why_there_are_fewer(settings: Any, tmp_path: Path, capsys: Any) -> None:
    settings.PICTURE_CHECK, settings.COVER_SIZE_PIXELS = BROKEN, 64
    with pytest.raises(SystemExit) as ended:
        options = {"engine": "pocket", "count": "1", "size": "preview", "out": str(tmp_path), "inline": True}
        call_command("make_covers", title="Fighting", artist="KJY", **options)
    assert ended.value.code == 1
    assert "still being checked" in capsys.readouterr().err
    assert list(tmp_path.glob("*.png")) == []


# --- how it ends -------------------------------------------------------------------------------------------------------


def files_of(picture: WithheldPicture) -> list[str]:
    return [one.key for one in storage.listed(storage.private()) if one.key.startswith(picture.storage_prefix)]


def work_off_withdrawals() -> None:
    for row in Withdrawal.objects.all():
        withdrawals.work(str(row.pk))


def test_a_deleted_request_takes_its_withheld_pictures_along() -> None:
    row = make_finished_request()
    picture = make_withheld(row, 1)
    assert files_of(picture)
    row.delete()
    work_off_withdrawals()
    assert files_of(picture) == []


@pytest.mark.parametrize(("state", "setting"), [("refused", "REFUSED_PICTURE_DAYS"), ("held", "HELD_PICTURE_DAYS")])
def test_old_ones_go_with_their_files(settings: Any, state: str, setting: str) -> None:
    row = make_finished_request()
    picture, young = make_withheld(row, 1, state=state), make_withheld(row, 2, state=state)
    old = uuid.UUID(int=(int((timezone.now() - timedelta(days=40)).timestamp() * 1000) << 80) | (7 << 76) | (2 << 62))
    WithheldPicture.objects.filter(pk=picture.pk).update(id=old)
    rule = next(rule for rule in retention.RULES if rule.setting == setting)
    assert retention.run(rule) == 1
    work_off_withdrawals()
    assert files_of(picture) == []
    assert files_of(young)


def test_a_released_picture_keeps_its_files_and_an_orphan_chore_lets_withheld_ones_be() -> None:
    row = make_finished_request()
    picture, other = make_withheld(row, 1), make_withheld(row, 2)
    cover = withholding.release(picture=picture)
    assert cover is not None
    work_off_withdrawals()
    assert files_of(picture)
    keys = files_of(other) + files_of(picture)

    assert named_covers("private", keys) >= set(keys)


def test_a_released_picture_whose_place_was_filled_comes_after_the_others() -> None:
    row = make_finished_request(count=2)
    picture = make_withheld(row, 1, state="refused")
    cover = withholding.release(picture=picture)
    assert cover is not None
    assert cover.position == 2
    assert withholding.release(picture=picture) is None
    page = page_of(row)
    assert page.count("data-square=") == 3


def test_a_hint_of_what_is_no_picture_is_none() -> None:
    assert picture_check.hint_of(b"preview") is None


def test_the_record_is_json(engine: RedEngine) -> None:
    engine.reds = {7: red_check.UNFIT}
    row = drawn_request()
    picture = row.withheld.get()
    assert json.loads(json.dumps(picture.record))["seed"] == 7
    cover = withholding.release(picture=picture)
    assert cover is not None
    assert {name: getattr(cover, name) for name in withholding.KEPT_COLUMNS} == picture.record
    assert Cover.objects.filter(request=row).count() == 3
