"""What operators do with albums that are there: take back the right to learn from them, delete them."""

from __future__ import annotations

from django.db import transaction

from albumsite.media import storage
from covers.models import Album, AllowedUse
from covers.models.albums import AlbumQuerySet


@transaction.atomic
def withdraw_training(*, albums: AlbumQuerySet) -> list[Album]:
    """From now on none of these may be in a new set. Returns those that could be before."""
    changed = list(albums.filter(allowed_use=AllowedUse.TRAINING).select_for_update())
    Album.objects.filter(pk__in=[album.pk for album in changed]).update(allowed_use=AllowedUse.NONE)
    return changed


@transaction.atomic
def delete_albums(*, albums: AlbumQuerySet) -> int:
    """Rows, and their pictures after the commit. What names them in sets stays. Returns how many rows."""
    keys = [key for key in albums.values_list("storage_key", flat=True) if key]
    count = albums.count()
    albums.delete()

    def delete_files() -> None:
        there = set(Album.objects.filter(storage_key__in=keys).values_list("storage_key", flat=True))
        storage.delete_all(storage.private(), [key for key in keys if key not in there])  # not if imported again

    transaction.on_commit(delete_files)
    return count
