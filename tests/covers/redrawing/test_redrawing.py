"""The picture of a cover is drawn anew by the model that drew it: asked for, and drawn by a worker."""

from __future__ import annotations

import io
import uuid
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from django.db.models.functions import Now
from django.urls import reverse
from django_rq import get_queue
from PIL import Image

from accounts.person import Person
from albumsite.errors import UserFacingError
from albumsite.jobs.states import State
from albumsite.media import storage
from covers import errors, tasks
from covers.datasets.consents import give_consent, statement
from covers.datasets.selection import learnable_covers
from covers.edits.own_words import OwnWords
from covers.edits.picture_edit import PictureEdit
from covers.keeping import named_covers
from covers.masks.reading import MaskEmpty, MaskUnreadable
from covers.models import CoverVersion, Refusal, VersionDrawing, Withdrawal
from covers.object_keys import art_key, mask_key
from covers.services import redrawing, studio
from covers.services.redrawing import DrawingWish
from covers.services.withdrawals import work as withdraw
from covers.writing import alt
from tests.covers.redrawing.small_redrawing import EDIT, SIDE, ask, brushed, drawn, picture, work
from tests.factories import make_briefed_request, make_member
from tests.working import worked

pytestmark = pytest.mark.django_db(transaction=True)


# --- drawn --------------------------------------------------------------------------------------------------------------


def test_a_brushed_part_becomes_a_new_version_and_all_else_stays(cover, visitor):
    version = ask(cover, visitor, "brushed", brushed())
    assert (version.state, version.stage, version.number, version.parent.number) == (State.QUEUED, "draw", 2, 1)
    assert [job.args[0] for job in get_queue("draw").jobs][-1] == str(version.pk)
    assert work(version).state == State.DONE
    before, after = picture(cover, None), picture(cover, version.drawing)
    inside = np.zeros((SIDE, SIDE), bool)
    inside[0:40, 16:48] = True
    assert (after[~inside] == before[~inside]).all()
    assert (after[inside] != before[inside]).any()
    cover.refresh_from_db()
    assert version.is_shown
    assert cover.storage_prefix == version.storage_prefix
    assert version.changes == ["drawn:brushed", "drawn:prompt"]


def test_the_recipe_on_the_rows_gives_the_same_pixels_again(cover, visitor, engine):
    version = work(ask(cover, visitor, "brushed", brushed()))
    first = picture(cover, version.drawing)
    VersionDrawing.objects.update(art_prefix="")
    CoverVersion.objects.filter(pk=version.pk).update(
        stage="draw", state=State.QUEUED, is_shown=False, finished_at=None
    )
    sha256 = version.drawing.art_sha256
    version = work(CoverVersion.objects.get(pk=version.pk))
    assert (picture(cover, version.drawing) == first).all()
    assert version.drawing.art_sha256 == sha256


