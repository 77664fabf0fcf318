"""Pictures that come as files: which are taken, how they are kept, and what is refused as the same."""

from __future__ import annotations

import hashlib
import io
import json
import os
import random
from pathlib import Path

import pytest
from django.core.management import CommandError
from django.db import connection
from PIL import Image, ImageEnhance

from albumsite.media import storage
from covers.albums.album_pictures import AT_ONCE
from covers.models import Album
from tests.covers.albums.album_files import encoded, picture, refused, run_import, shapes, song, write_csv, write_lines

pytestmark = pytest.mark.django_db


def local(number: int, name: str, **values: str) -> dict[str, str]:
    return {"title": f"Song {number}", "artist": "KJY", "image": name} | values


def kept() -> list[str]:
    folder = Path(storage.private().path("albums"))
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def run(path: Path) -> list[tuple[int, str, str]]:
    """Refused rows."""
    report = path.parent / "refused.csv"
    run_import(path, refused=report)
    return refused(report)


def test_a_picture_is_encoded_anew_and_kept_under_its_content(tmp_path):
    exif = Image.Exif()
    exif[0x010F] = "Secret camera"
    original = encoded(shapes(1, 2600), exif=exif, comment=b"secret words")
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "커버 1.jpg").write_bytes(original)
    assert run(write_csv(tmp_path / "a.csv", local(1, "pictures\\커버 1.jpg"))) == []
    album = Album.objects.get()
    content = storage.read(storage.private(), album.storage_key)
    assert album.storage_key == f"albums/{album.sha256[:2]}/{album.sha256}.jpg"
    assert album.sha256 == hashlib.sha256(content).hexdigest()
    assert album.original_sha256 == hashlib.sha256(original).hexdigest()
    assert b"ecret" not in content
    assert Image.open(io.BytesIO(content)).size == (2048, 2048) == (album.width, album.height)
    assert album.fetched_at is not None


