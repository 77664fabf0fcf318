"""Faces, photos and what trainings leave behind, when it is old; and which objects of a face somebody names."""

from __future__ import annotations

import uuid
from datetime import datetime

from albumsite.jobs import rounds
from albumsite.jobs.states import ACTIVE, State
from albumsite.media import storage
from personalize.models import Erasure, Face, KeptPortrait, Photo, TrainingRun
from personalize.training import chores, workfolders


def tidy_faces(before: datetime) -> int:
    """Photos after their days and faces that nobody uses; which are which is said by settings and querysets."""
    tidied = chores.tidy_faces()
    return tidied.photos + tidied.forgotten


def delete_done_erasures(before: datetime) -> int:
    return rounds.delete_old(Erasure.objects.filter(state=State.DONE), before)


def delete_old_checkpoints(before: datetime) -> int:
    """Of trainings that failed or were stopped: nobody went on with them."""
    rows = rounds.next_rows(
        "face-checkpoints", TrainingRun.objects.only("pk", "state", "checkpoint_key", "finished_at"), before
    )
    count = 0
    for row in rows:
        if row.checkpoint_key and row.state not in ACTIVE and row.finished_at and row.finished_at < before:
            mine = TrainingRun.objects.filter(pk=row.pk, checkpoint_key=row.checkpoint_key).exclude(state__in=ACTIVE)
            count += mine.update(checkpoint_key="")
            storage.delete_all(storage.private(), [row.checkpoint_key])
    return count


def delete_dead_folders(before: datetime) -> int:
    """On this machine."""
    return workfolders.delete_orphans()


def named_faces(bucket: str, keys: list[str]) -> set[str]:
    """What rows point at: photos, what is kept of them, the adapter, samples and the checkpoint of each training."""
    pks: set[uuid.UUID] = set()
    for key in keys:
        try:
            pks.add(uuid.UUID(key.split("/")[1]))
        except (ValueError, IndexError):
            continue
    named = set(Photo.objects.filter(face_id__in=pks).values_list("storage_key", flat=True))
    named |= set(KeptPortrait.objects.filter(face_id__in=pks).values_list("storage_key", flat=True))
    named |= set(Face.objects.filter(pk__in=pks).values_list("adapter_key", flat=True))
    for run in TrainingRun.objects.filter(face_id__in=pks):
        named |= {run.checkpoint_key, *(key for entry in run.samples for key in entry["keys"])}
    return named