def test_what_comes_after_starts_from_it_also_when_another_one_is_shown(cover, visitor):
    second = work(ask(cover, visitor))
    studio.show_version(cover=cover, version=cover.versions.get(number=1))
    third = work(ask(cover, visitor, "lower_third", parent=second.pk))
    top = slice(0, SIDE * 2 // 3)
    assert (picture(cover, third.drawing)[top] == picture(cover, second.drawing)[top]).all()
    assert (picture(cover, third.drawing) != picture(cover, second.drawing)).any()
    assert third.drawing.base == second.drawing


def test_type_that_is_changed_later_stays_on_the_picture_of_its_parent(cover, visitor):
    second = work(ask(cover, visitor))
    studio.show_version(cover=cover, version=cover.versions.get(number=1))
    document = second.parsed_document()
    line = replace(document.lines[0], text="Other Words", is_on=True)
    third = studio.save_version(
        cover=cover,
        person=visitor,
        document=document.with_line(line),
        edit=PictureEdit(),
        is_of_site=False,
        parent=second.pk,
        submission=uuid.uuid4(),
    )
    worked(tasks.set_version, third)
    art = Image.open(io.BytesIO(storage.read(storage.private(), art_key(third.storage_prefix))))
    assert (np.asarray(art) == picture(cover, second.drawing)).all()


@pytest.mark.parametrize("part", ["sky", "background", "lower_third"])
def test_ready_parts_are_drawn_without_any_brush(cover, visitor, part):
    version = work(ask(cover, visitor, part))
    assert version.state == State.DONE
    assert version.changes[0] == f"drawn:{part}"


def test_all_white_is_the_whole_picture(cover, visitor):
    version = ask(cover, visitor, "brushed", brushed((0, 0, SIDE, SIDE)))
    assert (version.drawing.mask_prefix, version.changes[0]) == ("", "drawn:whole")
    assert work(version).state == State.DONE


def test_those_who_wait_for_the_same_model_share_the_call(cover, tiny_sdxl, visitor, monkeypatch, engine):
    other = drawn(visitor, tiny_sdxl, seed=99)
    first, second = ask(cover, visitor), ask(other, visitor)
    calls: list[int] = []
    draw = engine.draw

    def counted(specs: Any, on_step: Any) -> Any:
        calls.append(len(specs))
        return draw(specs, on_step)

    monkeypatch.setattr(engine, "draw", counted)
    tasks.draw_version(str(first.pk))
    tasks.draw_version(str(second.pk))
    assert calls == [2]
    assert set(CoverVersion.objects.filter(pk__in=[first.pk, second.pk]).values_list("stage", flat=True)) == {"set"}


def test_a_cover_that_shows_another_picture_than_its_prompt_says_is_not_learnt_from(engine, tiny_sdxl):
    member = make_member()
    give_consent(owner=member, language="en", text_sha256=statement("en").sha256)
    owner = Person(user=member)
    cover = drawn(owner, tiny_sdxl)
    assert learnable_covers().filter(pk=cover.pk).exists()
    work(ask(cover, owner))
    assert not learnable_covers().filter(pk=cover.pk).exists()
    studio.show_version(cover=cover, version=cover.versions.get(number=1))
    assert learnable_covers().filter(pk=cover.pk).exists()


# --- words, masks, bounds -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mask", "error"),
    [
        (brushed(None), MaskEmpty),
        (b"", MaskEmpty),
        (b"GIF89a", MaskUnreadable),
        (brushed()[:60], MaskUnreadable),
        (brushed(side=2100), MaskUnreadable),
        (b"\x89PNG\r\n\x1a\n" + bytes(3 << 20), MaskUnreadable),
    ],
    ids=["black", "none", "gif", "cut off", "too many pixels", "too many bytes"],
)
def test_a_mask_that_marks_nothing_or_is_none_is_said_and_nothing_is_kept(cover, visitor, mask, error):
    with pytest.raises(error):
        ask(cover, visitor, "brushed", mask)
    assert not VersionDrawing.objects.exists()
    assert not cover.versions.filter(stage="draw").exists()


def test_words_that_are_not_drawn_are_refused_and_counted(cover, visitor):
    with pytest.raises(errors.PromptUnfit):
        ask(cover, visitor, prompt="a nude schoolgirl")
    assert Refusal.objects.get().field == "prompt"
    version = ask(cover, visitor, prompt="Taylor Swift in the rain")
    assert "Taylor" not in version.drawing.edit["prompt"]


def test_words_that_became_unfit_meanwhile_are_not_drawn(cover, visitor):
    version = ask(cover, visitor)
    VersionDrawing.objects.update(edit=replace(version.drawing.parsed_edit(), prompt="a nude schoolgirl").as_json())
    worked(tasks.draw_version, version)
    assert (version.state, version.failure) == (State.FAILED, "safety:prompt-unfit")


def test_poster_covers_are_not_drawn_anew(visitor):
    row = make_briefed_request(visitor, count=1)
    tasks.draw_covers(str(row.pk))
    with pytest.raises(errors.NotDrawnAnew):
        ask(row.covers.get(), visitor)


