"""The record: requests, covers, reviews and release files; the models that draw, their workers, and how they learn."""

from covers.models.addresses import FormerAddressKey
from covers.models.albums import Album, AlbumImport, AllowedUse
from covers.models.arms import PromptArm
from covers.models.cover_versions import CoverVersion
from covers.models.covers import Cover, Visibility
from covers.models.datasets import Dataset, DatasetItem, Download, TrainingConsent
from covers.models.learning import Evaluation, Promotion, Retraining, TrialAssignment, Verdict
from covers.models.moderation import ContentReport, StaffLook
from covers.models.music_releases import SONGS_MAX, MusicRelease, ReleaseSong
from covers.models.refusals import Refusal
from covers.models.releases import ReleaseFile
from covers.models.reports import ReportDelivery, WeeklyReport
from covers.models.requests import GENRE_CHOICES, CoverRequest, Stage
from covers.models.reviews import Review, ReviewStanding
from covers.models.uploaded_pictures import UploadedPicture
from covers.models.version_drawings import VersionDrawing
from covers.models.versions import Kind, ModelCheck, ModelState, ModelVersion, SmokeTest, SourceKind
from covers.models.withdrawals import Withdrawal
from covers.models.withheld import WithheldPicture
from covers.models.workers import WorkerHealth

__all__ = [
    "GENRE_CHOICES",
    "SONGS_MAX",
    "Album",
    "AlbumImport",
    "AllowedUse",
    "ContentReport",
    "Cover",
    "CoverRequest",
    "CoverVersion",
    "Dataset",
    "DatasetItem",
    "Download",
    "Evaluation",
    "FormerAddressKey",
    "Kind",
    "ModelCheck",
    "ModelState",
    "ModelVersion",
    "MusicRelease",
    "Promotion",
    "PromptArm",
    "Refusal",
    "ReleaseFile",
    "ReleaseSong",
    "ReportDelivery",
    "Retraining",
    "Review",
    "ReviewStanding",
    "SmokeTest",
    "SourceKind",
    "StaffLook",
    "Stage",
    "TrainingConsent",
    "TrialAssignment",
    "UploadedPicture",
    "Verdict",
    "VersionDrawing",
    "Visibility",
    "WeeklyReport",
    "Withdrawal",
    "WithheldPicture",
    "WorkerHealth",
]
