"""Weekly models into the world and out of it: who is drawn for with what, and what a change may never leave behind."""

from __future__ import annotations

import threading
import uuid
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from accounts.person import Person
from albumsite.media import storage
from covers import registry
from covers.models import CoverRequest, ModelVersion, Promotion, TrialAssignment
from covers.services.people import hand_over
from covers.services.requests import DrawOptions, request_covers, retry_request
from covers.weekly import rollout
from covers.weekly.rollout import Approval
from tests.covers.weekly.rollout_factories import make_better, make_candidate, make_evaluation, promoted
from tests.factories import make_adapter, make_member, make_model_version, make_song, state_of
from tests.personalize.factories import make_face, make_ready_face
from tests.waiting import at_once

pytestmark = pytest.mark.django_db
YES = Approval(reason="people like it")
NEXT = uuid.UUID(int=48)


def stranger(number: int) -> Person:
    """The same one in each run, so that the lots of a trial fall alike."""
    return Person(visitor=uuid.UUID(int=number + 1))


def asked_for(person: Person | None = None, engine: str = "pocket", **options: Any) -> CoverRequest:
    person = person or Person(visitor=uuid.uuid4())
    drawing = DrawOptions(engine=engine, **options)
    return request_covers(owner=person, song=make_song(), options=drawing, submission=uuid.uuid4())


def said_by(name: str, *arguments: str, capsys: Any) -> str:
    call_command(name, *arguments)
    return str(capsys.readouterr().out)


def active() -> list[str]:
    return list(ModelVersion.objects.filter(kind="adapter", state="active").values_list("key", flat=True))


# --- promotion ------------------------------------------------------------------------------------------------------


def test_a_promoted_model_draws_the_next_requests_of_its_base_and_no_others(capsys):
    version, earlier = make_better(), asked_for()
    assert "draws new requests; before: the base model" in said_by("promote_model", version.key, capsys=capsys)
    row = asked_for()
    assert (row.learned_version, [record["key"] for record in row.adapters]) == (version, [version.key])
    assert (asked_for(engine="poster").learned_version, asked_for(engine="poster").adapters) == (None, [])
    earlier.refresh_from_db()
    assert (earlier.learned_version, earlier.adapters) == (None, [])


def test_who_approved_it_and_what_was_found_is_kept(capsys):
    version = make_better()
    member = make_member("lead@example.com", is_staff=True)
    call_command("promote_model", version.key, "--by", "lead@example.com", "--reason", "reds are warmer")
    change = Promotion.objects.get()
    assert (change.version, change.before, change.by, change.reason) == (version, None, member, "reds are warmer")
    assert change.evaluation == version.evaluations.get()
    version.refresh_from_db()
    assert (version.approved_by, version.approved_at is not None) == (member, True)
    make_member("nobody@example.com")
    with pytest.raises(CommandError, match="no staff member"):
        call_command("promote_model", version.key, "--by", "nobody@example.com")


def test_promoting_twice_says_so_and_leaves_one_line(capsys):
    version = make_better()
    call_command("promote_model", version.key)
    assert "draws already" in said_by("promote_model", version.key, capsys=capsys)
    assert Promotion.objects.count() == 1


@pytest.mark.parametrize(
    ("verdict", "says"), [("", "has not been compared"), ("equal", "No clear difference"), ("worse", "Worse")]
)
def test_what_was_not_found_better_is_refused_unless_people_say_why(verdict, says):
    version = make_candidate()
    if verdict:
        make_evaluation(version, verdict)
    with pytest.raises(CommandError, match=says):
        call_command("promote_model", version.key)
    with pytest.raises(CommandError, match="Say why"):
        call_command("promote_model", version.key, "--force")
    assert (active(), Promotion.objects.count()) == ([], 0)
    call_command("promote_model", version.key, "--force", "--reason", "for the exhibition")
    assert active() == [version.key]
    assert Promotion.objects.get().figures["is_forced"]