def test_one_at_a_time_of_a_cover_and_sent_twice_is_one(cover, visitor):
    submission = uuid.uuid4()
    wish = DrawingWish(EDIT)
    rows = {
        redrawing.draw_version(cover=cover, person=visitor, wish=wish, parent=None, submission=submission) for _ in "ab"
    }
    assert len(rows) == 1
    with pytest.raises(errors.AlreadyDrawingAnew):
        ask(cover, visitor)
    assert cover.versions.count() == 2


def test_it_takes_a_place_in_its_makers_queue_and_in_the_list_of_versions(cover, visitor, settings, monkeypatch):
    settings.REQUESTS_WAITING_PER_PERSON = 1
    waiting = make_briefed_request(visitor)
    with pytest.raises(errors.TooManyWaiting):
        ask(cover, visitor)
    waiting.delete()
    monkeypatch.setattr(studio, "VERSIONS_MAX", 1)
    with pytest.raises(errors.TooManyVersions):
        ask(cover, visitor)
    assert not VersionDrawing.objects.exists()


def test_a_version_that_was_deleted_meanwhile_is_said_and_one_that_is_started_from_is_kept(cover, visitor):
    second = work(ask(cover, visitor))
    studio.show_version(cover=cover, version=cover.versions.get(number=1))
    third = ask(cover, visitor, parent=second.pk)
    studio.delete_version(cover=cover, version=second)
    assert work(third).state == State.DONE, "its picture is there as long as something starts from it"
    with pytest.raises(errors.BaseVersionGone):
        ask(cover, visitor, parent=second.pk)


# --- files --------------------------------------------------------------------------------------------------------------


def test_its_files_are_named_while_it_is_there_and_go_with_it(cover, visitor):
    version = work(ask(cover, visitor, "brushed", brushed()))
    keys = [mask_key(version.drawing.mask_prefix), art_key(version.drawing.art_prefix)]
    assert named_covers("private", keys) >= set(keys)
    studio.show_version(cover=cover, version=cover.versions.get(number=1))
    studio.delete_version(cover=cover, version=version)
    assert not VersionDrawing.objects.exists()
    for row in Withdrawal.objects.all():
        withdraw(str(row.pk))
    assert not any(storage.exists(storage.private(), key) for key in keys)
    assert not named_covers("private", keys) & set(keys)


def test_they_go_with_the_request_as_well(cover, visitor):
    first = work(ask(cover, visitor, "brushed", brushed()))
    second = work(ask(cover, visitor, parent=first.pk))
    keys = [
        mask_key(first.drawing.mask_prefix), art_key(first.drawing.art_prefix), art_key(second.drawing.art_prefix)
    ]  # fmt: skip
    cover.request.delete()
    for row in Withdrawal.objects.all():
        withdraw(str(row.pk))
    assert not any(storage.exists(storage.private(), key) for key in keys)


def test_every_refusal_says_what_to_do():
    for error in (
        errors.PromptUnfit,
        errors.BaseVersionGone,
        errors.AlreadyDrawingAnew,
        errors.NotDrawnAnew,
        MaskEmpty,
    ):
        assert issubclass(error, UserFacingError)
        assert str(error())


def test_the_studio_shows_the_picture_of_the_version_that_is_opened(cover, visitor, browser_of):
    version = work(ask(cover, visitor))
    browser = browser_of(visitor)
    looked = [
        browser.get(reverse("covers:studio", args=[cover.pk]), {"version": row.pk}).content.decode()
        for row in cover.versions.order_by("number")
    ]
    assert str(version.pk) in looked[1]
    assert "Drawn anew: the whole picture" in looked[1] or "새로 그림" in looked[1]


