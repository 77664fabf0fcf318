"""What `import_albums` takes from files, what it refuses, and how it goes on after it was killed."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError
from django.db import IntegrityError, transaction

from covers.albums import importing
from covers.albums.refusal_report import RefusalReport
from covers.albums.source_opening import open_source
from covers.albums.usage_rights import UsageRights, permits
from covers.models import Album, AlbumImport
from tests.covers.albums.album_files import CC, counts, refused, run_import, song, write_csv, write_lines

pytestmark = pytest.mark.django_db


def titles() -> list[str]:
    return list(Album.objects.order_by("row_number").values_list("title", flat=True))


def test_it_reads_the_columns_of_the_original_crawl_by_their_korean_names(tmp_path):
    row = {
        "노래 제목": "파이팅", "가수": "KJY", "앨범": "첫 앨범", "발매일": "2023.01.31", "장르": "랩/힙합",
        "가사": "첫 줄\n둘째 줄", "앨범 이미지 URL": "https://cdn.example/1.jpg", "출처": "음반사",
    }  # fmt: skip
    run_import(write_csv(tmp_path / "melon.csv", row, encoding="cp949"))
    album = Album.objects.get()
    assert (album.title, album.artist, album.album, album.genre) == ("파이팅", "KJY", "첫 앨범", "hiphop")
    assert (album.released_on, album.lyrics) == (date(2023, 1, 31), "첫 줄\n둘째 줄")
    assert (album.image_url, album.source, album.sha256) == ("https://cdn.example/1.jpg", "음반사", "")
    assert (album.allowed_use, album.row_number, album.imported_by.name) == ("none", 1, "melon.csv")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
@pytest.mark.parametrize("is_packed", [False, True])
def test_it_finds_out_how_a_table_is_encoded(tmp_path, encoding, is_packed):
    path = write_csv(tmp_path / "albums.csv", song(1, title="바다"), song(2, title="밤"), encoding=encoding)
    if is_packed:
        packed = tmp_path / "albums.csv.gz"
        packed.write_bytes(gzip.compress(path.read_bytes()))
        path = packed
    run_import(path)
    assert titles() == ["바다", "밤"]


def test_it_reads_semicolons_and_tabs(tmp_path):
    (tmp_path / "a.csv").write_text("Title;Artist;Image URL\nNight;KJY;https://a.example/1.jpg\n")
    (tmp_path / "b.tsv").write_text("title\tsinger\turl\nDay\tKJY\thttps://a.example/2.jpg\n")
    run_import(tmp_path / "a.csv")
    run_import(tmp_path / "b.tsv")
    assert set(titles()) == {"Night", "Day"}


def test_it_reads_json_lines_with_numbers_lists_and_nothing(tmp_path):
    rows = (
        song(1, title=1989, genre=["발라드", "국내드라마"], lyrics=None, extra={"a": 1}),
        "no object",
        song(2, title={}),
    )
    report = tmp_path / "refused.csv"
    path = write_lines(tmp_path / "albums.jsonl", *rows)
    with path.open("a") as file:
        file.write('{"title": "half\n')
    run_import(path, refused=report)
    assert [(album.title, album.genre) for album in Album.objects.all()] == [("1989", "ballad")]
    assert [(row, reason) for row, reason, _about in refused(report)] == [(n, "broken-row") for n in (2, 3, 4)]


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2023-01-31", date(2023, 1, 31)), ("2023.01.31", date(2023, 1, 31)), ("2023. 1. 31.", date(2023, 1, 31)),
        ("20230131", date(2023, 1, 31)), ("2023", date(2023, 1, 1)), ("2023.05", date(2023, 5, 1)),
        ("2023년 1월 31일", date(2023, 1, 31)), ("2023-01-31T09:30:00Z", date(2023, 1, 31)), ("-", None), ("", None),
    ],
)  # fmt: skip
def test_it_reads_dates_in_any_usual_form(tmp_path, written, day):
    run_import(write_csv(tmp_path / "a.csv", song(released=written, release_date=written)))
    assert Album.objects.get().released_on == day


def test_bad_rows_are_reported_with_what_to_do_and_stop_nothing(tmp_path):
    rows = [
        song(1), song(2, title=" \u200b"), song(3, artist="\u3164"), song(4, title="a" * 301), song(5, release_date="2023-02-30"),
        song(6, image_url=""), song(7, image_url="ftp://a.example/7.jpg"), song(8, image_url="http://me:word@a.example/"),
        song(9, licence_url="nowhere"), song(10, allowed_use="all"), song(1), song(12, image_url="https://a.example/ü x"),
        song(13, genre="polka"),
    ]  # fmt: skip
    path, report = write_csv(tmp_path / "a.csv", *rows), tmp_path / "reports" / "refused.csv"
    said = run_import(path, refused=report)
    assert titles() == ["Song 1", "Song 13"]
    assert [(row, reason) for row, reason, _about in refused(report)] == [
        (2, "no-title"), (3, "no-artist"), (4, "too-long"), (5, "bad-date"), (6, "no-picture"), (7, "bad-address"),
        (8, "bad-address"), (9, "bad-licence-address"), (10, "bad-use"), (11, "duplicate-row"), (12, "bad-address"),
    ]  # fmt: skip
    assert "Write dates like 2023-01-31" in report.read_text()
    assert "rows read: 13\nstored: 2\n" in said
    assert "refused: 11\n" in said
    assert "  bad-address: 3\n" in said
    assert "unknown-genre: 1" in said
    assert str(report) in said


def test_the_report_lies_below_var_unless_told_otherwise(tmp_path, settings):
    settings.VAR_DIR = tmp_path / "var"
    run_import(write_csv(tmp_path / "a.csv", song(title="")))
    path = tmp_path / "var" / "albums" / f"refused-{AlbumImport.objects.get().pk}.csv"
    assert refused(path) == [(1, "no-title", "")]


def test_the_report_is_never_written_over_another_file_and_holds_no_formulas(tmp_path):
    mine = tmp_path / "thesis.csv"
    mine.write_text("years of work")
    path = write_csv(tmp_path / "a.csv", song(release_date="=HYPERLINK(1)"))
    with pytest.raises(CommandError, match="not written over"):
        run_import(path, refused=mine)
    assert mine.read_text() == "years of work"
    run_import(path, refused=tmp_path / "refused.csv")
    assert refused(tmp_path / "refused.csv") == [(1, "bad-date", "'=HYPERLINK(1)")]


def test_a_quote_that_is_never_closed_costs_its_own_row_only(tmp_path):
    path, report = tmp_path / "a.csv", tmp_path / "refused.csv"
    path.write_text(
        "title,artist,url\n"
        "One,KJY,https://a.example/1.jpg\n"
        '"Two,KJY,https://a.example/2.jpg\n'
        "Three,KJY,https://a.example/3.jpg\n"
        "Four,KJY,https://a.example/4.jpg,more,cells\n"
        '"Five, and ""more""",KJY,https://a.example/5.jpg\n'
    )
    run_import(path, refused=report)
    assert titles() == ["One", "Three", 'Five, and "more"']
    assert [(row, reason) for row, reason, _about in refused(report)] == [(2, "broken-row"), (4, "broken-row")]


