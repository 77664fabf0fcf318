"""What can go wrong for a person who asks for covers, in words that they can act on."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from albumsite.errors import UserFacingError, texts_of


class DailyLimitReached(UserFacingError):
    message_id = "covers:daily-limit"
    text = ngettext_lazy(
        "You have requested covers %(limit)d time today. You can make more tomorrow.",
        "You have requested covers %(limit)d times today. You can make more tomorrow.",
        "limit",
    )
    status_code = 429


class TooManyWaiting(UserFacingError):
    message_id = "covers:too-many-waiting"
    text = ngettext_lazy(
        "You already have %(limit)d request waiting. Start the next one when it is done.",
        "You already have %(limit)d requests waiting. Start the next one when the first is done.",
        "limit",
    )
    status_code = 429


class SiteBusy(UserFacingError):
    message_id = "covers:busy"
    text = ngettext_lazy(
        "Many people are making covers right now. Please try again in about %(minutes)d minute.",
        "Many people are making covers right now. Please try again in about %(minutes)d minutes.",
        "minutes",
    )
    status_code = 503


class NetworkBusy(UserFacingError):
    message_id = "covers:network-busy"
    text = ngettext_lazy(
        "Many requests from your network are waiting. Please try again in about %(minutes)d minute, or sign in to go on "
        "at once.",
        "Many requests from your network are waiting. Please try again in about %(minutes)d minutes, or sign in to go on "
        "at once.",
        "minutes",
    )
    status_code = 429


class VisitorsBusy(UserFacingError):
    message_id = "covers:visitors-busy"
    text = ngettext_lazy(
        "Many visitors are making covers right now. Please try again in about %(minutes)d minute, or sign in to go on at once.",
        "Many visitors are making covers right now. Please try again in about %(minutes)d minutes, or sign in to go on at once.",
        "minutes",
    )
    status_code = 503


class AlreadyReviewed(UserFacingError):
    message_id = "covers:already-reviewed"
    text = _("You have already reviewed this cover. Your download is open.")
    status_code = 409


class Nameless(UserFacingError):
    message_id = "covers:nameless"
    text = _("A song needs a title and an artist that can be seen: these are made of empty letters.")


class LettersMissing(UserFacingError):
    message_id = "covers:letters-missing"
    text = _("No typeface here has %(letters)s.")


class NotForStores(UserFacingError):
    message_id = "covers:not-for-stores"
    text = _(
        "Stores want the title and the artist whole, and on this cover they are not: there is no store file of it."
    )
    status_code = 409


class SongUnfit(UserFacingError):
    message_id = "safety:unfit"
    text = _("We do not draw this song: its words put a child in a sexual scene.")
    status_code = 422


class PromptUnfit(UserFacingError):
    message_id = "safety:prompt-unfit"
    text = _("These words ask for a picture that this site does not draw. Change them, and try again.")
    status_code = 422


class RealPersonBesideFace(UserFacingError):
    message_id = "safety:real-person"
    text = _(
        "The title, album or lyrics name a real person. Covers with your face show nobody else. "
        "Change the words, or make these covers without your face."
    )
    status_code = 422


class EngineAway(UserFacingError):
    message_id = "covers:engine-away"
    text = _(
        "“%(engine)s”, which drew this cover, does not draw here at the moment. "
        "Start again with this song, and another one draws it."
    )
    status_code = 409


class StyleAway(UserFacingError):
    message_id = "covers:style-away"
    text = _("This cover cannot be drawn in that style any more. Please choose another one.")
    status_code = 422


class NothingKept(UserFacingError):
    message_id = "covers:nothing-kept"
    text = _("Nothing stays as it is. Tick at least one thing, or start again with this song.")
    status_code = 422


class NotCancellable(UserFacingError):
    message_id = "covers:not-cancellable"
    text = _("This request has already ended, so there is nothing to cancel.")
    status_code = 409


class PictureGone(UserFacingError):
    message_id = "covers:picture-gone"
    text = _("Your picture is not here any more. Choose it again, or make the covers without it.")
    status_code = 422


class PictureNotStored(UserFacingError):
    message_id = "covers:picture-not-stored"
    text = _("We could not store your picture just now. Please send it again in a few minutes; all else is still here.")
    status_code = 503


class NoPictureSent(UserFacingError):
    message_id = "covers:no-picture-sent"
    text = _("No picture arrived. Please choose it again.")
    status_code = 422


class NotRedrawable(UserFacingError):
    message_id = "covers:not-redrawable"
    text = _("These covers cannot be drawn again: what they were made from is not here any more.")
    status_code = 409


class NothingSwitchedOff(UserFacingError):
    message_id = "covers:nothing-switched-off"
    text = _("Everything is still switched on. Switch off what you do not want, then draw again.")
    status_code = 409


class NothingChanged(UserFacingError):
    message_id = "covers:nothing-changed"
    text = _("Nothing is different from the version that you opened, so there is nothing to save.")
    status_code = 409


class NotOpenable(UserFacingError):
    message_id = "covers:not-openable"
    text = _(
        "This cover was made before covers kept their picture apart from their type. Draw the same covers again on the page "
        "of its request: those open."
    )
    status_code = 409


class PictureAway(UserFacingError):
    message_id = "covers:picture-away"
    text = _("The picture cannot be read just now. What you have changed is still here; please try again in a moment.")
    status_code = 503


class NotDrawnAnew(UserFacingError):
    message_id = "covers:not-drawn-anew"
    text = _(
        "The picture of this cover cannot be drawn anew: what it was drawn with is not here any more, or cannot do it."
    )
    status_code = 409


class BaseVersionGone(UserFacingError):
    message_id = "covers:base-version-gone"
    text = _(
        "The version that you worked on was deleted meanwhile. What you wrote is still here, and starts from the one that is shown."
    )
    status_code = 409


class BaseStillDrawn(UserFacingError):
    message_id = "covers:base-still-drawn"
    text = _("The picture of this version is still being drawn. Wait until it is there, or start from another one.")
    status_code = 409


class AlreadyDrawingAnew(UserFacingError):
    message_id = "covers:already-drawing-anew"
    text = _("A new picture of this cover is being drawn already. Wait for it, or stop it first.")
    status_code = 409


class VersionNotStopped(UserFacingError):
    message_id = "covers:version-not-stopped"
    text = _("This version has ended already, so there is nothing to stop.")
    status_code = 409


class TooManyVersions(UserFacingError):
    message_id = "covers:too-many-versions"
    text = _("A cover keeps %(limit)d versions, and this one has them. Delete some that you do not need any more.")
    status_code = 409


class VersionInUse(UserFacingError):
    message_id = "covers:version-in-use"
    text = _("This version is the one that your cover shows. Show another one first, then delete it.")
    status_code = 409


class TooManySongs(UserFacingError):
    message_id = "covers:too-many-songs"
    text = ngettext_lazy(
        "A release has at most %(limit)d song. Please take some away first.",
        "A release has at most %(limit)d songs. Please take some away first.",
        "limit",
    )
    status_code = 409


class TooManyReleases(UserFacingError):
    message_id = "covers:too-many-releases"
    text = ngettext_lazy(
        "You have %(limit)d release. Please delete one first.",
        "You have %(limit)d releases. Please delete one first.",
        "limit",
    )
    status_code = 409


class CannotLead(UserFacingError):
    message_id = "covers:cannot-lead"
    text = _(
        "The look of this cover cannot be carried to other songs: it shows a face or a picture of your own, or another engine drew it."
    )
    status_code = 409


class NotRetryable(UserFacingError):
    message_id = "covers:not-retryable"
    text = _("Only a failed or cancelled request can be tried again.")
    status_code = 409


FAILURES: dict[str, str | Promise] = {
    "site:unexpected": _("Something broke on our side while making your covers. Try again; your song is kept."),
    "site:gave-up": _("We tried several times and could not finish. Try again in a few minutes; your song is kept."),
    "site:storage": _("We could not save the pictures just now. Try again in a few minutes; your song is kept."),
    "engine:unknown": _("The drawing engine of this request is not available any more. Start a new request."),
    "engine:not-installed": _("The picture model cannot run on this site yet. Tell its operator, or try later."),
    "engine:no-device": _("The machine that draws pictures is not ready. Tell this site's operator, or try later."),
    "engine:bad-spec": _(
        "This site's picture model cannot draw at that size or with that setting. Start a new request."
    ),
    "engine:model-missing": _("The picture model is not installed on this site yet. Tell its operator, or try later."),
    "engine:model-broken": _("The picture model on this site is damaged. Tell its operator, or try later."),
    "engine:no-disk": _("The machine that draws pictures has no room left. Tell this site's operator, or try later."),
    "engine:adapter-missing": _("A style or face for this picture is not there any more. Start a new request."),
    "engine:adapter-broken": _(
        "A style or face for this picture does not fit this site's picture model, or its file is damaged. "
        "Start a new request."
    ),
    "engine:photos-gone": _(
        "The photos of this face are deleted, so its portraits cannot be drawn any more. Start a new request."
    ),
    "engine:picture-gone": _(
        "The picture that these covers are made of is not here any more. Start a new request and bring it again."
    ),
    "engine:out-of-memory": _("The picture was too large for this site's memory. Try fewer covers at a time."),
    "engine:hung": _("Drawing stopped moving, so we ended it. Try again; your song is kept."),
    "engine:died": _("The drawing engine stopped unexpectedly. Try again; your song is kept."),
    "site:not-whole": NotForStores.text,
    "studio:no-picture": NotOpenable.text,
    "engine:failed": _("The drawing engine could not draw this song. Try again, or change the song's details."),
    "safety:redrawn-picture": _(
        "This picture cannot be shown: our check found it unfit for this site. Change the words or the part, and draw it anew."
    ),
    "safety:check-away": _(
        "The new picture could not be checked just now, so nobody is shown it. Try again in a few minutes."
    ),
    "safety:prompt-unfit": PromptUnfit.text,
    "safety:declined": _(
        "The language model that reads songs here declined to work with this one, so no picture model draws it. "
        "Change the lyrics, or choose “poster”, which draws from the title and our own motifs."
    ),
    "safety:real-person": _(
        "The picture would name a real person. Covers with your face show nobody else. Change the title or lyrics and start again."
    ),
    "safety:picture": _(
        "None of these pictures can be shown: our check found each of them unfit for this site. "
        "Change the title or lyrics a little and start again."
    ),
    "safety:unfit": _("We do not draw this song: its words put a child in a sexual scene."),
}
"""Message id on a failed row → what its person reads."""

failure_text = texts_of(FAILURES)