def test_the_same_and_nearly_the_same_pictures_are_refused_also_in_one_batch(tmp_path):
    image = shapes(1, 500)
    files = {
        "1.png": encoded(image, "PNG"),
        "2.png": encoded(image, "PNG", compress_level=1),  # other bytes, same pixels
        "3.jpg": encoded(image.resize((330, 330)), quality=40),
        "4.jpg": encoded(ImageEnhance.Brightness(image).enhance(1.15)),
        "5.jpg": picture(2),
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    rows = [local(number, name) for number, name in enumerate(files, 1)]
    expected = [(2, "duplicate-picture"), (3, "near-duplicate"), (4, "near-duplicate")]
    found = run(write_csv(tmp_path / "a.csv", *rows))
    assert [(row, reason) for row, reason, _about in found] == expected
    assert {about for _row, _reason, about in found} == {"row 1"}
    assert len(kept()) == 2
    later = run(write_lines(tmp_path / "b.jsonl", *(row | {"title": f"Again {row['title']}"} for row in rows)))
    assert [reason for _row, reason, _about in later] == [
        "duplicate-picture", "duplicate-picture", "near-duplicate", "near-duplicate", "duplicate-picture",
    ]  # fmt: skip
    assert "Song 1 – KJY" in later[0][2]
    assert Album.objects.count() == len(kept()) == 2


@pytest.mark.parametrize("bits", [0, 1, 7, 8])
def test_near_means_at_most_seven_bits_wherever_they_are(bits):
    mark, signed = 0x8123_4567_89AB_CDEF, 0x8123_4567_89AB_CDEF - 2**64
    for number, spread in enumerate(([*range(8)], [63, 48, 47, 32, 31, 16, 15, 0], [60, 61, 40, 41, 20, 21, 3, 4])):
        flipped = mark
        for bit in spread[:bits]:
            flipped ^= 1 << bit
        Album.objects.create(
            row_sha256=str(number), title="A", artist="B", sha256=f"{number:064x}", storage_key=f"albums/{number}.jpg",
            fingerprint=flipped - 2**64 if flipped >= 2**63 else flipped,
        )  # fmt: skip
    assert Album.objects.near(signed).count() == (3 if bits <= 7 else 0)


def test_the_indices_answer_what_is_near():
    rows = (
        Album(row_sha256=f"{n}", title="A", artist="B", sha256=f"{n:064x}", storage_key=f"{n}", fingerprint=chance)
        for n, chance in enumerate(random.Random(0).choices(range(-(2**63), 2**63, 12345677), k=3000))
    )
    Album.objects.bulk_create(rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE covers_album")
        cursor.execute("SET LOCAL enable_seqscan = off")  # a table this small would be read as a whole
    plan = Album.objects.near(-12345).explain()
    assert [f"album_hash_bits_{shift}" in plan for shift in (48, 32, 16, 0)] == [True] * 4, plan


def test_what_is_no_picture_is_refused_and_nothing_of_it_kept(tmp_path):
    whole = picture(3)
    files = {
        "text.jpg": b"<html>", "half.jpg": whole[: len(whole) // 2], "tiny.jpg": picture(4, 100), "empty.png": b"",
        "good.jpg": whole,
    }  # fmt: skip
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    with (tmp_path / "huge.jpg").open("wb") as file:
        file.truncate(15 * 1024 * 1024 + 1)
    rows = [local(number, name) for number, name in enumerate([*files, "huge.jpg", "none.jpg"], 1)]
    found = run(write_csv(tmp_path / "a.csv", *rows))
    assert [(row, reason) for row, reason, _about in found] == [
        (1, "not-a-picture"), (2, "damaged"), (3, "too-small"), (4, "not-a-picture"), (6, "too-large"), (7, "no-file"),
    ]  # fmt: skip
    assert len(kept()) == 1


def test_no_path_leads_out_of_the_folder(tmp_path):
    folder, outside = tmp_path / "in", tmp_path / "outside"
    folder.mkdir()
    outside.mkdir()
    for place in (tmp_path, outside, folder):
        (place / "cover.jpg").write_bytes(picture(5))
    (folder / "link.jpg").symlink_to(tmp_path / "cover.jpg")
    (folder / "inner.jpg").symlink_to("cover.jpg")
    (folder / "away").symlink_to(outside)
    os.mkfifo(folder / "pipe.jpg")
    names = ["../cover.jpg", str(tmp_path / "cover.jpg"), "link.jpg", "inner.jpg", "away/cover.jpg", "a/../../cover.jpg",
             "..\\cover.jpg", "pipe.jpg", "C:\\cover.jpg", "~/cover.jpg", "nul\\u0000.jpg", ".", "cover.jpg/"]  # fmt: skip
    rows = [local(number, name.replace("\\u0000", "\0")) for number, name in enumerate(names, 1)]
    found = run(write_lines(folder / "a.jsonl", *rows))
    reasons = {row: reason for row, reason, _about in found}
    assert [reasons.get(row) for row in range(1, 14)] == [*["bad-path"] * 9, "no-file", "bad-path", "bad-path", None]
    assert Album.objects.get().title == "Song 13"


def test_a_folder_of_pictures_with_what_they_are_beside_them(tmp_path):
    folder = tmp_path / "albums"
    (folder / "2023").mkdir(parents=True)
    for seed, name in enumerate(("b.jpg", "a.png", "2023/c.jpg", "alone.jpg", "wrong.jpg"), 10):
        (folder / name).write_bytes(picture(seed))
    write_lines(folder / "b.json", {"title": "B", "artist": "KJY"})
    (folder / "a.png.json").write_text(
        json.dumps({"제목": "에이", "가수": "KJY", "image": "../../etc/passwd"}, indent=1)
    )
    write_lines(folder / "2023" / "c.json", {"title": "C", "artist": "KJY", "image_url": "https://a.example/c.jpg"})
    (folder / "wrong.json").write_text("{")
    (folder / "notes.txt").write_text("nothing")
    (folder / "link.jpg").symlink_to("b.jpg")
    report = tmp_path / "refused.csv"
    run_import(folder, refused=report)
    assert list(Album.objects.order_by("row_number").values_list("title", "image_url")) == [
        ("C", "https://a.example/c.jpg"), ("에이", ""), ("B", ""),
    ]  # fmt: skip
    assert [(row, reason) for row, reason, _about in refused(report)] == [(3, "no-sidecar"), (5, "broken-row")]
    (folder / "alone.json").write_text('{"title": "Not alone", "artist": "KJY"}')
    run_import(folder, refused=report)
    assert Album.objects.filter(title="Not alone", sha256__gt="").exists()
    assert Album.objects.count() == 4


def test_a_folder_with_a_list_inside_is_read_by_the_list(tmp_path):
    (tmp_path / "one.jpg").write_bytes(picture(20))
    (tmp_path / "two.jpg").write_bytes(picture(21))
    write_csv(tmp_path / "metadata.csv", {"file_name": "one.jpg", "title": "One", "artist": "KJY"})
    run_import(tmp_path, refused=tmp_path / "refused.csv")
    assert Album.objects.get().title == "One"
    write_lines(tmp_path / "metadata.jsonl", song())
    with pytest.raises(CommandError, match="name one file"):
        run_import(tmp_path)


def test_a_folder_without_pictures_gets_one_clear_sentence(tmp_path):
    with pytest.raises(CommandError, match="no pictures in this folder"):
        run_import(tmp_path)


def test_rows_stay_in_order_when_pictures_take_their_time(tmp_path):
    rows = []
    for number in range(1, 4 * AT_ONCE + 1):
        (tmp_path / f"{number}.jpg").write_bytes(picture(30 + number))
        rows += [local(number, f"{number}.jpg"), song(100 + number)]
    assert run(write_csv(tmp_path / "a.csv", *rows)) == []
    assert list(Album.objects.order_by("id").values_list("row_number", flat=True)) == list(range(1, len(rows) + 1))


def test_an_import_stops_where_the_store_is_away_and_goes_on_later(tmp_path, settings):
    (tmp_path / "1.jpg").write_bytes(picture(40))
    path = write_csv(tmp_path / "a.csv", local(1, "1.jpg"))
    place = Path(storage.private().path(""))
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("no folder")  # nothing can be written below a file
    with pytest.raises(CommandError, match="object store"):
        run(path)
    assert not Album.objects.exists()
    place.unlink()
    assert run(path) == []
    assert Album.objects.get().sha256