def test_rows_that_fit_no_encoding_are_refused_one_by_one(tmp_path):
    path, report = tmp_path / "a.csv", tmp_path / "refused.csv"
    good = "title,artist,url\n바다,가수,https://a.example/1.jpg\n".encode()
    path.write_bytes(
        good + b"\xff\xfe\x80,x,https://a.example/2.jpg\n" + good.splitlines(keepends=True)[1].replace(b"1", b"3")
    )
    run_import(path, refused=report)
    assert titles() == ["바다", "바다"]
    assert [(row, reason) for row, reason, _about in refused(report)] == [(2, "broken-text")]


def test_a_line_of_megabytes_is_refused_and_the_next_one_read(tmp_path):
    path, report = tmp_path / "a.csv", tmp_path / "refused.csv"
    path.write_text(
        f"title,artist,url\n{'x' * 3_000_000},KJY,https://a.example/1.jpg\nTwo,KJY,https://a.example/2.jpg\n"
    )
    run_import(path, refused=report)
    assert (titles(), [row for row, _reason, _about in refused(report)]) == (["Two"], [1])


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"", "the file is empty"),
        ("a.csv", b"song,url\nA,https://a.example/1.jpg\n", "no column is called like the artist"),
        ("a.csv", b"title,artist\nA,B\n", "the picture's path or address"),
        ("a.csv", "title,artist,url\n".encode("utf-16"), "save it as UTF-8"),
        ("a.csv.gz", gzip.compress(b"title,artist,url\n" * 999, mtime=0)[:-20], "cannot be read"),
        ("a.jsonl", b'[{"title": "A"}]', "one JSON object a line"),
        ("a.xlsx", b"PK", "only .csv, .tsv and .jsonl"),
        ("a.jsonl", None, "there is no such file"),
    ],
)
def test_a_file_that_cannot_be_read_at_all_gets_one_clear_sentence(tmp_path, name, content, words):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(CommandError, match=words) as raised:
        run_import(tmp_path / name)
    assert raised.value.returncode == 1
    assert "\n" not in str(raised.value)
    assert not AlbumImport.objects.exists()


