"""Faces, as covers know them. They are the app `personalize`'s, which knows this one: it registers itself here when it is ready."""

from __future__ import annotations

from typing import Any, Protocol

from django.db.models import QuerySet

from accounts.person import Person


class FaceToDraw(Protocol):
    """What drawing needs of a face. base_key: the choice that its adapter was made for. drawn_from: what portraits are drawn from, each
    with `pk`, `storage_key`, `IS_LAYERS` (of its file) and the face box of its photo."""

    pk: Any
    base_key: str
    adapter_key: str
    adapter_sha256: str
    adapter_size_bytes: int

    @property
    def subject(self) -> str: ...

    def drawn_from(self) -> list[Any]: ...

    def has_portraits(self) -> bool: ...


class FaceSource(Protocol):
    """Where faces come from."""

    def all(self) -> QuerySet[Any]:
        """Every face, for commands of an operator."""

    def shown_to(self, person: Person | None) -> QuerySet[Any]:
        """Those that the person may have on their covers, and that can be drawn; none for a visitor."""

    def use(self, face: FaceToDraw) -> bool:
        """Note that the face is used now, and hold its row to the end of the transaction, so that nobody forgets it meanwhile.
        False: it is not there any more."""

    def adapter_sha256s(self) -> set[str]:
        """Of the adapters that are still wanted."""

    def trainings(self) -> QuerySet[Any]:
        """The rows of all trainings, which are jobs (`albumsite.jobs.models.Job`), for reports."""


_sources: list[FaceSource] = []


def register(source: FaceSource) -> None:
    """The one place that faces come from; a second call replaces the first."""
    _sources[:] = [source]


def faces() -> FaceSource:
    """Raises LookupError before apps are ready, or without an app that has faces."""
    if not _sources:
        raise LookupError("no app has registered faces: is personalize among INSTALLED_APPS, and are the apps loaded?")
    return _sources[0]
