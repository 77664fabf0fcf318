"""Freezing a set and opening it again; what is left out, and what the database itself refuses."""

from __future__ import annotations

import hashlib
import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from albumsite.media import storage
from covers.datasets import open_dataset
from covers.models import Album, Cover, CoverRequest, Dataset, DatasetItem, TrainingConsent
from covers.object_keys import art_key, master_key
from tests.covers.datasets.dataset_factories import (
    make_album,
    make_drawn_request,
    make_good_cover,
    make_set,
    picture_of,
    pk_that_is,
    rated_pair,
)
from tests.covers.learning_factories import make_willing_member

pytestmark = pytest.mark.django_db


def manifest_of(dataset: Dataset) -> dict[str, Any]:
    content = storage.read(storage.private(), dataset.manifest_key)
    assert hashlib.sha256(content).hexdigest() == dataset.manifest_sha256
    return json.loads(content)


def replace_file(cover: Cover, content: bytes | None) -> None:
    key = master_key(cover.storage_prefix)
    storage.delete_all(storage.private(), [key])
    if content is not None:
        storage.save_all(storage.private(), {key: content})


def test_the_manifest_says_every_picture_and_how_it_was_chosen():
    request, held_out, album = rated_pair(), make_good_cover(held_out=True), make_album()
    make_good_cover()
    dataset = make_set(seed=3)
    said = manifest_of(dataset)
    assert (said["week"], said["base_key"], said["seed"]) == (dataset.week, "sdxl", 3)
    assert said["query"]["half_stars_min"] == 6
    assert said["query"] == dataset.query
    assert said["counts"] == dataset.counts
    assert dataset.counts == {
        "train": 3, "held_out": 1, "pairs": 1, "held_out_pairs": 0, "train_new": 2, "train_replay": 0, "train_album": 1,
    }  # fmt: skip
    liked, disliked = request.covers.order_by("position")
    entry = next(one for one in said["images"] if one["source_pk"] == str(liked.pk))
    assert entry["sha256"] == hashlib.sha256(picture_of(liked.pk)).hexdigest()
    assert (entry["caption"], entry["half_stars"], entry["is_held_out"]) == (
        "a red cat on a blue ground, 0",
        9.0,
        False,
    )
    assert (entry["width"], entry["height"], entry["extension"]) == (16, 16, "png")
    assert next(one for one in said["images"] if one["source_pk"] == str(held_out.pk))["is_held_out"]
    assert next(one for one in said["images"] if one["source"] == "album")["sha256"] == album.sha256
    assert [one["source_pk"] for one in said["images"]] == sorted(one["source_pk"] for one in said["images"])
    (pair,) = said["pairs"]
    assert (pair["chosen"]["source_pk"], pair["rejected"]["source_pk"]) == (str(liked.pk), str(disliked.pk))
    assert "@" not in json.dumps(said)  # nobody's address
    rows = set(dataset.items.values_list("source_pk", "role", "is_held_out", "owner"))
    assert (liked.pk, "train", False, request.owner_id) in rows
    assert (held_out.pk, "held-out", True, held_out.request.owner_id) in rows
    assert (disliked.pk, "rejected", False, request.owner_id) in rows
    assert (album.pk, "train", False, None) in rows


def test_the_same_state_gives_the_same_set():
    rated_pair()
    first = make_set()
    items = list(first.items.order_by("pk").values())
    assert make_set() == first
    assert list(DatasetItem.objects.order_by("pk").values()) == items
    assert make_set(seed=2) != first


def test_a_run_killed_before_its_rows_is_made_up_for(monkeypatch):
    make_good_cover()
    save_all = storage.save_all

    def save_and_die(*args: Any) -> None:
        save_all(*args)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(storage, "save_all", save_and_die)
        with pytest.raises(KeyboardInterrupt):
            make_set()
    assert not Dataset.objects.exists()
    dataset = make_set()
    assert dataset.items.count() == 1
    assert storage.names_below(storage.private(), "learning/datasets") == [f"{dataset.manifest_sha256}.json"]