def test_an_import_that_was_killed_goes_on_and_doubles_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(importing, "BATCH_ROWS", 3)
    rows = [song(number, title="" if number % 4 == 0 else f"Song {number}") for number in range(1, 11)]
    path, report = write_csv(tmp_path / "a.csv", *rows), tmp_path / "refused.csv"
    monkeypatch.setattr(RefusalReport, "add", dies_after(RefusalReport.add, calls=2))
    with pytest.raises(Killed):
        run_import(path, refused=report)
    assert titles() == ["Song 1", "Song 2", "Song 3", "Song 5", "Song 6"]
    assert [row for row, _reason, _about in refused(report)] == [4, 8]  # the last one without its rows
    monkeypatch.undo()
    said = run_import(path, refused=report)
    assert titles() == [row["title"] for row in rows if row["title"]]
    assert refused(report) == [(4, "no-title", ""), (8, "no-title", "")]
    assert "rows read: 10\nstored: 8\n" in said
    assert AlbumImport.objects.get().finished_at is not None


class Killed(BaseException):
    """As sudden as SIGKILL: nothing of the site handles it."""


def dies_after(method: Any, *, calls: int) -> Any:
    """A method that does its work `calls` times, the last time without coming back."""
    done: list[int] = []

    def call(*arguments: Any) -> Any:
        result = method(*arguments)
        done.append(1)
        if len(done) == calls:
            raise Killed
        return result

    return call


def test_a_finished_import_is_not_read_again_unless_asked(tmp_path):
    path = write_csv(tmp_path / "a.csv", song(1), song(2))
    run_import(path)
    Album.objects.filter(title="Song 2").delete()
    assert "was imported on" in run_import(path)
    assert titles() == ["Song 1"]
    assert "duplicate-row: 1" in run_import(path, again=True)
    assert titles() == ["Song 1", "Song 2"]


def test_two_processes_cannot_import_the_same_rows(tmp_path):
    source = open_source(write_csv(tmp_path / "a.csv", song(1)))
    row = importing.begin(source, UsageRights())
    report = RefusalReport(tmp_path / "refused.csv", 0)
    other = AlbumImport.objects.get(pk=row.pk)
    importing.import_rows(
        source=source, rights=UsageRights(), row=other, report=report, on_progress=lambda _position: None
    )
    with pytest.raises(importing.AnotherImport):
        importing.import_rows(
            source=source, rights=UsageRights(), row=row, report=report, on_progress=lambda _position: None
        )
    report.close()


# --- the right to learn from a picture


def test_learning_needs_source_licence_and_its_text_and_a_licence_that_permits_it(tmp_path):
    bad = {"licence": "CC BY-NC-ND 4.0", "licence_url": "https://creativecommons.org/licenses/by-nc-nd/4.0/"}
    rows = [
        song(1, **CC, allowed_use="training"), song(2, **CC), song(3, **CC, allowed_use="참고"),
        song(4, **CC | {"source": ""}, allowed_use="학습"), song(5, **CC | {"licence_url": ""}, allowed_use="training"),
        song(6, **CC | bad, allowed_use="training"), song(7, **CC | {"licence": "All rights reserved"}, allowed_use="train"),
        song(8, **CC | {"licence": "공공누리 제4유형"}, allowed_use="training"),
    ]  # fmt: skip
    report = tmp_path / "refused.csv"
    said = run_import(write_csv(tmp_path / "a.csv", *rows), refused=report)
    uses = Album.objects.order_by("row_number").values_list("allowed_use", flat=True)
    assert list(uses) == ["training", "none", "reference", "none", "none", "none", "none", "none"]
    assert "stored: 8\n" in said
    assert "may-be-learnt-from: 1\n" in said
    assert [row for row, reason, _about in refused(report) if reason == "asked-to-learn-without-the-right"] == [
        4,
        5,
        6,
        7,
        8,
    ]