def test_the_newest_comparison_counts_and_must_be_with_what_draws_now():
    first, second = make_better("first"), make_better("second")
    call_command("promote_model", "first")
    with pytest.raises(CommandError, match="compared with “the base model”, and “first” draws now"):
        call_command("promote_model", "second")
    make_evaluation(second, against=first)
    call_command("promote_model", "second")
    assert (active(), state_of(first)) == (["second"], "retired")


def test_a_damaged_file_never_draws():
    version = make_better()
    storage.delete_all(storage.private(), [version.source])
    storage.save_all(storage.private(), {version.source: b"something else"})
    with pytest.raises(CommandError, match="broken"):
        call_command("promote_model", version.key)
    assert (active(), state_of(version)) == ([], "broken")


def test_a_missing_file_is_no_reason_to_break_the_model():
    version = make_better()
    storage.delete_all(storage.private(), [version.source])
    with pytest.raises(CommandError, match="not verified"):
        call_command("promote_model", version.key)
    assert (active(), state_of(version)) == ([], "candidate")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"base_key": "gone-model"}, "does not draw here"),
        ({"allows_commercial_use": False}, "does not allow commercial use"),
        ({"state": "retired"}, "no candidate"),
    ],
)
def test_a_model_that_could_not_draw_is_refused(changes, says):
    version = make_better(**changes)
    with pytest.raises(CommandError, match=says):
        call_command("promote_model", version.key)
    assert active() == []


@pytest.mark.django_db(transaction=True)
def test_nobody_ever_sees_none_or_two_while_one_follows_the_other():
    first = make_better("first")
    rollout.promote(version=first, approval=YES)
    second = make_better("second", against=first)
    seen: list[list[str]] = []
    with transaction.atomic():
        rollout.promote(version=second, approval=YES)

        def look() -> None:
            seen.append(active())
            connection.close()

        looker = threading.Thread(target=look)
        looker.start()
        looker.join()
    assert (seen, active()) == ([["first"]], ["second"])


@pytest.mark.django_db(transaction=True)
def test_two_who_promote_at_once_leave_one_active_and_a_line_each():
    versions = [make_candidate("one"), make_candidate("two")]
    at_once(
        *[lambda version=version: rollout.promote(version=version, approval=YES, force=True) for version in versions]
    )
    assert len(active()) == 1
    assert sorted(Promotion.objects.values_list("version__key", flat=True)) == ["one", "two"]


def test_the_database_itself_refuses_a_second_promotion_of_the_same_model():
    version = make_candidate()
    Promotion.objects.create(change="promoted", version=version, reason="first")
    with pytest.raises(IntegrityError), transaction.atomic():
        Promotion.objects.create(change="promoted", version=version, reason="again")


# --- rollback ---------------------------------------------------------------------------------------------------------


