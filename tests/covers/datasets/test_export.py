"""A set as files for other tools, and the command that writes it."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import uuid
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from covers.datasets import export
from covers.models import Dataset, TrainingConsent
from covers.weeks import this_week
from tests.covers.datasets.dataset_factories import (
    make_album,
    make_drawn_request,
    make_good_cover,
    make_set,
    picture_of,
    rate,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "exports" / "set"


def run(folder: Path, **options: Any) -> str:
    out = StringIO()
    call_command("export_dataset", folder, stdout=out, **options)
    return out.getvalue()


def manifest_in(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "manifest.json").read_text())


def files_of(shard: Path) -> dict[str, bytes]:
    with tarfile.open(shard) as archive:
        return {entry.name: archive.extractfile(entry).read() for entry in archive}  # type: ignore[union-attr]


def one_of_each() -> Dataset:
    request = make_drawn_request(count=2)
    for cover, stars in zip(request.covers.order_by("position"), (9, 2), strict=True):
        rate(cover, stars)
    make_good_cover(held_out=True)
    return make_set()


def test_each_sample_is_a_picture_with_its_words_and_what_is_known_of_it(folder):
    dataset = one_of_each()
    said = run(folder)
    assert "3 samples in 3 shards" in said
    liked, disliked = dataset.items.get(role="chosen").cover, dataset.items.get(role="rejected").cover
    assert sorted(path.name for path in folder.iterdir()) == [
        "held-out-000000.tar", "manifest.json", "pairs-000000.tar", "train-000000.tar",
    ]  # fmt: skip
    key = hashlib.sha256(picture_of(liked.pk)).hexdigest()
    train = files_of(folder / "train-000000.tar")
    assert list(train) == [f"{key}.png", f"{key}.txt", f"{key}.json"]
    assert train[f"{key}.png"] == picture_of(liked.pk)
    assert train[f"{key}.txt"].decode() == "a red cat on a blue ground, 0"
    about = json.loads(train[f"{key}.json"])
    assert (about["source_pk"], about["half_stars"], about["source"]) == (str(liked.pk), 9.0, "cover")
    pair = files_of(folder / "pairs-000000.tar")
    assert pair["00000000.chosen.png"] == picture_of(liked.pk)
    assert pair["00000000.rejected.png"] == picture_of(disliked.pk)
    manifest = manifest_in(folder)
    assert (manifest["dataset"], manifest["counts"]) == (str(dataset.pk), dataset.counts)
    assert (manifest["manifest_sha256"], manifest["query"]) == (dataset.manifest_sha256, dataset.query)
    for shard in manifest["shards"]:
        content = (folder / shard["name"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == shard["sha256"]
        assert (len(content), shard["samples"]) == (shard["size_bytes"], 1)


def test_the_same_set_gives_the_same_bytes(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(export, "SHARD_SAMPLES", 2)
    for _ in range(5):
        make_good_cover()
    make_album()
    make_set()
    run(folder)
    run(tmp_path / "again")
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["manifest.json", "train-000000.tar", "train-000001.tar", "train-000002.tar"]
    assert [(folder / name).read_bytes() for name in names] == [
        (tmp_path / "again" / name).read_bytes() for name in names
    ]


def test_another_set_and_other_folders_are_never_overwritten(folder):
    make_good_cover()
    first = make_set()
    run(folder)
    make_good_cover()
    make_set()
    with pytest.raises(CommandError, match="another set"):
        run(folder)
    assert manifest_in(folder)["dataset"] == str(first.pk)
    other = folder.parent / "holiday"
    other.mkdir()
    (other / "beach.jpg").write_bytes(b"sea")
    with pytest.raises(CommandError, match="not an exported set"):
        run(other)
    assert (other / "beach.jpg").read_bytes() == b"sea"


def test_killed_anywhere_it_leaves_nothing_half_done_and_works_again(folder, monkeypatch):
    one_of_each()

    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    for name in ("_add", "canonical", "_move"):
        with monkeypatch.context() as patch:
            patch.setattr(export, name, killed)
            with pytest.raises(KeyboardInterrupt):
                run(folder)
        assert not folder.exists()
    (folder.with_name(".set.part") / "train-000007.tar").write_bytes(b"of a run that died")
    run(folder)
    assert len(list(folder.glob("*.tar"))) == 3
    assert [path.name for path in folder.parent.iterdir()] == ["set"]


def test_what_was_taken_back_since_is_left_out_of_the_next_export(folder):
    kept, gone = make_good_cover(), make_good_cover()
    make_set()
    run(folder)
    assert manifest_in(folder)["shards"][0]["samples"] == 2
    TrainingConsent.objects.filter(owner=gone.request.owner).delete()
    assert "left out, withdrawn: 1" in run(folder)
    assert manifest_in(folder)["left_out"] == {"withdrawn": 1}
    (name, *_others) = files_of(folder / "train-000000.tar")
    assert name.partition(".")[0] == hashlib.sha256(picture_of(kept.pk)).hexdigest()
    assert [path.name for path in folder.parent.iterdir()] == ["set"]


def test_a_pair_is_whole_or_not_there(folder):
    dataset = one_of_each()
    dataset.items.get(role="rejected").cover.delete()
    run(folder)
    assert not list(folder.glob("pairs*"))
    assert manifest_in(folder)["left_out"] == {"deleted": 1}


def test_a_set_is_asked_for_by_number_by_week_or_as_the_newest(folder, settings):
    settings.LEARN_BASE_MODEL = "sdxl"
    make_good_cover()
    first = make_set(seed=1)
    second = make_set(seed=2)
    assert str(second.pk) in run(folder)
    assert str(first.pk) in run(folder.parent / "first", dataset=str(first.pk))
    assert str(second.pk) in run(folder.parent / "week", week=this_week(), model="sdxl")
    assert Dataset.objects.count() == 2
    assert "of 2026-W02 for sdxl" in run(folder.parent / "other", week="2026-W02")
    assert Dataset.objects.get(week="2026-W02").counts["train"] == 0


@pytest.mark.parametrize("options", [{}, {"week": "soon"}, {"dataset": str(uuid.uuid4())}])
def test_a_set_that_is_not_there_is_said_in_one_line(folder, options):
    with pytest.raises(CommandError) as error:
        run(folder, **options)
    assert "\n" not in str(error.value)
    assert not folder.exists()


def test_the_shards_open_as_plain_tar(folder):
    make_good_cover()
    make_set()
    run(folder)
    with tarfile.open(fileobj=io.BytesIO((folder / "train-000000.tar").read_bytes())) as archive:
        assert {(entry.mtime, entry.uid, entry.uname) for entry in archive} == {(0, 0, "")}