def test_what_the_operator_says_holds_for_rows_that_name_no_licence(tmp_path):
    own = {"licence": "Contract 17", "licence_url": "https://label.example/17"}
    rows = song(1), song(2, allowed_use="none"), song(3, source="Radio"), song(4, licence="CC-BY-SA"), song(5, **own)
    run_import(write_csv(tmp_path / "a.csv", *rows), **CC, allowed_use="training")
    found = Album.objects.order_by("row_number").values_list("source", "licence", "allowed_use")
    assert list(found) == [
        ("The label", "CC-BY-4.0", "training"),
        ("The label", "CC-BY-4.0", "none"),
        ("Radio", "CC-BY-4.0", "training"),
        ("The label", "CC-BY-SA", "none"),  # never one licence's name with another one's permission
        ("The label", "Contract 17", "none"),
    ]


@pytest.mark.parametrize("missing", ["source", "licence", "licence_url"])
def test_the_database_refuses_learning_without_a_right(tmp_path, missing):
    run_import(write_csv(tmp_path / "a.csv", song(1, **CC)))
    with pytest.raises(IntegrityError, match="album_training_has_licence"), transaction.atomic():
        Album.objects.update(allowed_use="training", **{missing: ""})
    Album.objects.update(allowed_use="training")


def test_wrong_words_about_rights_are_refused_at_the_start(tmp_path):
    with pytest.raises(CommandError, match="nowhere"):
        run_import(write_csv(tmp_path / "a.csv", song(1)), licence_url="nowhere")
    assert not AlbumImport.objects.exists()


def test_it_keeps_when_a_picture_was_fetched(tmp_path):
    rows = song(1, crawled_at="2024-02-03T04:05:06+09:00"), song(2, crawled_at="2024.02.03"), song(3, crawled_at="soon")
    run_import(write_csv(tmp_path / "a.csv", *rows))
    assert list(Album.objects.order_by("row_number").values_list("fetched_at", flat=True)) == [
        datetime(2024, 2, 2, 19, 5, 6, tzinfo=UTC),
        datetime(2024, 2, 3, tzinfo=UTC),
    ]
    assert counts()["bad-date"] == 1


def test_what_a_database_cannot_hold_never_reaches_it(tmp_path):
    hidden = song(1, title="a\0b", lyrics="x\0\ud800y", source="s\0\udfff", licence="l\0", album="\ud83d")
    deep = song(2, genre=[[["ballad"] * 3]], other="[" * 3)
    old = song(3, fetched_at="0001-01-01T00:00:00+14:00")
    path = write_lines(tmp_path / "a.jsonl", song(0))
    with path.open("a") as file:
        file.writelines(json.dumps(row) + "\n" for row in (hidden, deep, old))
    run_import(path)
    album = Album.objects.get(row_number=2)
    assert (album.title, album.lyrics, album.source, album.licence, album.album) == ("ab", "xy", "s", "l", "")
    assert (Album.objects.count(), counts()["bad-date"]) == (3, 1)


@pytest.mark.parametrize(
    "name", ["CC BY-NC 4.0", "CC-BY-NC4.0", "cc_by_nd", "CCBYNC", "No AI training", "KOGL Type 4", "출처표시-변경금지"]
)
def test_licences_that_forbid_it_are_known_by_their_usual_names(name):
    assert not permits(name, "https://a.example/licence")


@pytest.mark.parametrize(
    "name", ["CC0", "CC-BY-SA 4.0", "공공누리 제1유형", "Contract 234 with the band", "Ndegwa's own"]
)
def test_other_licences_are_taken_as_stated(name):
    assert permits(name, "https://a.example/licence")


def test_the_tracks_of_one_record_are_one_row_because_they_share_its_cover(tmp_path):
    path: Path = write_csv(tmp_path / "a.csv", song(1, title="A"), song(1, title="B"))
    run_import(path)
    assert titles() == ["A"]
    run_import(write_csv(tmp_path / "b.csv", song(1, title="C"), song(2, title="D")))
    assert sorted(titles()) == ["A", "D"]
