"""The judge of the chaos run finds what it is there to find: each kind of fault is planted here once."""

from __future__ import annotations

import shutil
import time
import uuid
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from albumsite.jobs.states import State
from albumsite.media import storage
from bench.chaos import faults, oracle
from bench.chaos.people import Wish
from covers import tasks
from covers.models import Cover, CoverRequest, WithheldPicture
from covers.object_keys import master_key
from tests.covers.test_draw_covers import engine, flat_request  # noqa: F401  the engine is a fixture
from tests.factories import make_request

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("engine")]


@pytest.fixture
def site(tmp_path: Path) -> Any:
    """As the judge sees one: a database, a folder and a log."""
    values = connection.get_connection_params()
    names = ("host", "port", "user", "password", "dbname")
    url = psycopg.conninfo.make_conninfo("", **{name: values[name] for name in names if values.get(name)})
    log = tmp_path / "serve.log"
    log.touch()
    return SimpleNamespace(database_url=url, folder=tmp_path, log=log)


def forget(**which: Any) -> None:
    """The rows alone: deleting a cover as the site does takes its files along."""
    with connection.cursor() as cursor:
        for pk in Cover.objects.filter(**which).values_list("pk", flat=True):
            cursor.execute("DELETE FROM covers_cover WHERE id = %s", [pk])


def wish_for(row: CoverRequest, **changes: Any) -> Wish:
    return Wish(0, row.title, row.count, pk=str(row.pk), **changes)


def finished(title: str, count: int = 1) -> CoverRequest:
    """As the site makes it, with every file."""
    row = flat_request(title=title, count=count)
    tasks.draw_covers(str(row.pk))
    return row


def wrong(site: Any, *wishes: Wish, struck: Any = ()) -> dict[str, int]:
    """How many of each kind it found, where any."""
    verdict = oracle.judge(site, wishes, struck)
    names = ("lost", "twice", "stuck", "rows_without_file", "files_without_row")
    return {name: len(found) for name in names if (found := getattr(verdict, name))}


def test_it_has_nothing_to_say_of_a_site_where_all_is_well(site: Any) -> None:
    cancelled = make_request(title="C", state=State.CANCELLED, finished_at=timezone.now())
    assert (
        wrong(
            site, wish_for(finished("A", count=4)), wish_for(finished("B")), wish_for(cancelled, may_be_cancelled=True)
        )
        == {}
    )


def test_it_finds_what_was_accepted_and_is_gone(site: Any) -> None:
    assert wrong(site, Wish(0, "Gone", 1, pk=str(uuid.uuid4()))) == {"lost": 1}


def test_it_finds_a_request_that_is_done_without_all_its_covers(site: Any) -> None:
    row = finished("A", count=2)
    forget(position=1)
    assert wrong(site, wish_for(row)) == {"lost": 1, "files_without_row": 1}


def withhold(row: CoverRequest, position: int, state: str, times: int = 1) -> None:
    """In the place of a cover, whose files become those of the last of these rows."""
    cover = row.covers.get(position=position)
    record = {name: getattr(cover, name) for name in ("seed", "sha256", "width", "height")}
    forget(pk=cover.pk)
    for number in range(times):
        prefix = cover.storage_prefix
        if number:
            prefix = f"{prefix}-{number}"
            shutil.copytree(storage.private().path(cover.storage_prefix), storage.private().path(prefix))
        WithheldPicture.objects.create(
            request=row, position=position, state=state, record=record, storage_prefix=prefix
        )


def test_a_picture_that_is_held_or_was_refused_as_often_as_is_tried_is_not_lost(site: Any) -> None:
    held, refused = finished("A", count=2), finished("B", count=2)
    withhold(held, 1, "held")
    withhold(refused, 0, "refused", times=oracle.PICTURE_TRIES)
    assert wrong(site, wish_for(held), wish_for(refused)) == {}
    assert oracle.PICTURE_TRIES == settings.PICTURE_TRIES


