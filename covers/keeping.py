"""What is made here and lets go when it is old, and which objects of the buckets somebody still names. For `albumsite.retention`
and `albumsite.media.orphans`."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from albumsite.jobs import rounds
from albumsite.jobs.states import ACTIVE, State
from albumsite.media import storage
from covers.models import (
    Album,
    ContentReport,
    Cover,
    CoverRequest,
    CoverVersion,
    Dataset,
    Download,
    Evaluation,
    ModelVersion,
    MusicRelease,
    Refusal,
    ReleaseFile,
    ReleaseSong,
    Retraining,
    Review,
    SourceKind,
    StaffLook,
    UploadedPicture,
    VersionDrawing,
    Visibility,
    WeeklyReport,
    Withdrawal,
    WithheldPicture,
)
from covers.object_keys import art_key, cover_keys, mask_key, public_keys


def delete_unreviewed_of_visitors(before: datetime) -> int:
    """Requests of visitors of which nobody rated or published a cover, with all that was drawn for them."""
    return _delete_of_visitors("visitors-covers", before, with_reviewed=False)


def delete_reviewed_of_visitors(before: datetime) -> int:
    """Those that were rated as well; what hangs on the wall, or should as its maker wishes, stays."""
    return _delete_of_visitors("visitors-rated-covers", before, with_reviewed=True)


def _delete_of_visitors(name: str, before: datetime, *, with_reviewed: bool) -> int:
    rows = rounds.next_rows(name, CoverRequest.objects.only("pk", "owner_id"), before)
    pks = [row.pk for row in rows if row.owner_id is None]
    covers = Cover.objects.filter(request=OuterRef("pk"))
    doomed = CoverRequest.objects.filter(pk__in=pks, owner=None).exclude(state__in=ACTIVE)
    doomed = doomed.exclude(Exists(covers.filter(Q(wish=Visibility.PUBLIC) | Q(visibility=Visibility.PUBLIC))))
    if not with_reviewed:
        doomed = doomed.exclude(Exists(Review.objects.filter(cover__request=OuterRef("pk"))))
    return sum(_delete_request(pk, doomed) for pk in list(doomed.values_list("pk", flat=True)))


@transaction.atomic
def _delete_request(pk: uuid.UUID, doomed: object) -> int:
    """Unless it was claimed, published or rated since somebody looked: a sign-in may just hand it over."""
    if not CoverRequest.objects.select_for_update().filter(pk=pk, owner=None).exists():
        return 0
    if not doomed.filter(pk=pk).exists():  # type: ignore[attr-defined]
        return 0
    CoverRequest.objects.filter(pk=pk).delete()  # receivers ask for its files to go
    return 1


def delete_releases_of_visitors(before: datetime) -> int:
    """Of none of whose songs a cover is left; the rest goes after its covers."""
    rows = rounds.next_rows("visitors-releases", MusicRelease.objects.only("pk", "owner_id"), before)
    drawn = ReleaseSong.objects.filter(release=OuterRef("pk"), request__isnull=False)
    doomed = MusicRelease.objects.filter(pk__in=[row.pk for row in rows], owner=None).exclude(Exists(drawn))
    return int(doomed.delete()[0])


def _old_of(rows: QuerySet[Any]) -> Callable[[datetime], int]:
    return partial(rounds.delete_old, rows)


delete_old_downloads = _old_of(Download.objects.all())
delete_old_refusals = _old_of(Refusal.objects.all())
delete_refused_pictures = _old_of(WithheldPicture.objects.filter(state=WithheldPicture.WithheldState.REFUSED))
"""What the picture check has refused and no moderator has released."""
delete_held_pictures = _old_of(WithheldPicture.objects.filter(state=WithheldPicture.WithheldState.HELD))
"""What nobody could judge for so long."""
delete_answered_reports = _old_of(ContentReport.objects.exclude(answer=""))
"""What nobody has answered stays until somebody does."""
delete_old_looks = _old_of(StaffLook.objects.all())
delete_unused_pictures = _old_of(UploadedPicture.objects.unused())
"""Pictures that somebody brought and made no covers of. Their files follow by the receiver."""
delete_done_withdrawals = _old_of(Withdrawal.objects.filter(state=State.DONE))
delete_old_reports = _old_of(WeeklyReport.objects.all())
"""Their pictures follow as objects that nobody names."""


def delete_old_checkpoints(before: datetime) -> int:
    """Of weekly trainings that ended without going on: there are few, one a week."""
    ended = Retraining.objects.exclude(state__in=ACTIVE).exclude(checkpoint_key="").filter(finished_at__lt=before)
    count = 0
    for pk, key in list(ended.values_list("pk", "checkpoint_key")[: rounds.BATCH]):
        count += (
            Retraining.objects.filter(pk=pk, checkpoint_key=key).exclude(state__in=ACTIVE).update(checkpoint_key="")
        )
        storage.delete_all(storage.private(), [key])
    return count


def delete_dead_folders(before: datetime) -> int:
    """Work folders of trainings and comparisons that are over, and half a model that a dead worker was fetching: on this machine."""
    from covers.evaluation import work_folders
    from covers.registry import cache
    from covers.weekly import training_folder

    return training_folder.delete_ended() + work_folders.delete_ended() + cache.delete_forgotten_parts()


# --- which objects somebody names ---------------------------------------------------------------------------------------


def named_covers(bucket: str, keys: list[str]) -> set[str]:
    """Files of covers that are there; in the public bucket only what everybody may see now."""
    requests = {pk for key in keys if (pk := _uuid_at(key, 1))}
    covers = Cover.objects.filter(request_id__in=requests)
    if bucket == "public":
        prefixes = covers.public().values_list("storage_prefix", flat=True)
        return {key for prefix in prefixes for key in public_keys(prefix)}
    withheld = WithheldPicture.objects.filter(request_id__in=requests).values_list("storage_prefix", flat=True)
    versions = CoverVersion.objects.filter(cover__request_id__in=requests).exclude(storage_prefix="")
    kept = [
        *covers.values_list("storage_prefix", flat=True),
        *versions.values_list("storage_prefix", flat=True),
        *withheld,
    ]
    named = {key for prefix in kept for key in cover_keys(prefix)}
    drawings = VersionDrawing.objects.filter(cover__request_id__in=requests)
    named |= {art_key(prefix) for prefix in drawings.values_list("art_prefix", flat=True) if prefix}
    named |= {mask_key(prefix) for prefix in drawings.values_list("mask_prefix", flat=True) if prefix}
    return named | set(ReleaseFile.objects.filter(cover__request_id__in=requests).values_list("storage_key", flat=True))


def named_pictures(bucket: str, keys: list[str]) -> set[str]:
    """Pictures that somebody brought; none of them is ever public."""
    pks = {pk for key in keys if (pk := _uuid_at(key, 1))}
    if bucket == "public":
        return set()
    return {picture.storage_key for picture in UploadedPicture.objects.filter(pk__in=pks).only("pk")}


def named_albums(bucket: str, keys: list[str]) -> set[str]:
    hashes = [key.rpartition("/")[2].partition(".")[0] for key in keys]
    return set(Album.objects.filter(sha256__in=hashes).exclude(sha256="").values_list("storage_key", flat=True))


def named_learning(bucket: str, keys: list[str]) -> set[str]:
    """Of trainings what they name; of comparisons and sets all that lies where a row is."""
    by_kind: dict[str, list[str]] = {}
    for key in keys:
        by_kind.setdefault(key.split("/")[1], []).append(key)
    manifests = [key.rpartition("/")[2].partition(".")[0] for key in by_kind.get("datasets", [])]
    named = set(Dataset.objects.filter(manifest_sha256__in=manifests).values_list("manifest_key", flat=True))
    for row in Retraining.objects.filter(pk__in=_uuids(by_kind.get("retrainings", []))):
        named |= {row.checkpoint_key, *(key for entry in row.samples for key in entry["keys"])}
    comparisons = {
        str(pk)
        for pk in Evaluation.objects.filter(pk__in=_uuids(by_kind.get("evaluations", []))).values_list("pk", flat=True)
    }
    return named | {key for key in by_kind.get("evaluations", []) if key.split("/")[2] in comparisons}


def named_reports(bucket: str, keys: list[str]) -> set[str]:
    reports = WeeklyReport.objects.filter(week__in={key.split("/")[1] for key in keys})
    return {key for pair in reports.values_list("chart_key", "sheet_key") for key in pair}


OWN_MODEL = re.compile(r"^models/[^/]+/[0-9a-f]{16}/.+")
"""Where the site itself puts models. What an operator has put elsewhere is theirs."""


def named_models(bucket: str, keys: list[str]) -> set[str]:
    """There are few models: all of them are asked for."""
    sources = set(ModelVersion.objects.filter(source_kind=SourceKind.STORAGE).values_list("source", flat=True))
    folders = tuple(f"{source}/" for source in sources)
    return {key for key in keys if not OWN_MODEL.match(key) or key in sources or key.startswith(folders)}


def nobody_names(bucket: str, keys: list[str]) -> set[str]:
    """Of what is only ever there for a moment."""
    return set()


def _uuids(keys: Iterable[str]) -> set[uuid.UUID]:
    return {pk for key in keys if (pk := _uuid_at(key, 2))}


def _uuid_at(key: str, place: int) -> uuid.UUID | None:
    try:
        return uuid.UUID(key.split("/")[place])
    except (ValueError, IndexError):
        return None
