"""What can go wrong for a person who has a face learnt, in words that they can act on."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from albumsite.errors import UserFacingError, texts_of
from covers.errors import FAILURES as COVER_FAILURES


class ConsentMissing(UserFacingError):
    message_id = "faces:consent-missing"
    text = _("Please read the statement and tick it first: without it we may not store a photo.")
    status_code = 422


class TooManyFaces(UserFacingError):
    message_id = "faces:too-many"
    text = ngettext_lazy(
        "You have %(limit)d face already. Delete it if you do not need it any more.",
        "You have %(limit)d faces already. Delete one that you do not need any more.",
        "limit",
    )
    status_code = 409


class TooManyPhotos(UserFacingError):
    message_id = "faces:too-many-photos"
    text = _("%(limit)d photos are enough. Delete one to replace it.")
    status_code = 409


class TooFewPhotos(UserFacingError):
    message_id = "faces:too-few-photos"
    text = _("At least %(limit)d photos are needed; this face has %(count)d.")
    status_code = 409


class AlreadyTraining(UserFacingError):
    message_id = "faces:already-training"
    text = _("This face is being trained right now. Stop that first.")
    status_code = 409


class TooManyTrainings(UserFacingError):
    message_id = "faces:too-many-waiting"
    text = ngettext_lazy(
        "%(limit)d of your faces waits already. Start the next one when it is done.",
        "%(limit)d of your faces wait already. Start the next one when one of them is done.",
        "limit",
    )
    status_code = 429


class DailyTrainingsReached(UserFacingError):
    message_id = "faces:daily-limit"
    text = ngettext_lazy(
        "You have trained faces %(limit)d time today. You can go on tomorrow.",
        "You have trained faces %(limit)d times today. You can go on tomorrow.",
        "limit",
    )
    status_code = 429


class NothingToCancel(UserFacingError):
    message_id = "faces:not-cancellable"
    text = _("This training has already ended, so there is nothing to stop.")
    status_code = 409


FAILURES: dict[str, str | Promise] = {
    **{key: COVER_FAILURES[key] for key in ("engine:no-device", "engine:no-disk", "engine:model-missing",
                                           "engine:model-broken", "engine:not-installed")},
    "site:unexpected": _("Something broke on our side while training the face. Start again; your photos are kept."),
    "site:gave-up": _("We tried several times and could not finish. Start again later; your photos are kept."),
    "site:storage": _("We could not reach the store of photos just now. Start again in a few minutes; they are kept."),
    "engine:died": _("Training stopped unexpectedly. Start again; your photos are kept."),
    "engine:hung": _("Training stopped moving, so we ended it. Start again; your photos are kept."),
    "engine:failed": _("The face could not be trained. Start again; your photos are kept."),
    "engine:unknown": _("This site has no way to train faces any more. Tell its operator."),
    "engine:out-of-memory": _("Training needs more memory than this site has. Tell its operator, or try later."),
    "training:no-base-model": _("This site has no picture model that can be trained on faces. Tell its operator."),
    "training:photos-gone": _("The photos of this face are gone. Add new ones, then start again."),
    "training:bad-photo": _("One of the photos cannot be read. Replace it, then start again."),
    "engine:bad-spec": _("One of the photos cannot be read. Replace it, then start again."),
    "training:bad-options": _("These settings do not fit this site's picture model. Tell its operator."),
    "training:not-finite": _("The numbers of this training ran away. Start again, with other photos if it happens twice."),
    "training:too-large": _("Training needs more memory than this site's machine has. Tell its operator."),
    "training:too-slow": _("Training went far slower than it should on this machine, so we ended it. Try again later."),
    "training:bad-identifier": _("No free name for this face was left in the picture model. Tell this site's operator."),
}  # fmt: skip
"""Message id on a failed training → what its person reads."""

failure_text = texts_of(FAILURES)