def test_a_place_is_lost_that_was_not_tried_often_enough_and_one_withheld_picture_excuses_one_place(site: Any) -> None:
    given_up, two = finished("A"), finished("B", count=3)
    withhold(given_up, 0, "refused")
    withhold(two, 1, "held")
    assert wrong(site, wish_for(given_up), wish_for(two)) == {"lost": 1}
    forget(request=two, position=2)
    assert wrong(site, wish_for(given_up), wish_for(two)) == {"lost": 2, "files_without_row": 1}


def test_a_held_picture_beside_a_cover_in_its_place_is_there_twice(site: Any) -> None:
    row = finished("A", count=2)
    withhold(row, 1, "held")
    WithheldPicture.objects.update(position=0)
    assert wrong(site, wish_for(row)) == {"lost": 1, "twice": 1}


def test_it_reads_the_files_of_withheld_pictures_as_well(site: Any) -> None:
    row = finished("A", count=2)
    withhold(row, 1, "held")
    Path(storage.private().path(master_key(row.withheld.get().storage_prefix))).unlink()
    assert wrong(site, wish_for(row)) == {"rows_without_file": 1}


def test_it_finds_a_request_that_nobody_cancelled(site: Any) -> None:
    assert wrong(site, wish_for(make_request(title="A", state=State.CANCELLED, finished_at=timezone.now()))) == {
        "lost": 1
    }


def test_it_finds_what_one_form_asked_twice_and_what_was_finished_twice(site: Any) -> None:
    row, again = finished("A"), finished("A")
    assert wrong(site, wish_for(row)) == {"twice": 1}
    site.log.write_text(f"covers drawn request={again.pk}\ncovers drawn request={again.pk}\n")
    assert wrong(site, wish_for(row)) == {"twice": 2}


def test_it_finds_more_covers_than_were_asked_for(site: Any) -> None:
    row = finished("A", count=2)
    CoverRequest.objects.filter(pk=row.pk).update(count=1)
    assert wrong(site, wish_for(row)) == {"twice": 1}


def test_it_finds_what_came_to_no_end(site: Any) -> None:
    row = make_request(title="A")
    assert oracle.active(site) == 1
    assert wrong(site, wish_for(row)) == {"stuck": 1}


@pytest.mark.parametrize("harm", ["gone", "cut off", "another"])
def test_it_reads_every_file(site: Any, harm: str) -> None:
    row = finished("A")
    key = master_key(row.covers.get().storage_prefix)
    path = Path(storage.private().path(key))
    if harm == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-20] if harm == "cut off" else b"another")
    assert wrong(site, wish_for(row)) == {"rows_without_file": 1}


def test_a_page_size_that_cannot_be_read_counts_as_well(site: Any) -> None:
    row = finished("A")
    folder = Path(storage.private().path(row.covers.get().storage_prefix))
    next(folder.glob("*.webp")).write_bytes(b"RIFF")
    assert wrong(site, wish_for(row)) == {"rows_without_file": 1}


def test_files_without_a_row_are_excused_only_by_a_fault_of_that_moment_that_leaves_some(site: Any) -> None:
    row = finished("A")
    forget()
    CoverRequest.objects.filter(pk=row.pk).update(state=State.CANCELLED)
    kinds = {one.name: one for one in faults.KINDS}
    kill, wipe = kinds["draw worker: SIGKILL"], kinds["Redis: wiped"]
    wish, now = wish_for(row, may_be_cancelled=True), time.time()
    assert wrong(site, wish, struck=[faults.Done(wipe, now, now, "")]) == {"files_without_row": 1}
    assert wrong(site, wish, struck=[faults.Done(kill, now - 600, now - 600, "")]) == {"files_without_row": 1}
    assert wrong(site, wish, struck=[faults.Done(kill, now, now, "")]) == {}


def test_the_deck_has_every_kind_and_the_seed_repeats_it() -> None:
    import random

    decks = [faults.deck(350, random.Random(7)) for _ in range(2)]
    assert decks[0] == decks[1]
    assert len(decks[0]) == 350
    assert {one.name for one in decks[0]} == {one.name for one in faults.KINDS}
