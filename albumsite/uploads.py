"""Where an upload waits while a view looks at it: in memory, never on a disk, and never more than was agreed."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import MemoryFileUploadHandler, StopUpload

from albumsite.images import MAX_UPLOAD_BYTES

BYTES_AT_ONCE = settings.FACE_PHOTOS_MAX * MAX_UPLOAD_BYTES + (1 << 20)
"""Of one request: the most photos that a person may send at once. One that sends more is not read to its end."""


class InMemoryOnly(MemoryFileUploadHandler):
    """Django's handler for small files, for all: photos of people do not belong in a folder for temporary files.

    Of a file that is larger than a photo may be, only so much is kept that whoever looks sees that it is too large.
    """

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        self.activated = True
        self._total = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        self._length = 0
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self._total += len(raw_data)
        if self._total > BYTES_AT_ONCE:
            raise StopUpload(connection_reset=True)
        room = MAX_UPLOAD_BYTES + 1 - self._length
        kept = raw_data[: max(0, room)]
        self._length += len(kept)
        super().receive_data_chunk(kept, start)
        return None

    def file_complete(self, file_size: int) -> Any:
        return super().file_complete(min(file_size, self._length))
