"""What covers do when something happens elsewhere: rows change hands, files follow their rows."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from django.db import transaction

from accounts.person import Person
from albumsite.errors import StorageError
from albumsite.media import storage
from covers.bandit.learning import unlearn

if TYPE_CHECKING:
    from accounts.models import User
    from covers.models import (
        Cover,
        CoverRequest,
        CoverVersion,
        Evaluation,
        ReleaseFile,
        Retraining,
        Review,
        UploadedPicture,
        VersionDrawing,
        WithheldPicture,
    )

logger = logging.getLogger(__name__)


def take_over(visitor: Person, member: Person, **_: Any) -> None:
    """A visitor has signed in: what they made is the member's now."""
    from covers.services.people import hand_over  # not while apps load: services bring the whole drawing library

    hand_over(visitor=visitor, member=member)


def weigh_again(user: User, **_: Any) -> None:
    """A member has proven who they are, or takes the proof away."""
    from covers.services import reviews  # as above

    reviews.weigh_again(member=user)


MODERATORS = "Moderators"
RIGHTS = (
    "view_coverrequest", "view_cover", "change_cover", "view_review", "change_review", "delete_review", "view_contentreport",
    "change_contentreport", "view_stafflook", "view_withheldpicture", "change_withheldpicture",
)  # fmt: skip


def offer_moderators(plan: list[tuple[Any, bool]], **_: Any) -> None:
    """After the migration that brings what moderators work with, and never again: who deletes the group, or brings an old
    database back, does not get it anew."""
    applied = {step.name for step, backwards in plan if step.app_label == "covers" and not backwards}
    if "0019_moderation" in applied:
        make_moderators()
    elif any(name.endswith("_withheld_pictures") for name in applied):
        let_moderators_release()


def make_moderators() -> None:
    """The group that moderates, ready-made. What an operator has made of it stays."""
    from django.contrib.auth.models import Group, Permission

    group, is_new = Group.objects.get_or_create(name=MODERATORS)
    if is_new:
        group.permissions.set(Permission.objects.filter(content_type__app_label="covers", codename__in=RIGHTS))


def let_moderators_release() -> None:
    """The ready-made group of before there were withheld pictures, if it is still there."""
    from django.contrib.auth.models import Group, Permission

    new = ("view_withheldpicture", "change_withheldpicture")
    for group in Group.objects.filter(name=MODERATORS):
        group.permissions.add(*Permission.objects.filter(content_type__app_label="covers", codename__in=new))


def unlearn_review(instance: Review, **_: Any) -> None:
    """A review goes, by itself or with its cover or its author: prompts forget what it taught."""

    if instance.is_counted:
        unlearn(review_pk=instance.pk)


def delete_cover_files(instance: Cover, **_: Any) -> None:
    """A cover's row is gone: its files in both buckets are asked to go in the same transaction."""
    from covers.services import withdrawals  # not while apps load: models are not there yet

    if instance.storage_prefix:
        withdrawals.ask(storage_prefix=instance.storage_prefix, with_originals=True)


def delete_version_files(instance: CoverVersion, **_: Any) -> None:
    """A version's row is gone: so are its files, unless they are those of the cover as it is shown."""
    from covers.drawing.version_pictures import let_drawing_go
    from covers.models import Cover
    from covers.services import withdrawals  # as above

    prefix = instance.storage_prefix
    if prefix and not Cover.objects.filter(pk=instance.cover_id, storage_prefix=prefix).exists():
        withdrawals.ask(storage_prefix=prefix, with_originals=True)
    if instance.drawing_id is not None:
        let_drawing_go(pk=instance.drawing_id)


def delete_drawing_files(instance: VersionDrawing, **_: Any) -> None:
    """A drawing's row is gone: its mask and its picture are asked to go in the same transaction, and what it started from, unless somebody
    needs that."""
    from covers.drawing.version_pictures import let_drawing_go
    from covers.services import withdrawals  # as above

    for prefix in filter(None, (instance.mask_prefix, instance.art_prefix)):
        withdrawals.ask(storage_prefix=prefix, with_originals=True)
    if instance.base_id is not None:
        let_drawing_go(pk=instance.base_id)


def delete_withheld_files(instance: WithheldPicture, **_: Any) -> None:
    """A withheld picture's row is gone: so are its files, unless it was released and they are a cover's now."""
    from covers.models import Cover
    from covers.services import withdrawals  # as above

    if not Cover.objects.filter(request=instance.request_id, storage_prefix=instance.storage_prefix).exists():
        withdrawals.ask(storage_prefix=instance.storage_prefix, with_originals=True)


def let_picture_go(instance: CoverRequest, **_: Any) -> None:
    """A request's row is gone: so is the picture that it was made of, unless another request is made of it."""
    from covers.services import own_pictures  # as above

    if instance.picture_id is not None:
        own_pictures.let_go(pk=instance.picture_id)


def delete_picture_file(instance: UploadedPicture, **_: Any) -> None:
    """The row of a picture that somebody brought is gone: its file is asked to go in the same transaction."""
    from covers.services import withdrawals  # as above

    withdrawals.ask(storage_prefix=instance.storage_prefix, with_originals=True)


def delete_release_file(instance: ReleaseFile, **_: Any) -> None:
    """A release file's row is gone: so is its object, after the commit."""
    if not (key := instance.storage_key):
        return

    def delete() -> None:
        storage.delete_all(storage.private(), [key])

    transaction.on_commit(delete)


def delete_folder(instance: Evaluation | Retraining, **_: Any) -> None:
    """A training's or a comparison's row is gone: so is all that it drew, after the commit."""
    prefix = instance.prefix

    def delete() -> None:
        try:
            storage.delete_below(storage.private(), prefix)
        except StorageError:  # nothing points at what is left, and no page shows it
            logger.exception("folder not deleted prefix=%s", prefix)

    transaction.on_commit(delete)