def test_a_consent_withdrawn_while_the_set_is_made_counts(monkeypatch):
    stays, goes = make_good_cover(), make_good_cover()
    save_all, seen = storage.save_all, []

    def save_and_withdraw(*args: Any) -> None:
        save_all(*args)
        if not seen:
            TrainingConsent.objects.filter(owner=goes.request.owner).update(withdrawn_at=timezone.now())
        seen.append(args)

    monkeypatch.setattr(storage, "save_all", save_and_withdraw)
    dataset = make_set()
    assert [item.source_pk for item in dataset.items.all()] == [stays.pk]
    assert storage.names_below(storage.private(), "learning/datasets") == [f"{dataset.manifest_sha256}.json"]


def test_letters_are_never_learnt():
    lettered, without_art = make_good_cover(), make_good_cover()
    Cover.objects.filter(pk__in=[lettered.pk, without_art.pk]).update(layout={"title": {}})
    art = picture_of(uuid.uuid4())
    storage.save_all(storage.private(), {art_key(lettered.storage_prefix): art})
    dataset = make_set()
    assert dataset.items.get().sha256 == hashlib.sha256(art).hexdigest()
    assert dataset.counts["left_out_missing"] == 1


def test_missing_and_broken_files_are_counted_and_left_out():
    request = rated_pair()
    gone, cut, text, kept = (make_good_cover(request.owner) for _ in range(4))
    replace_file(gone, None)
    replace_file(cut, picture_of(cut.pk)[:-20])
    replace_file(text, b"not a picture")
    replace_file(request.covers.get(position=1), None)
    altered = make_album()
    storage.save_all(storage.private(), {altered.storage_key: picture_of(uuid.uuid4())})
    dataset = make_set()
    counts = {name: count for name, count in dataset.counts.items() if name.startswith("left_out")}
    assert counts == {"left_out_missing": 1, "left_out_corrupt": 3, "left_out_pairs_faulty": 1}
    assert set(dataset.items.values_list("source_pk", flat=True)) == {kept.pk, request.covers.get(position=0).pk}


def test_twins_are_learnt_once_and_never_when_one_is_held_out():
    twins = [make_good_cover(), make_good_cover()]
    held_out, its_twin = make_good_cover(held_out=True), make_good_cover()
    replace_file(twins[1], picture_of(twins[0].pk))
    replace_file(its_twin, picture_of(held_out.pk))
    dataset = make_set()
    assert (dataset.counts["train"], dataset.counts["held_out"], dataset.counts["left_out_twin"]) == (1, 1, 2)
    assert dataset.items.get(is_held_out=True).source_pk == held_out.pk


def test_a_twin_of_what_an_earlier_week_held_out_is_not_learnt():
    held_out = make_good_cover(held_out=True)
    Dataset.objects.filter(pk=make_set().pk).update(week="2020-W01")
    twin = rated_pair(owner=held_out.request.owner).covers.get(position=0)
    replace_file(twin, picture_of(held_out.pk))
    CoverRequest.objects.filter(pk=held_out.request_id).delete()
    dataset = make_set()
    assert dataset.counts["train"] == dataset.counts["pairs"] == 0
    assert dataset.counts["left_out_held_out_before"] == dataset.counts["left_out_pairs_held_out_before"] == 1


def test_an_empty_week_is_a_set_of_nothing(tmp_path):
    dataset = make_set()
    assert dataset.counts["train"] == 0
    opened = open_dataset(dataset, tmp_path / "pictures")
    assert (opened.images, opened.pairs, dict(opened.left_out)) == ((), (), {})


def test_what_is_no_week_is_refused():
    with pytest.raises(ValueError, match="2026-W48"):
        make_set(week="last week")


