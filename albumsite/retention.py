"""What the site keeps, for how long, and who lets it go: one table, from which the sweeper works and the privacy page reads.

Each row's sweeper takes the moment before which things are old and deletes one bounded batch of them; the chore comes again every
few seconds. Rows of tables are found by their UUIDv7, which says when; no sweeper reads a whole table or a whole bucket.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from albumsite.jobs import sweeper

logger = logging.getLogger(__name__)

DAY = timedelta(days=1)


@dataclass(frozen=True)
class RetentionRule:
    """One row. what, since: what is kept and from when days count, in words for people; empty for what is nobody's.

    setting: its length, in units of `unit`; without one, `unit` itself. sweep: dotted name of a function that takes a moment.
    """

    name: str
    sweep: str
    setting: str = ""
    unit: timedelta = DAY
    what: str | Promise = ""
    since: str | Promise = ""

    @property
    def length(self) -> timedelta:
        return getattr(settings, self.setting) * self.unit if self.setting else self.unit

    @property
    def days(self) -> int:
        return max(1, round(self.length / DAY))


RULES = (
    RetentionRule(
        "visitors-covers", "covers.keeping.delete_unreviewed_of_visitors", "VISITOR_COVER_DAYS",
        what=_("What you make without signing in and do not rate: the song as you typed it, and its covers"),
        since=_("after you made it"),
    ),
    RetentionRule(
        "visitors-rated-covers", "covers.keeping.delete_reviewed_of_visitors", "VISITOR_RATED_COVER_DAYS",
        what=_("What you make without signing in and rate, unless it hangs on the wall"),
        since=_("after you made it"),
    ),
    RetentionRule(
        "visitors-releases", "covers.keeping.delete_releases_of_visitors", "VISITOR_RATED_COVER_DAYS",
        what=_("A single, EP or album that you put together without signing in, once none of its covers is left"),
        since=_("after you made it"),
    ),
    RetentionRule(
        "photos", "personalize.keeping.tidy_faces", "FACE_PHOTO_DAYS",
        what=_("Photos of a face"), since=_("after the face was learnt, or after the last photo"),
    ),
    RetentionRule(
        "faces", "personalize.keeping.tidy_faces", "FACE_UNUSED_DAYS",
        what=_("A face that you do not use, with all that was learnt of it"), since=_("after its last use, with a mail before"),
    ),
    RetentionRule(
        "portraits", "personalize.keeping.tidy_faces", "FACE_UNUSED_DAYS",
        what=_("Portraits without colour and cut-outs, made from the photos of a face that you have allowed to be kept"),
        since=_("after the face was last used, with a mail before; or when you delete the face"),
    ),
    RetentionRule(
        "sessions", "accounts.keeping.delete_ended_sessions", "SESSION_COOKIE_AGE", timedelta(seconds=1),
        what=_("The cookie that you are signed in with, or known by as a visitor"), since=_("after you last signed in"),
    ),
    RetentionRule(
        "sign-ins", "accounts.keeping.delete_old_sign_ins", "LOGIN_LOG_DAYS",
        what=_("The log of sign-ins: when, how, with which browser, and the address with most letters hidden"),
        since=_("after the sign-in"),
    ),
    RetentionRule(
        "downloads", "covers.keeping.delete_old_downloads", "DOWNLOAD_DAYS",
        what=_("That you downloaded a file, and which"), since=_("after the download"),
    ),
    RetentionRule(
        "networks", "albumsite.keeping.sweep_counts",
        what=_("The network that you come from, as a number that leads back to nobody once its day is over"),
        since=_("after its day"),
    ),
    RetentionRule(
        "refusals", "covers.keeping.delete_old_refusals", "REFUSAL_DAYS",
        what=_("That a song of yours was refused, and for what kind of reason; never its words"), since=_("after it was refused"),
    ),
    RetentionRule(
        "refused pictures", "covers.keeping.delete_refused_pictures", "REFUSED_PICTURE_DAYS",
        what=_("A picture drawn for you that our check found unfit: nobody sees it but moderators"), since=_("after it was drawn"),
    ),
    RetentionRule(
        "held pictures", "covers.keeping.delete_held_pictures", "HELD_PICTURE_DAYS",
        what=_("A picture drawn for you that our check could not judge yet: nobody sees it but moderators"), since=_("after it was drawn"),
    ),
    RetentionRule(
        "own pictures", "covers.keeping.delete_unused_pictures", "UNUSED_PICTURE_DAYS",
        what=_("A picture that you bring and make no covers of; one that you make covers of goes with them"),
        since=_("after you brought it"),
    ),
    RetentionRule(
        "content reports", "covers.keeping.delete_answered_reports", "CONTENT_REPORT_DAYS",
        what=_("What you reported to the moderators, and what you wrote about it"), since=_("after you reported it, once it is answered"),
    ),
    RetentionRule(
        "looks", "covers.keeping.delete_old_looks", "STAFF_LOOK_DAYS",
        what=_("Who of our staff has opened a private request, and why"), since=_("after they opened it"),
    ),
    RetentionRule(
        "letters", "albumsite.mail.outbox.give_up_old",
        what=_("A letter to you that could not be sent yet; one that was sent is deleted at once"), since=_("after it was written"),
    ),
    RetentionRule("sign-in limits", "albumsite.keeping.delete_ended_limits"),
    RetentionRule(
        "mails in files", "albumsite.keeping.delete_old_mails", "MAIL_FILE_DAYS",
    ),
    RetentionRule("logs", "albumsite.keeping.bound_logs"),
    RetentionRule("orphans", "albumsite.media.orphans.sweep", "ORPHAN_DAYS"),
    RetentionRule("folders of dead trainings", "covers.keeping.delete_dead_folders"),
    RetentionRule("folders of dead face trainings", "personalize.keeping.delete_dead_folders"),
    RetentionRule("checkpoints", "covers.keeping.delete_old_checkpoints", "CHECKPOINT_DAYS"),
    RetentionRule(
        "checkpoints of faces", "personalize.keeping.delete_old_checkpoints", "CHECKPOINT_DAYS",
        what=_("What a training of a face that did not end left behind"), since=_("after it failed or was stopped"),
    ),
    RetentionRule("erasures", "personalize.keeping.delete_done_erasures", "DONE_JOB_DAYS"),
    RetentionRule("withdrawals", "covers.keeping.delete_done_withdrawals", "DONE_JOB_DAYS"),
    RetentionRule("reports", "covers.keeping.delete_old_reports", "REPORT_DAYS"),
)  # fmt: skip


def sweep() -> None:
    """One batch of everything that is old: each row apart from the others, each sweeper once. For CHORES."""
    done: set[str] = set()
    for rule in RULES:
        if rule.sweep not in done:
            done.add(rule.sweep)
            sweeper.apart(f"retention {rule.name}", partial(run, rule))


def run(rule: RetentionRule) -> int:
    """One batch of one row. Returns how many things went."""
    do: Any = import_string(rule.sweep)
    count = int(do(timezone.now() - rule.length) or 0)
    if count:
        logger.info("old things deleted what=%s count=%d", rule.name, count)
    return count


def for_people() -> list[RetentionRule]:
    """The rows that are about people: what the privacy page says."""
    return [rule for rule in RULES if rule.what]
