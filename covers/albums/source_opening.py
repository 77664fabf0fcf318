"""A path as a source of albums: which kind of file it is, or a folder."""

from __future__ import annotations

import zlib
from pathlib import Path

from covers.albums.album_contract import AlbumSource, SourceError
from covers.albums.csv_source import CsvSource
from covers.albums.folder_source import FolderSource
from covers.albums.json_source import JsonLinesSource
from covers.albums.source_files import CSV_SUFFIXES, JSON_SUFFIXES, surveyed

METADATA_NAMES = ("metadata", "albums")


def open_source(path: Path, encoding: str = "") -> AlbumSource:
    """A CSV or JSON lines file, either also as .gz, or a folder. encoding: "" to find out. Raises SourceError."""
    try:
        if path.is_dir():
            return _folder(path, encoding)
        if not path.is_file():
            raise SourceError(f"{path}: there is no such file or folder")
        return _file(path, encoding)
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(f"{path}: it cannot be read ({error})") from error


def _folder(path: Path, encoding: str) -> AlbumSource:
    names = [f"{name}{suffix}{packed}" for name in METADATA_NAMES for suffix in (*CSV_SUFFIXES, *JSON_SUFFIXES)
             for packed in ("", ".gz")]  # fmt: skip
    found = [path / name for name in names if (path / name).is_file()]
    if len(found) > 1:
        raise SourceError(f"{path}: name one file, there are {' and '.join(file.name for file in found)}")
    return _file(found[0], encoding) if found else FolderSource(path)


def _file(path: Path, encoding: str) -> AlbumSource:

    suffix = Path(path.name.removesuffix(".gz")).suffix.lower()
    if suffix not in CSV_SUFFIXES + JSON_SUFFIXES:
        raise SourceError(f"{path}: only .csv, .tsv and .jsonl files, either also as .gz, and folders can be imported")
    survey = surveyed(path)
    if survey.encoding == "" and not encoding:
        raise SourceError(f"{path}: this is no text in UTF-8 or CP949; save it as UTF-8")
    kind = CsvSource if suffix in CSV_SUFFIXES else JsonLinesSource
    return kind(path, survey, encoding or survey.encoding)