class TestOpening:
    def test_what_people_like_more_is_seen_more_often(self, folder):
        for stars in (6, 7, 10):
            cover = make_good_cover(half_stars=stars)
            Cover.objects.filter(pk=cover.pk).update(prompt=f"rated {stars}")
        make_album()
        opened = open_dataset(make_set(), folder)
        assert {image.caption: image.weight for image in opened.images if image.caption.startswith("rated")} == {
            "rated 6": 1.0, "rated 7": 2.0, "rated 10": 5.0,
        }  # fmt: skip
        assert [image.weight for image in opened.images if not image.caption.startswith("rated")] == [1.0]

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        return tmp_path / "pictures"

    def test_it_gives_the_trainer_files_with_the_right_hash(self, folder):
        request, other = rated_pair(), rated_pair(held_out=True)
        opened = open_dataset(make_set(), folder)
        (image,), (held_out,), (pair,), (held_out_pair,) = (
            opened.images, opened.held_out, opened.pairs, opened.held_out_pairs,
        )  # fmt: skip
        liked, disliked = request.covers.order_by("position")
        assert image.path.read_bytes() == picture_of(liked.pk)
        assert image.caption == "a red cat on a blue ground, 0"
        assert image.path == pair.chosen
        assert pair.rejected.read_bytes() == picture_of(disliked.pk)
        assert hashlib.sha256(pair.rejected.read_bytes()).hexdigest() == pair.rejected_sha256
        assert held_out.path.read_bytes() == picture_of(other.covers.get(position=0).pk)
        assert held_out_pair.chosen == held_out.path
        assert len(list(folder.iterdir())) == 4

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            (lambda cover: TrainingConsent.objects.update(withdrawn_at=timezone.now()), "withdrawn"),
            (lambda cover: Cover.objects.filter(pk=cover.pk).update(visibility="hidden"), "withdrawn"),
            (lambda cover: cover.delete(), "deleted"),
        ],
        ids=["withdrawn", "hidden", "deleted"],
    )
    def test_what_was_taken_back_since_is_left_out_and_its_file_goes(self, folder, change, reason):
        cover, album = make_good_cover(), make_album()
        name = f"{hashlib.sha256(picture_of(cover.pk)).hexdigest()}.png"
        make_good_cover(cover.request.owner)
        make_good_cover(cover.request.owner)
        dataset = make_set()
        assert len(open_dataset(dataset, folder).images) == 4
        change(cover)
        opened = open_dataset(dataset, folder)
        assert opened.left_out[reason] == 4 - len(opened.images) > 0
        assert {image.path for image in opened.images} == set(folder.iterdir())
        assert not (folder / name).exists()
        Album.objects.filter(pk=album.pk).update(allowed_use="none")
        assert len(open_dataset(dataset, folder).images) == len(opened.images) - 1

    def test_a_pair_of_which_one_is_gone_is_gone(self, folder):
        request = rated_pair()
        dataset = make_set()
        request.covers.get(position=1).delete()
        opened = open_dataset(dataset, folder)
        assert (len(opened.images), opened.pairs, dict(opened.left_out)) == (1, (), {"deleted": 1})

    def test_files_that_changed_or_vanished_are_left_out(self, folder):
        first, second = make_good_cover(), make_good_cover()
        dataset = make_set()
        replace_file(first, picture_of(uuid.uuid4()))
        replace_file(second, None)
        opened = open_dataset(dataset, folder)
        assert (opened.images, dict(opened.left_out)) == ((), {"changed": 1, "missing": 1})
        assert list(folder.iterdir()) == []

    def test_it_goes_on_with_what_a_killed_run_fetched(self, folder):
        cover = make_good_cover()
        dataset = make_set()
        name = f"{dataset.items.get().sha256}.png"
        folder.mkdir()
        (folder / name).write_bytes(picture_of(cover.pk))
        (folder / "notes.txt").write_text("somebody else's")
        replace_file(cover, None)
        assert [image.path.name for image in open_dataset(dataset, folder).images] == [name]
        (folder / name).write_bytes(b"half of it")
        assert open_dataset(dataset, folder).images == ()
        assert [path.name for path in folder.iterdir()] == ["notes.txt"]


