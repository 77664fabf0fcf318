"""Which models saw a picture: for the person who takes it back, and for whoever must answer for a model."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from django.db.models import Q

from accounts.models import User
from covers.models import DatasetItem, ModelVersion


def models_that_saw(
    *, sha256s: Collection[str] = (), source_pks: Collection[uuid.UUID] = (), owner: User | None = None
) -> list[ModelVersion]:
    """Models whose set held one of these pictures, in any role, and all that were trained from those; oldest first.

    sha256s: of the files as they were learnt from. source_pks: of covers or albums, also of deleted ones. owner: the maker.
    """
    wanted = Q(sha256__in=list(sha256s)) | Q(source_pk__in=list(source_pks))
    if owner is not None:
        wanted |= Q(owner=owner)
    sets = DatasetItem.objects.filter(wanted).values("dataset")
    found = {version.pk: version for version in ModelVersion.objects.filter(dataset__in=sets)}
    newest = list(found)
    while newest:
        children = ModelVersion.objects.filter(parent__in=newest).exclude(pk__in=list(found))
        fresh = {version.pk: version for version in children}
        found |= fresh
        newest = list(fresh)
    return sorted(found.values(), key=lambda version: (version.created_at, version.key))
