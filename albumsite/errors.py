"""Errors that speak to a person, and errors of engines. A message id goes on the row; its text is translated on the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class UserFacingError(Exception):
    """Something a person can act on. Subclasses set `message_id` (stable, stored) and `text` (translated, with %(name)s; by
    `ngettext_lazy` where a number stands before a noun)."""

    message_id: ClassVar[str] = "site:unexpected"
    text: ClassVar[str | Promise] = _("Something went wrong on our side. What you typed is safe. Please try again.")
    status_code: ClassVar[int] = 400

    def __init__(self, **values: object) -> None:
        super().__init__(self.message_id)
        self.values = values

    def __str__(self) -> str:
        return str(self.text % self.values) if self.values else str(self.text)  # the number chooses the sentence

    @property
    def headers(self) -> dict[str, str]:
        """Of the answer: when to come back, where that is known (`retry_after_seconds` among the values)."""
        seconds = self.values.get("retry_after_seconds")
        return {} if seconds is None else {"Retry-After": str(seconds)}


def texts_of(failures: Mapping[str, str | Promise]) -> Callable[[str], str]:
    """Message id on a row that failed → what whoever waits for it reads, and nothing where nothing failed. failures: by message id."""
    return lambda message_id: str(failures.get(message_id, failures["site:unexpected"])) if message_id else ""


class EngineError(Exception):
    """An engine could not draw or train. `message_id` names the reason for the person; `detail` is for the log only."""

    def __init__(self, message_id: str, detail: str = "") -> None:
        super().__init__(f"{message_id}: {detail}" if detail else message_id)
        self.message_id = message_id
        self.detail = detail

    def __reduce__(self) -> tuple[type[EngineError], tuple[str, str]]:
        return type(self), (self.message_id, self.detail)


class StorageError(Exception):
    """The object store did not take or give a file. `__cause__` says why; a person is asked to try again."""


@contextmanager
def job_waits_for_store() -> Iterator[None]:
    """Where a worker needs the store: away is a reason for its job to be tried again, EngineError "site:storage"."""
    try:
        yield
    except StorageError as error:
        raise EngineError("site:storage", str(error)) from error


class WriterError(Exception):
    """A brief writer could not answer in time or in shape. Never shown: the rules writer takes over."""


class WriterDeclined(WriterError):
    """The model will not work with this song. No other writer takes its place for a model that draws; see `covers.tasks`."""
