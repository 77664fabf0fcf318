"""Freezing a week's set: rows chosen, files read, the manifest written, then all rows in one transaction.

It may be killed anywhere and run again: nothing but a manifest under the name of its own hash is left by half a run, and
the same rows, files and code end in the same set.
"""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Iterable, Iterator

from django.db import IntegrityError, transaction

from albumsite.media import storage
from covers.datasets import preference_pairs as preferring
from covers.datasets import selection
from covers.datasets.dataset_pictures import DatasetPicture, FaultyPicture, examine, in_order
from covers.datasets.manifest import DatasetContents, PreferredPair, manifest_key, manifest_of
from covers.datasets.preference_pairs import Preference
from covers.datasets.selection import PictureCandidate, SelectionRules
from covers.models import Dataset, DatasetItem

logger = logging.getLogger(__name__)

TRIES = 3
ROWS_AT_ONCE = 1000


def build_dataset(*, week: str, base_key: str, seed: int) -> Dataset:
    """The set that the model `base_key` learns from for this week; the same state gives the same set, and one row for it.

    A consent withdrawn while it is made starts it over: the database refuses the rows. Raises StorageError, ValueError for
    what is no week, IntegrityError when that goes on happening.
    """
    rules = selection.rules_for(week=week, base_key=base_key, seed=seed)
    dataset = _build(rules, TRIES)
    logger.info("set made dataset=%s week=%s model=%s counts=%s", dataset.pk, week, base_key, dataset.counts)
    return dataset


def _build(rules: SelectionRules, tries: int) -> Dataset:
    contents = _contents(rules)
    manifest = manifest_of(rules, contents)
    key = manifest_key(manifest)
    storage.save_all(storage.private(), {key: manifest})
    try:
        return _record(rules, contents, manifest, key)
    except IntegrityError:
        if not Dataset.objects.filter(manifest_key=key).exists():
            storage.delete_all(storage.private(), [key])  # it names a picture that may not be learnt from any more
        if tries == 1:
            raise
        logger.warning("set refused by the database, chosen again week=%s model=%s", rules.week, rules.base_key)
    return _build(rules, tries - 1)


def _contents(rules: SelectionRules) -> DatasetContents:
    left_out: Counter[str] = Counter()
    images = _unique(_whole(selection.images(rules), left_out), left_out)
    held_out = {image.sha256 for image in images if image.candidate.is_held_out}
    held_out |= _held_out_before(rules)
    kept = [image for image in images if image.candidate.is_held_out or image.sha256 not in held_out]
    left_out["held_out_before"] += len(images) - len(kept)
    found = _pairs(list(preferring.preferences(rules)), images, held_out, left_out)
    kept.sort(key=lambda image: str(image.candidate.pk))
    return DatasetContents(kept, found, {reason: count for reason, count in left_out.items() if count})


def _whole(candidates: Iterable[PictureCandidate], left_out: Counter[str]) -> Iterator[DatasetPicture]:
    for result in in_order(examine, candidates):
        if isinstance(result, FaultyPicture):
            left_out[result.reason] += 1
            logger.warning("picture left out source=%s reason=%s", result.candidate.pk, result.reason)
        else:
            yield result


def _unique(images: Iterable[DatasetPicture], left_out: Counter[str]) -> list[DatasetPicture]:
    """One of each content. Of twins the held-out one stays, else the first."""
    kept: dict[str, DatasetPicture] = {}
    for image in images:
        twin = kept.get(image.sha256)
        left_out["twin"] += twin is not None
        if twin is None or (image.candidate.is_held_out and not twin.candidate.is_held_out):
            kept[image.sha256] = image
    return list(kept.values())


def _held_out_before(rules: SelectionRules) -> set[str]:
    """What earlier weeks measured with: a twin of such a picture, from another request, is not learnt from either."""
    rows = DatasetItem.objects.filter(dataset__week__lt=rules.week, is_held_out=True)
    return set(rows.values_list("sha256", flat=True).distinct())


def _pairs(
    found: list[Preference], images: list[DatasetPicture], held_out: set[str], left_out: Counter[str]
) -> list[PreferredPair]:
    """Pairs whose two files are whole and differ. A file that was read for the images is not read again."""
    whole = {image.candidate.pk: image for image in images}
    wanted = {side.pk: side for one in found for side in (one.chosen, one.rejected) if side.pk not in whole}
    whole |= {image.candidate.pk: image for image in _whole(wanted.values(), Counter())}
    pairs = []
    for one in sorted(found, key=lambda one: (str(one.chosen.pk), str(one.rejected.pk))):
        chosen, rejected = whole.get(one.chosen.pk), whole.get(one.rejected.pk)
        if chosen is None or rejected is None or chosen.sha256 == rejected.sha256:
            left_out["pairs_faulty"] += 1
        elif not one.chosen.is_held_out and held_out & {chosen.sha256, rejected.sha256}:
            left_out["pairs_held_out_before"] += 1
        else:
            pairs.append(PreferredPair(chosen, rejected, one.because))
    return pairs


@transaction.atomic
def _record(rules: SelectionRules, contents: DatasetContents, manifest: bytes, key: str) -> Dataset:
    """All rows or none. Raises IntegrityError where the database's own rule refuses one."""
    dataset, is_new = Dataset.objects.get_or_create(
        manifest_sha256=hashlib.sha256(manifest).hexdigest(),
        defaults={
            "week": rules.week,
            "base_key": rules.base_key,
            "query": rules.to_json(),
            "counts": contents.counts,
            "manifest_key": key,
        },
    )
    if is_new:
        DatasetItem.objects.bulk_create(_items(dataset, contents), batch_size=ROWS_AT_ONCE)
    return dataset


def _items(dataset: Dataset, contents: DatasetContents) -> Iterator[DatasetItem]:
    for image in contents.images:
        role = DatasetItem.Role.HELD_OUT if image.candidate.is_held_out else DatasetItem.Role.TRAIN
        yield _item(dataset, image, role=role)
    for number, pair in enumerate(contents.pairs):
        yield _item(dataset, pair.chosen, role=DatasetItem.Role.CHOSEN, pair=number)
        yield _item(dataset, pair.rejected, role=DatasetItem.Role.REJECTED, pair=number)


def _item(dataset: Dataset, image: DatasetPicture, **values: object) -> DatasetItem:
    candidate = image.candidate
    source = {"album_id" if candidate.source == "album" else "cover_id": candidate.pk}
    return DatasetItem(
        dataset=dataset,
        is_held_out=candidate.is_held_out,
        owner_id=candidate.owner_pk,
        source_pk=candidate.pk,
        sha256=image.sha256,
        caption=candidate.caption,
        half_stars=candidate.half_stars,
        **source,
        **values,
    )