def test_type_is_not_set_on_a_picture_that_is_not_there_yet(cover, visitor):
    second = ask(cover, visitor)
    document = second.parsed_document()
    line = replace(document.lines[0], text="Other Words", is_on=True)
    wish = {"document": document.with_line(line), "edit": PictureEdit(), "is_of_site": False, "parent": second.pk}
    with pytest.raises(errors.BaseStillDrawn):
        studio.save_version(cover=cover, person=visitor, submission=uuid.uuid4(), **wish)
    work(second)
    third = studio.save_version(cover=cover, person=visitor, submission=uuid.uuid4(), **wish)
    assert third.drawing == second.drawing


def test_going_back_to_a_drawing_that_failed_draws_nothing_past_the_gate(cover, visitor):
    version = ask(cover, visitor)
    CoverVersion.objects.filter(pk=version.pk).update(state=State.FAILED, failure="engine:died", finished_at=Now())
    studio.show_version(cover=cover, version=version)
    version.refresh_from_db()
    assert version.state == State.FAILED


# --- words --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["clothes", "Clothing, text", "c.l.o.t.h.e.s", "옷", "a naked schoolgirl having sex"])
def test_words_to_leave_out_are_looked_at_as_others_are(cover, visitor, words):
    with pytest.raises(errors.PromptUnfit):
        ask(cover, visitor, negative_prompt=words)
    assert not cover.versions.exists()


def test_words_to_leave_out_may_name_what_is_unfit_and_lose_names(cover, visitor):
    version = ask(cover, visitor, negative_prompt="nudity, blood, Taylor Swift, text")
    kept = version.drawing.parsed_edit().negative_prompt
    assert "nudity, blood" in kept
    assert "Swift" not in kept


def test_what_a_redrawn_picture_shows_is_said_with_its_new_words(cover, visitor):
    first = cover.alt_text
    version = work(ask(cover, visitor, prompt="blue rain over a tin roof."))
    cover.refresh_from_db()
    assert cover.alt_text == f"blue rain over a tin roof, cover for ‘{cover.title}’ by {cover.artist}"
    assert cover.alt_text_ko == f"비, 집을 담아 새로 그린 이미지, {cover.artist}의 ‘{cover.title}’ 커버"
    studio.show_version(cover=cover, version=cover.versions.get(number=1))
    cover.refresh_from_db()
    assert cover.alt_text == first
    same = redrawing.words_of(cover=cover, drawing=None)
    again = work(ask(cover, visitor, prompt=same, parent=cover.versions.get(number=1).pk))
    assert again.alt_text == first, "the same words, another picture"
    assert version.alt_text != first


@pytest.mark.parametrize(
    ("words", "english", "korean"),
    [
        ("눈 덮인 등대와 배", "A picture drawn anew, with a snowflake and a lighthouse", "눈 덮인 등대와 배"),
        ("glossy shapes", "glossy shapes", "새로 그린 이미지"),
        ("a cat on a red chair, no dogs", "a cat on a red chair, no dogs", "고양이, 의자를 담아 새로 그린 이미지"),
    ],
)
def test_alternative_text_of_a_redrawn_picture_speaks_one_language(words, english, korean):
    assert alt.of_prompt(words, "Tin", "Kay", "en") == f"{english}, cover for ‘Tin’ by Kay"
    assert alt.of_prompt(words, "Tin", "Kay", "ko") == f"{korean}, Kay의 ‘Tin’ 커버"


def test_own_words_about_a_picture_go_with_it_and_not_with_another(cover, visitor):
    document = studio.first_document(cover=cover)
    said = studio.save_version(
        cover=cover, person=visitor, document=document, edit=PictureEdit(), is_of_site=True, parent=None,
        submission=uuid.uuid4(), words=OwnWords("A tin roof", "It rained"),
    )  # fmt: skip
    tasks.set_version(str(said.pk))
    same = redrawing.words_of(cover=cover, drawing=None)
    part = work(ask(cover, visitor, prompt=same, parent=said.pk))
    assert part.alt_text.startswith("A tin roof, cover for")
    other = work(ask(cover, visitor, prompt="a red boat", parent=said.pk))
    assert other.own_words == ""
    assert other.alt_text.startswith("a red boat, cover for")
