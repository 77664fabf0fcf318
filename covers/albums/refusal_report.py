"""The report of what was refused: a CSV with the row's number, the reason, what it is about and what to do."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from covers.albums.album_contract import ADVICE, Note, RowProblem, SourceError

HEAD = "row,reason,about,what to do\r\n"
DETAIL_MAX = 300

RefusalLine = tuple[int, RowProblem | Note, str]
"""A row's number, the reason, and what it is about."""


class RefusalReport:
    """Grows with each batch. Its length is committed with the batch's rows, so that what a killed import wrote after its
    last commit is cut off when it goes on, and no line stands twice.
    """

    def __init__(self, path: Path, length: int) -> None:
        """length: as committed; 0 begins anew, over an older report but over nothing else. Raises SourceError."""
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("r+b") if path.exists() else path.open("x+b")
            self._prepare(length)
        except OSError as error:
            raise SourceError(f"{path}: the report of refused rows cannot be written ({error.strerror})") from error

    def _prepare(self, length: int) -> None:
        head = HEAD.encode("utf-8-sig")  # spreadsheets take it for UTF-8 only with the mark
        start = self._file.read(len(head))
        if start not in (head, b""):
            raise SourceError(
                f"{self.path}: this is no report of an import, so it is not written over; name another file"
            )
        size = self._file.seek(0, io.SEEK_END)
        self._file.truncate(length if 0 < length <= size else 0)
        self._file.seek(0, io.SEEK_END)
        if self._file.tell() == 0:
            self._file.write(head)
            self._file.flush()

    def add(self, refused: list[RefusalLine]) -> int:
        """Append lines, in the order of their rows. Returns the file's new length."""
        text = io.StringIO()
        writer = csv.writer(text)
        for number, reason, detail in sorted(refused):
            writer.writerow([number, str(reason), _harmless(detail), ADVICE[reason]])
        self._file.write(text.getvalue().encode("utf-8", "replace"))
        self._file.flush()
        return self._file.tell()

    def close(self) -> None:
        self._file.close()


def _harmless(detail: str) -> str:
    """One line that no spreadsheet takes for a formula."""
    line = " ".join(detail.split())[:DETAIL_MAX]
    return f"'{line}" if line.startswith(("=", "+", "-", "@")) else line
