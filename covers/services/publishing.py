"""Who may see a cover: shown and taken back by its maker, hidden and restored by moderators."""

from __future__ import annotations

from django.db import transaction

from albumsite.media import storage
from covers.models import Cover, Visibility
from covers.object_keys import public_keys
from covers.services import withdrawals


def publish_cover(*, cover: Cover) -> None:
    """Its maker hangs it on the wall: page sizes are copied to the public bucket. A hidden cover stays hidden, a draft private, and one
    that shows another version by now is not the one that they looked at.

    Raises StorageError.
    """
    if cover.request.is_draft:
        return
    seen = Cover.objects.filter(pk=cover.pk, storage_prefix=cover.storage_prefix)
    seen.exclude(visibility=Visibility.HIDDEN).update(wish=Visibility.PUBLIC)
    _show(cover)


def unpublish_cover(*, cover: Cover) -> None:
    """Its maker wants it private. One that a moderator has hidden stays hidden, and is private when it comes back."""
    with transaction.atomic():
        was = Cover.objects.select_for_update().filter(pk=cover.pk).values_list("visibility", flat=True).first()
        now = Visibility.PRIVATE if was == Visibility.PUBLIC else was
        Cover.objects.filter(pk=cover.pk).update(wish=Visibility.PRIVATE, visibility=now)
        if now != was:
            withdrawals.ask(storage_prefix=cover.storage_prefix)
    cover.refresh_from_db(fields=["visibility", "wish"])


def hide_cover(*, cover: Cover) -> None:
    """A moderator takes the cover away from everybody but its maker; its public copies are deleted."""
    _withdraw(cover, Visibility.HIDDEN, only_from=(Visibility.PUBLIC, Visibility.PRIVATE))


def restore_cover(*, cover: Cover) -> None:
    """A moderator gives a hidden cover back as its maker wants it, to the wall only if it hung there. Raises StorageError."""
    Cover.objects.filter(pk=cover.pk, visibility=Visibility.HIDDEN).update(visibility=Visibility.PRIVATE)
    _show(cover)


def _show(cover: Cover) -> None:
    """Copy it to the public bucket and make it public, if its maker wants that and no moderator has hidden it."""
    wanted = Cover.objects.filter(
        pk=cover.pk, storage_prefix=cover.storage_prefix, visibility=Visibility.PRIVATE, wish=Visibility.PUBLIC
    )
    if wanted.exists():
        withdrawals.look_later(storage_prefix=cover.storage_prefix)
        keys = public_keys(cover.storage_prefix)
        storage.save_all(storage.public(), {key: storage.read(storage.private(), key) for key in keys})
        wanted.update(visibility=Visibility.PUBLIC)
        if not withdrawals.is_shown(cover.storage_prefix):
            withdrawals.ask(
                storage_prefix=cover.storage_prefix
            )  # taken down meanwhile: what was copied after that must go as well
    cover.refresh_from_db(fields=["visibility", "wish"])


def _withdraw(cover: Cover, visibility: str, *, only_from: tuple[str, ...]) -> None:
    with transaction.atomic():
        changed = Cover.objects.filter(pk=cover.pk, visibility__in=only_from).update(visibility=visibility)
        if changed:
            withdrawals.ask(storage_prefix=cover.storage_prefix)
    cover.refresh_from_db(fields=["visibility", "wish"])