def test_changes_are_logged_when_they_are_made_not_when_their_transaction_began():
    """Two that waited for each other would else stand in the log in the wrong order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        began_at = cursor.fetchone()[0]
    promoted = rollout.promote(version=make_better("pocket-2026-w47"), approval=YES).change
    rolled_back = rollout.roll_back(approval=YES).change
    assert began_at < promoted.created_at < rolled_back.created_at


def test_a_rollback_brings_back_what_drew_before_and_twice_is_once(capsys):
    first = promoted("first")
    second = promoted("second", first)
    assert "first draws new requests; before: second" in said_by("rollback_model", capsys=capsys)
    assert (active(), state_of(second), asked_for().learned_version) == (["first"], "retired", first)
    assert "nothing to do: first draws" in said_by("rollback_model", capsys=capsys)
    assert list(Promotion.objects.order_by("created_at").values_list("change", flat=True)) == [
        "promoted", "promoted", "rolled-back",
    ]  # fmt: skip


def test_a_rollback_goes_further_back_or_forth_by_name(capsys):
    first = promoted("first")
    promoted("second", first)
    call_command("rollback_model", "--to", "base", "--reason", "both too red")
    assert (active(), asked_for().adapters) == ([], [])
    call_command("rollback_model", "--to", "second")
    assert active() == ["second"]
    assert "nothing to do" in said_by("rollback_model", "--to", "second", capsys=capsys)
    make_candidate("third")
    with pytest.raises(CommandError, match="never drawn"):
        call_command("rollback_model", "--to", "third")


def test_without_a_promotion_there_is_nothing_to_go_back_from():
    with pytest.raises(CommandError, match="nothing to go back from"):
        call_command("rollback_model")


def test_what_broke_is_not_gone_back_to():
    first = promoted("first")
    promoted("second", first)
    ModelVersion.objects.filter(pk=first.pk).update(state="broken", reason="cut off")
    with pytest.raises(CommandError, match="cannot draw again"):
        call_command("rollback_model")
    assert active() == ["second"]
    registry.verify_model(version=first)  # it was mended
    assert state_of(first) == "retired"
    call_command("rollback_model")
    assert active() == ["first"]


# --- beside the operator's own models ---------------------------------------------------------------------------------


def test_an_operators_style_rests_under_a_weekly_model_and_comes_back_with_a_rollback():
    registry.activate_model(version=make_model_version("full-size"))
    style = registry.activate_adapter(version=make_adapter("style"))
    assert [record["key"] for record in asked_for(engine="full-size").adapters] == ["style"]
    promoted("weekly")
    assert (active(), state_of(style)) == (["weekly"], "verified")
    assert asked_for(engine="full-size").adapters == []  # made for pocket: it fits nothing else, whatever its width
    with pytest.raises(registry.BadModel, match="Roll it back to the base model first"):
        registry.activate_adapter(version=style)
    call_command("rollback_model")
    assert (active(), asked_for(engine="full-size").learned_version) == (["style"], None)


def test_a_weekly_model_that_draws_is_not_switched_off_by_the_way():
    version = promoted("weekly")
    for service in (registry.deactivate, registry.retire_model):
        with pytest.raises(registry.BadModel, match="Roll it back instead"):
            service(version=version)
    assert active() == ["weekly"]


def test_a_face_is_drawn_without_the_weekly_model_and_a_retry_keeps_the_face():
    member = make_member()
    face = make_ready_face(member, photos=0)
    promoted("weekly")
    row = asked_for(Person(user=member), engine="", face=face)
    assert (row.learned_version, [record["key"] for record in row.adapters]) == (None, [f"face:{face.pk}"])
    CoverRequest.objects.filter(pk=row.pk).update(
        state="failed", failure="engine:adapter-missing", finished_at="2026-01-01T00:00Z"
    )
    retry_request(request=row)
    row.refresh_from_db()
    assert [record["key"] for record in row.adapters] == [f"face:{face.pk}"]


# --- trials -----------------------------------------------------------------------------------------------------------


def test_a_share_of_people_is_drawn_for_with_the_candidate_and_both_sides_say_so(capsys):
    current = promoted("current")
    version = make_candidate("next", id=NEXT)
    assert "next is on trial, for 50 % of people" in said_by("try_model", "next", "--percent", "50", capsys=capsys)
    rows = [asked_for(stranger(number)) for number in range(16)]
    tried = [row for row in rows if row.learned_version == version]
    assert {row.trial for row in rows} == {version}
    assert {row.learned_version for row in rows} == {version, current}
    assert {record["key"] for row in tried for record in row.adapters} == {"next"}
    assert asked_for(engine="poster").trial is None


def test_a_person_stays_on_their_side_from_request_to_request_and_through_signing_in():
    make_candidate("next", id=NEXT)
    call_command("try_model", "next", "--percent", "50")
    people = [stranger(number) for number in range(8)]
    first = [asked_for(person).learned_version for person in people]
    assert len(set(first)) == 2
    assert [asked_for(person).learned_version for person in people] == first
    for person, before in zip(people, first, strict=True):
        member = Person(user=make_member())
        hand_over(visitor=person, member=member)
        assert asked_for(member).learned_version == before
    assert TrialAssignment.objects.filter(owner=None).count() == 0


def test_who_was_a_member_on_a_side_before_keeps_that_side():
    make_candidate("next", id=NEXT)
    call_command("try_model", "next", "--percent", "50")
    member, visitor = Person(user=make_member()), Person(visitor=uuid.uuid4())
    side = asked_for(member).learned_version
    while asked_for(visitor).learned_version == side:
        visitor = Person(visitor=uuid.uuid4())
    hand_over(visitor=visitor, member=member)
    assert asked_for(member).learned_version == side


def test_the_share_is_of_people_and_the_side_does_not_depend_on_who_came_first(django_assert_max_num_queries):
    version = make_candidate("next", id=NEXT, state="trial", trial_percent=20)
    people = [stranger(number) for number in range(60)]
    sides = {person.visitor: registry.side_of(person, "pocket").is_tried for person in people}  # type: ignore[union-attr]
    assert 6 <= sum(sides.values()) <= 20
    TrialAssignment.objects.all().delete()
    again = {person.visitor: registry.side_of(person, "pocket").is_tried for person in reversed(people[:20])}  # type: ignore[union-attr]
    assert all(sides[visitor] == side for visitor, side in again.items())
    with django_assert_max_num_queries(2):
        assert registry.side_of(people[0], "pocket").version == version  # type: ignore[union-attr]


def test_a_face_is_no_part_of_a_trial():
    make_candidate("next", id=NEXT)
    call_command("try_model", "next", "--percent", "99")
    member = make_member()
    face = make_face(member, photos=1)
    row = asked_for(Person(user=member), engine="", face=face)
    assert (row.trial, row.learned_version, TrialAssignment.objects.count()) == (None, None, 0)


def test_a_trial_ends_and_requests_in_flight_keep_what_they_were_made_with(capsys):
    version = make_candidate("next", id=NEXT)
    call_command("try_model", "next", "--percent", "99")
    row = asked_for(stranger(1))
    assert "on trial already, for 99 %" in said_by("try_model", "next", "--percent", "10", capsys=capsys)
    assert "trial of next ended" in said_by("try_model", "next", "--end", capsys=capsys)
    assert "had ended already" in said_by("try_model", "next", "--end", capsys=capsys)
    assert (state_of(version), asked_for().trial, asked_for().adapters) == ("candidate", None, [])
    row.refresh_from_db()
    assert (row.trial, row.learned_version, row.adapters[0]["key"]) == (version, version, "next")
    assert list(Promotion.objects.order_by("created_at").values_list("change", flat=True)) == ["trial", "trial-ended"]


def test_one_trial_at_a_time_and_none_of_what_was_found_worse():
    make_candidate("next", id=NEXT)
    call_command("try_model", "next")
    with pytest.raises(CommandError, match="“next” is on trial"):
        call_command("try_model", make_candidate("other").key)
    call_command("try_model", "next", "--end")
    worse = make_candidate("worse")
    make_evaluation(worse, "worse")
    with pytest.raises(CommandError, match="found worse"):
        call_command("try_model", "worse")
    with pytest.raises(CommandError, match="1 to 99"):
        call_command("try_model", "next", "--percent", "100")
    with pytest.raises(registry.BadModel, match="End the trial first"):
        call_command("try_model", "next")
        registry.retire_model(version=ModelVersion.objects.get(key="next"))


def test_what_is_on_trial_is_promoted_and_a_trial_against_what_went_is_over():
    version, other = make_better("next"), make_better("other")
    call_command("try_model", "next")
    call_command("promote_model", "next")
    assert (state_of(version), version.trial_percent) == ("active", None)
    call_command("try_model", "other")
    call_command("rollback_model")  # what "other" was compared with is gone
    assert (active(), state_of(other)) == ([], "candidate")
    assert [change.change for change in Promotion.objects.order_by("created_at")] == [
        "trial", "promoted", "trial", "trial-ended", "rolled-back",
    ]  # fmt: skip
