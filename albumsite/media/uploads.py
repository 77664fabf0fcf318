"""Where uploads are taken, from whom and how many bytes; while a view looks at one it is in memory, never on a disk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, MemoryFileUploadHandler, StopUpload
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from albumsite.media.decoding import MAX_UPLOAD_BYTES
from albumsite.middleware_base import Middleware

View = TypeVar("View", bound=Callable[..., HttpResponse])

BYTES_AT_ONCE = settings.FACE_PHOTOS_MAX * MAX_UPLOAD_BYTES + (1 << 20)
"""Of one request: the most photos that a person may send at once. One that sends more is not read to its end."""


def takes_uploads(
    max_bytes: int, *, of_each: int = MAX_UPLOAD_BYTES, from_visitors: bool = False
) -> Callable[[View], View]:
    """Marks a view whose form sends files, `max_bytes` of them with all else in the body. Outermost of its decorators.

    of_each: bytes of one file that are kept, and one more. from_visitors: also of people who have not signed in, whose networks the
    view's own gate counts.
    """

    def mark(view: View) -> View:
        view.upload_bytes = max_bytes  # type: ignore[attr-defined]
        view.upload_bytes_of_each = of_each  # type: ignore[attr-defined]
        view.takes_visitors_uploads = from_visitors  # type: ignore[attr-defined]
        return view

    return mark


def bytes_of_path(path: str) -> int:
    """How large a body may be that is sent there. Elsewhere than at a form for uploads: as large as a form gets."""
    return int(getattr(_view_at(path), "upload_bytes", settings.DATA_UPLOAD_MAX_MEMORY_SIZE))


def is_open_to_visitors(path: str) -> bool:
    """Whether a form for uploads is there that nobody need sign in for."""
    return bool(getattr(_view_at(path), "takes_visitors_uploads", False))


def _view_at(path: str) -> object:
    try:
        return resolve(path).func
    except (Resolver404, UnicodeError):
        return None


class UploadMiddleware(Middleware):
    """Gives views that take uploads a place for them, before anything reads the body (the CSRF check does)."""

    def process_view(self, request: HttpRequest, view: Any, _arguments: Any, _named: Any) -> None:
        if not getattr(view, "upload_bytes", 0):
            return
        if request.user.is_authenticated or view.takes_visitors_uploads:
            request.upload_handlers = [InMemoryOnly(request, view.upload_bytes, view.upload_bytes_of_each)]


class NoUploads(FileUploadHandler):
    """What a form without files gets: nothing of a file is kept, and who sends a large one is not listened to further."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        self._length = 0
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self._length += len(raw_data)
        if self._length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise StopUpload(connection_reset=True)
        return None

    def file_complete(self, file_size: int) -> Any:
        return None


class InMemoryOnly(MemoryFileUploadHandler):
    """Django's handler for small files, for all: photos of people do not belong in a folder for temporary files.

    Of a file that is larger than one may be, only so much is kept that whoever looks sees that it is too large.
    """

    def __init__(self, request: HttpRequest, all_bytes: int, bytes_of_each: int) -> None:
        super().__init__(request)
        self._most, self._most_of_each = all_bytes, bytes_of_each

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        self.activated = True
        self._total = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        self._length = 0
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self._total += len(raw_data)
        if self._total > self._most:
            raise StopUpload(connection_reset=True)
        room = self._most_of_each + 1 - self._length
        kept = raw_data[: max(0, room)]
        self._length += len(kept)
        super().receive_data_chunk(kept, start)
        return None

    def file_complete(self, file_size: int) -> Any:
        return super().file_complete(min(file_size, self._length))
