"""Tables as text: comma, semicolon or tab between the cells, the first row says what they are."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from covers.albums import column_names
from covers.albums.album_contract import RowProblem, RowRefused, SourceError, SourceRow
from covers.albums.source_files import MAX_LINE_BYTES, FileLines, FileSurvey, decoded, opened

DELIMITERS = (",", "\t", ";", "|")


class CsvSource:
    """A Source. Positions are bytes, so that a killed import goes on at the row it had come to."""

    unit = "B"

    def __init__(self, path: Path, survey: FileSurvey, encoding: str) -> None:
        self._path, self._encoding = path, encoding
        self.name, self.folder = path.name, path.parent
        self.sha256, self.total = survey.sha256, survey.total
        self._delimiter, names, self._start = self._read_head()
        self._fields = column_names.fields_of(names)
        column_names.check(self._fields, names, self.name)

    def _read_head(self) -> tuple[str, list[str], int]:
        """The delimiter that makes the most columns known, the columns' names, and where the first row begins."""
        with opened(self._path) as file:
            lines = FileLines(file, 0)
            head = decoded(lines.read()[0], self._encoding)[0].removeprefix("\ufeff")
        found = {sign: next(csv.reader([head], delimiter=sign), []) for sign in DELIMITERS}
        sign = max(DELIMITERS, key=lambda sign: sum(field is not None for field in column_names.fields_of(found[sign])))
        if not head.strip():
            raise SourceError(f"{self.name}: the file is empty, or its first row does not name the columns")
        return sign, [name.strip() for name in found[sign]], lines.position

    def records(self, position: int, number: int) -> Iterator[SourceRow]:
        """A quote that is never closed would swallow the rows after it: then only its own line is refused."""
        csv.field_size_limit(MAX_LINE_BYTES // 8)
        with opened(self._path, max(position, self._start)) as file:
            lines = FileLines(file, max(position, self._start))
            reader = _RowReader(lines, self._encoding, self._delimiter)
            while (row := reader.next_row()) is not None:
                if row == [] or not any(map(str.strip, row)):
                    continue
                number += 1
                yield self._record(reader, row, number)

    def _record(self, reader: _RowReader, row: list[str], number: int) -> SourceRow:
        problem = reader.problem
        if problem is None and len(row) > len(self._fields) and any(row[len(self._fields) :]):
            reader.give_up_row()
            problem = RowRefused(RowProblem.BROKEN_ROW, f"{len(row)} cells for {len(self._fields)} columns")
        if problem is not None:
            return SourceRow(number, reader.position, {}, problem)
        values: dict[str, str] = {}
        for field, value in zip(self._fields, row, strict=False):
            if field is not None and value and field not in values:
                values[field] = value
        return SourceRow(number, reader.position, values)


class _RowReader:
    """csv's reader over lines whose places are known."""

    def __init__(self, lines: FileLines, encoding: str, delimiter: str) -> None:
        self._lines, self._encoding, self._delimiter = lines, encoding, delimiter
        self.problem: RowRefused | None = None
        self._row_lines: list[tuple[bytes, int]] = []
        self._rows = self._reader()

    @property
    def position(self) -> int:
        return self._lines.position

    def next_row(self) -> list[str] | None:
        """None at the end. A row that cannot be read leaves `problem`, and a word in its place."""
        self.problem, self._row_lines = None, []
        try:
            row = next(self._rows, None)
        except csv.Error as error:
            self.give_up_row()
            row, self.problem = ["?"], RowRefused(RowProblem.BROKEN_ROW, str(error))
        return row

    def give_up_row(self) -> None:
        """Go on with the line after its first."""
        self._lines.give_back(self._row_lines[1:])
        self._rows = self._reader()

    def _reader(self) -> Iterator[list[str]]:
        return csv.reader(self._texts(), delimiter=self._delimiter, strict=True)

    def _texts(self) -> Iterator[str]:
        while (read := self._lines.read())[0]:
            self._row_lines.append(read)
            line = read[0]
            text, is_whole = decoded(line, self._encoding)
            if len(line) >= MAX_LINE_BYTES and not line.endswith(b"\n"):
                self.problem = RowRefused(RowProblem.BROKEN_ROW, "a line of more than a megabyte")
                text = "?\n"
            elif not is_whole:
                self.problem = RowRefused(RowProblem.BROKEN_TEXT, ascii(text)[:80])
            yield text
