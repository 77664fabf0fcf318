"""JSON lines: one object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from covers.albums import column_names
from covers.albums.album_contract import RowProblem, RowRefused, SourceError, SourceRow
from covers.albums.source_files import FileLines, FileSurvey, decoded, opened


class JsonLinesSource:
    """A Source. Positions are bytes."""

    unit = "B"

    def __init__(self, path: Path, survey: FileSurvey, encoding: str) -> None:
        self._path, self._encoding = path, encoding
        self.name, self.folder = path.name, path.parent
        self.sha256, self.total = survey.sha256, survey.total
        self._check_start()

    def _check_start(self) -> None:
        with opened(self._path) as file:
            start = decoded(file.read(4096), self._encoding)[0].removeprefix("\ufeff").lstrip()
        if not start:
            raise SourceError(f"{self.name}: the file is empty")
        if not start.startswith("{"):
            raise SourceError(f"{self.name}: write one JSON object a line, without a list around them")

    def records(self, position: int, number: int) -> Iterator[SourceRow]:
        with opened(self._path, position) as file:
            lines = FileLines(file, position)
            while line := lines.read()[0]:
                text, is_whole = decoded(line, self._encoding)
                if text.isspace():
                    continue
                number += 1
                try:
                    values = values_of(text.removeprefix("\ufeff"), is_whole=is_whole)
                except RowRefused as problem:
                    yield SourceRow(number, lines.position, {}, problem)
                else:
                    yield SourceRow(number, lines.position, values)


def values_of(text: str, *, is_whole: bool) -> dict[str, str]:
    """The fields of one object. Raises RowRefused."""
    if not is_whole:
        raise RowRefused(RowProblem.BROKEN_TEXT, ascii(text)[:80])
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RowRefused(RowProblem.BROKEN_ROW, str(error)[:200]) from error
    if not isinstance(found, Mapping):
        raise RowRefused(RowProblem.BROKEN_ROW, "no object")
    return column_names.by_field({name: _text(name, value) for name, value in found.items()})


def _text(name: str, value: Any) -> str:
    """Numbers and words as they are, lists of them with commas, null as nothing. Raises RowRefused."""
    if value is None or column_names.field_of(name) is None:
        return ""  # whatever else the object says
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ", ".join(_text(name, one) for one in value if not isinstance(one, list))
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    raise RowRefused(RowProblem.BROKEN_ROW, f"{name[:80]} is no text")
