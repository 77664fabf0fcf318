"""A copy of a whole site, and the site out of it again: every row, every file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.person import Person
from albumsite.media import storage
from covers import tasks
from covers.models import Cover, CoverRequest, Review, Withdrawal
from covers.object_keys import master_key
from personalize.object_keys import face_prefix
from tests.covers.own_pictures import make_picture
from tests.factories import make_finished_request, make_member, make_review
from tests.personalize.factories import make_ready_face

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def filled() -> Person:
    """A member with covers, one of them on the wall, a review and a face."""
    face = make_ready_face()
    person = Person(user=face.owner)
    for title in ("한강의 밤", "Fighting"):
        make_finished_request(person, count=2, title=title)
    make_review(Cover.objects.filter(request__title="한강의 밤")[0], person, publish=True)
    make_picture(person)
    storage.save_all(storage.private(), {face_prefix(face.pk) + "adapter.safetensors": b"x" * 3_000_000})
    return person


def rows() -> dict[str, list[Any]]:
    """Everything in the database, as text."""
    with connection.cursor() as cursor:
        found = {}
        for name in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{name}" AS t ORDER BY 1')  # noqa: S608  our own tables
            found[name] = cursor.fetchall()
        return found


def files() -> dict[str, bytes]:
    buckets = {"private": storage.private(), "public": storage.public()}
    return {
        f"{name}/{one.key}": storage.read(bucket, one.key)
        for name, bucket in buckets.items()
        for one in storage.listed(bucket)
    }


def lose_everything() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    for bucket in (storage.private(), storage.public()):
        for one in list(storage.listed(bucket)):
            bucket.delete(one.key)


@pytest.fixture
def _tables_again(django_db_blocker: Any) -> Iterator[None]:
    """Whatever happened to them here, the next test finds them."""
    yield
    call_command("migrate", verbosity=0)


@pytest.mark.usefixtures("_tables_again")
def test_a_lost_site_comes_back_whole(filled: Person, tmp_path: Path) -> None:
    before = rows(), files()
    assert len(before[1]) > 20
    call_command("backup", to=str(tmp_path / "copies"))
    lose_everything()
    call_command("restore", source=str(tmp_path / "copies"))
    assert (rows(), files()) == before


@pytest.mark.slow
@pytest.mark.usefixtures("_tables_again", "on_s3")
def test_a_copy_in_a_bucket_brings_a_site_on_s3_back(filled: Person, s3_server: Any) -> None:
    bucket = storage.private().connection.create_bucket(Bucket="copies")  # type: ignore[attr-defined]
    before = rows(), files()
    call_command("backup", to="s3://copies/nightly")
    lose_everything()
    assert files() == {}
    call_command("restore", source="s3://copies/nightly")
    assert (rows(), files()) == before
    assert {one.key.split("/")[0] for one in bucket.objects.all()} == {"nightly"}


def test_the_second_copy_takes_only_what_is_new_and_old_ones_go_with_what_only_they_had(
    filled: Person, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copies = tmp_path / "copies"
    call_command("backup", to=str(copies))
    gone = Cover.objects.filter(request__title="Fighting")[0]
    lost = copies / "objects" / "private" / master_key(gone.storage_prefix)
    assert lost.exists()
    CoverRequest.objects.get(title="Fighting").delete()
    for row in Withdrawal.objects.filter(with_originals=True):
        tasks.withdraw(str(row.pk))
    make_finished_request(filled, title="New")
    capsys.readouterr()
    call_command("backup", to=str(copies), keep=1)
    new = len(list(storage.listed(storage.private(), f"covers/{CoverRequest.objects.get(title='New').pk}")))
    assert f"{new} of them new" in capsys.readouterr().out
    assert not lost.exists()
    assert len([path for path in copies.iterdir() if path.name != "objects"]) == 1


def test_two_at_once_do_not_meet(filled: Person, tmp_path: Path) -> None:
    from albumsite.management.commands.backup import only_one

    with only_one(), pytest.raises(CommandError, match="Another copy"):
        call_command("backup", to=str(tmp_path / "copies"))


def test_it_does_not_overwrite_a_site_unasked(filled: Person, tmp_path: Path) -> None:
    call_command("backup", to=str(tmp_path / "copies"))
    before = rows()
    with pytest.raises(CommandError, match="--replace"):
        call_command("restore", source=str(tmp_path / "copies"))
    assert rows() == before


@pytest.mark.usefixtures("_tables_again")
def test_replace_brings_the_old_site_and_nothing_of_the_new(filled: Person, tmp_path: Path) -> None:
    call_command("backup", to=str(tmp_path / "copies"))
    before = rows()
    make_member("later@example.com")
    Review.objects.all().delete()
    call_command("restore", source=str(tmp_path / "copies"), replace=True)
    assert rows() == before


@pytest.mark.parametrize("harm", ["a file cut short", "a file gone", "the database cut short", "the list changed"])
def test_a_damaged_copy_changes_nothing(harm: str, filled: Person, tmp_path: Path) -> None:
    copies = tmp_path / "copies"
    call_command("backup", to=str(copies))
    (folder,) = (path for path in copies.iterdir() if path.name != "objects")
    some = next(path for path in sorted((copies / "objects").rglob("master.png")))
    if harm == "a file gone":
        some.unlink()
    else:
        path = {"a file cut short": some, "the database cut short": folder / "database.dump"}.get(
            harm, folder / "files.jsonl.gz"
        )
        path.write_bytes(path.read_bytes()[:-7])
    before = rows(), files()
    with pytest.raises(CommandError, match=r"(damaged|missing)"):
        call_command("restore", source=str(copies), replace=True)
    assert (rows(), files()) == before


def test_a_copy_that_was_cut_off_is_none(filled: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copies = tmp_path / "copies"
    usual, saved = storage.private().__class__.open, []

    def away(self: Any, name: str, mode: str = "rb") -> Any:
        saved.append(name)
        if len(saved) > 5:
            raise OSError("the disk is gone")
        return usual(self, name, mode)

    with monkeypatch.context() as patch:
        patch.setattr(storage.private().__class__, "open", away)
        with pytest.raises(CommandError, match="No copy was made"):
            call_command("backup", to=str(copies))
    with pytest.raises(CommandError, match="no whole copy"):
        call_command("restore", source=str(copies), replace=True)
    call_command("backup", to=str(copies))  # goes on


def test_a_place_that_makes_no_sense_is_named(tmp_path: Path) -> None:
    for to, said in {"s3://copies/x": "AWS_", "ftp://host/x": "neither a folder nor s3://"}.items():
        with pytest.raises(CommandError, match=said):
            call_command("backup", to=to)