class TestTheDatabaseItself:
    """Raw SQL: no code of ours stands before the table."""

    def insert(self, cover: Cover | None = None, album: Album | None = None, **changes: Any) -> None:
        source = cover or album
        values = {
            "id": uuid.uuid4(),
            "dataset_id": make_set(seed=99).pk,
            "role": "train",
            "is_held_out": False,
            "cover_id": cover and cover.pk,
            "album_id": album and album.pk,
            "owner_id": cover and cover.request.owner_id,
            "source_pk": source.pk if source else uuid.uuid4(),
            "sha256": album.sha256 if album else "0" * 64,
            "caption": "",
        } | changes
        columns, places = ", ".join(values), ", ".join(["%s"] * len(values))
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO covers_datasetitem ({columns}) VALUES ({places})", list(values.values()))  # noqa: S608

    def test_it_takes_what_may_be_learnt_from(self):
        self.insert(make_drawn_request().covers.get())
        self.insert(album=make_album(sha256="ab" * 32))
        assert DatasetItem.objects.count() == 2

    @pytest.mark.parametrize(
        ("table", "change"),
        [
            ("covers_cover", "visibility = 'hidden'"),
            ("covers_coverrequest", "shows_face = true"),
            ("covers_coverrequest", "is_draft = true"),
            ("covers_coverrequest", "owner_id = NULL, visitor = gen_random_uuid()"),
            ("covers_trainingconsent", "withdrawn_at = now()"),
            ("covers_trainingconsent", "owner_id = NULL"),
        ],
    )
    def test_it_refuses_a_cover_without_the_right(self, table, change):
        cover = make_drawn_request().covers.get()
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET {change}")  # noqa: S608
        with pytest.raises(IntegrityError, match="may not be learnt from"):
            self.insert(cover)

    @pytest.mark.parametrize(
        "changes", [{"allowed_use": "reference"}, {"allowed_use": "none"}, {"storage_key": "", "sha256": ""}]
    )
    def test_it_refuses_an_album_without_the_right(self, changes):
        with pytest.raises(IntegrityError, match="may not be learnt from"):
            self.insert(album=make_album(**changes))

    def test_it_refuses_a_row_that_names_no_picture_or_another_one(self):
        cover, album = make_drawn_request().covers.get(), make_album()
        other = make_drawn_request().covers.get()
        for values in (
            {},
            {"cover": cover, "album_id": album.pk},
            {"cover": cover, "source_pk": other.pk},
            {"cover": cover, "owner_id": other.request.owner_id},
            {"cover": cover, "owner_id": None},
            {"album": album, "sha256": "0" * 64},
        ):
            with pytest.raises(IntegrityError, match="may not be learnt from"):
                self.insert(**values)

    def test_a_row_cannot_be_turned_to_another_picture_but_outlives_its_own(self):
        cover, hidden = make_good_cover(), make_drawn_request(id=pk_that_is(held_out=False)).covers.get()
        item = make_set().items.get()
        Cover.objects.filter(pk=hidden.pk).update(visibility="hidden")
        with pytest.raises(IntegrityError, match="may not be learnt from"), transaction.atomic():
            DatasetItem.objects.filter(pk=item.pk).update(cover=hidden)
        pk = cover.pk
        cover.delete()
        item.refresh_from_db()
        assert (item.cover, item.source_pk) == (None, pk)

    def test_the_rule_can_be_taken_away_and_put_back(self):
        from importlib import import_module

        migration = import_module("covers.migrations.0007_sets")
        cover = make_drawn_request(make_willing_member()).covers.get()
        TrainingConsent.objects.update(withdrawn_at=timezone.now())
        with connection.cursor() as cursor:
            cursor.execute(migration.MAY_LEARN_NOT)
        self.insert(cover)
        DatasetItem.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(migration.MAY_LEARN)
        with pytest.raises(IntegrityError):
            self.insert(cover)
