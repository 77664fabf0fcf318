"""The record: requests, covers, their reviews and release files; the models that draw, and the workers they run in."""

from covers.models.requests import (
    GENRE_CHOICES,
    Cover,
    CoverRequest,
    ReleaseFile,
    Review,
    Stage,
    Visibility,
)
from covers.models.versions import Kind, ModelCheck, ModelState, ModelVersion, SourceKind
from covers.models.workers import WorkerHealth

__all__ = [
    "GENRE_CHOICES",
    "Cover",
    "CoverRequest",
    "Kind",
    "ModelCheck",
    "ModelState",
    "ModelVersion",
    "ReleaseFile",
    "Review",
    "SourceKind",
    "Stage",
    "Visibility",
    "WorkerHealth",
]
