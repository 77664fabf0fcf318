"""While a site is upgraded, workers of this release meet rows of the one after it: what they cannot read they leave to newer workers."""

from __future__ import annotations

from dataclasses import MISSING, asdict, fields
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.person import Person
from albumsite.jobs.states import State
from covers import tasks
from covers.brief.brief_contract import Brief, Concept
from covers.brief.family_contract import Family
from covers.brief.wishes import Wishes
from covers.edits.diffusion_edit import DiffusionEdit
from covers.edits.picture_edit import PictureEdit
from covers.lettering.type_document import TypeDocument, TypeLine
from covers.models import CoverRequest, CoverVersion, ReleaseFile
from covers.services import studio
from covers.writing.learning import examples
from covers.writing.rules_writer import RulesWriter
from tests.covers.studio_pages import drawn_cover
from tests.factories import make_finished_request, make_request
from tests.test_jobs import age
from tests.working import worked

pytestmark = pytest.mark.django_db(transaction=True)
STORED: tuple[type[Any], ...] = (Brief, Concept, Family, Wishes, PictureEdit, DiffusionEdit, TypeDocument, TypeLine)
SAY_SOMETHING = {
    "Concept.source", "TypeDocument.finish", "TypeDocument.second_colour", "TypeDocument.plate_colour", "TypeLine.align",
    "TypeLine.leading", "TypeLine.case", "TypeLine.is_on",
}  # fmt: skip
"""Fields of former releases whose default is not empty. No new one may be: see `covers/stored_fields.py`."""


@pytest.mark.parametrize(
    ("column", "stored"),
    [
        ("wishes", {"glow": "soft"}), ("wishes", {"family": {"style": "riso", "glow": "soft"}}),
        ("wishes", {"family": {"type_at": [{"x": 0, "y": 0, "width": 1, "height": 1, "glow": 1}]}}),
        ("wishes", {"palette": "glow"}), ("wishes", {"people": "ghosts"}), ("wishes", {"family": {"style": "hologram"}}),
        ("wishes", {"family": {"voice": "neon_script"}}), ("style", "hologram"), ("picture_treatment", "hologram"),
    ],
)  # fmt: skip
def test_a_request_that_says_more_than_this_release_reads_waits_for_a_newer_worker(
    column: str, stored: Any, visitor: Person, settings: Any
) -> None:
    row = worked(tasks.write_brief, make_request(visitor, **{column: stored}))
    assert (row.state, row.stage, row.attempt, row.token) == (State.QUEUED, "write", 0, None)
    assert row.queued_at > timezone.now() + timedelta(seconds=settings.SWEEP_EVERY_SECONDS / 2), "it rests meanwhile"


@pytest.mark.parametrize(
    "newer",
    [
        {"glow": "soft"}, {"concepts": [{"kind": "scene", "glow": 1}]}, {"style": "hologram"}, {"styles": ["swiss", "hologram"]},
        {"concepts": [{"kind": "scene", "style": "waterside", "scene": "coral_reef"}]},
        {"concepts": [{"kind": "symbol", "things": ["guitar", "hoverboard"]}]}, {"motifs": ["hoverboard"]}, {"mood": "vertigo"},
        {"concepts": [{"kind": "symbol", "style": "printed_place", "scene": "pier", "press": "risograph_gold"}]},
    ],
)  # fmt: skip
def test_so_does_one_whose_brief_does_and_others_are_drawn(visitor: Person, newer: dict[str, Any]) -> None:
    row = worked(tasks.write_brief, make_request(visitor, count=1, width=64, height=64))
    CoverRequest.objects.filter(pk=row.pk).update(brief={**(row.brief or {}), **newer})
    other = make_request(Person(visitor=row.pk), count=1, width=64, height=64)
    tasks.write_brief(str(other.pk))
    worked(tasks.draw_covers, row)
    other.refresh_from_db()
    assert (row.state, row.attempt, row.covers.count()) == (State.QUEUED, 0, 0)
    assert other.state == State.DONE


def test_a_new_field_that_says_nothing_holds_nothing_up(visitor: Person) -> None:
    row = worked(tasks.write_brief, make_request(visitor, count=1, width=64, height=64, wishes={"glow": ""}))
    CoverRequest.objects.filter(pk=row.pk).update(brief={**(row.brief or {}), "glow": [], "type_cap": 0.1})
    worked(tasks.draw_covers, row)
    assert row.state == State.DONE


def test_what_was_kept_of_earlier_ideas_is_looked_at_too(visitor: Person) -> None:
    row = make_request(visitor, count=1, width=64, height=64)
    tasks.write_brief(str(row.pk))
    earlier = {"concepts": [{"kind": "scene", "scene": "coral_reef"}], "styles": ["waterside"]}
    CoverRequest.objects.filter(pk=row.pk).update(
        avoided={"off": ["thing:dog"], "earlier": [earlier], "stands_on": [0]}
    )
    tasks.draw_covers(str(row.pk))
    row.refresh_from_db()
    assert (row.state, row.attempt, row.covers.count()) == (State.QUEUED, 0, 0)


def test_no_song_is_told_in_words_that_a_worker_of_this_release_leaves() -> None:
    writer = RulesWriter()
    briefs = [asdict(writer.write(one.song)) for one in examples()[::60]]
    assert {name for brief in briefs for name in Brief.unread(brief)} == set()


@pytest.mark.parametrize(
    "newer", [{"picture": {"glow": "soft"}}, {"picture": {"texture": "velvet"}}, {"mark": "middle"}]
)
def test_a_version_waits_and_its_page_opens(browser_of: Any, visitor: Person, newer: dict[str, Any]) -> None:
    cover = drawn_cover(visitor, width=64, height=64)
    version = studio.first_version(cover=cover)
    document = {**version.document, "mark": newer.get("mark", "")}
    row = CoverVersion.objects.create(
        cover=cover, parent=version, number=2, submission=cover.pk, document=document, picture=newer.get("picture", {})
    )
    worked(tasks.set_version, row)
    assert (row.state, row.attempt) == (State.QUEUED, 0)
    assert browser_of(visitor).get(cover.get_absolute_url()).status_code == 200


def test_a_store_file_waits_with_what_its_cover_is_drawn_from(visitor: Person) -> None:
    row = make_finished_request(visitor)
    CoverRequest.objects.filter(pk=row.pk).update(brief={**row.brief, "glow": "soft"})
    file = worked(tasks.make_release, ReleaseFile.objects.create(cover=row.covers.get()))
    assert (file.state, file.attempt) == (State.QUEUED, 0)


def test_where_no_newer_worker_comes_in_a_day_it_comes_to_an_end(visitor: Person) -> None:
    row = make_request(visitor, wishes={"glow": "soft"})
    age(row, created_at=timedelta(hours=25))
    worked(tasks.write_brief, row)
    assert row.stage == "draw"


def test_a_field_that_comes_new_is_empty_where_it_says_nothing() -> None:
    told = set()
    for kind in STORED:
        for field in fields(kind):
            default = field.default if field.default is not MISSING else None
            if default:
                told.add(f"{kind.__name__}.{field.name}")
    assert told == SAY_SOMETHING
