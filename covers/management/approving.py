"""What the commands that change which model draws have in common: who approves, why, and how a refusal is told."""

from __future__ import annotations

from collections.abc import Callable

from django.core.management.base import CommandError, CommandParser

from accounts.models import User
from accounts.staff import member_with
from albumsite.errors import EngineError
from albumsite.jobs.states import State
from albumsite.management.job_follower import DIED_TOO_OFTEN, JobFollower
from albumsite.processes.waiting import say
from covers import registry
from covers.errors import failure_text
from covers.models import ModelVersion, SmokeTest
from covers.weekly.rollout import Approval, ChangeResult


def add_approval(parser: CommandParser) -> None:
    parser.add_argument("--by", default="", metavar="EMAIL", help="of the staff member who decides it")
    parser.add_argument("--reason", default="", help="for the log of changes")


def approval_of(by: str, reason: str) -> Approval:
    """Raises CommandError when no staff member has that address."""
    if not by:
        return Approval(reason=reason)
    user: User | None = member_with(by)
    if user is None or not user.is_staff:
        raise CommandError("--by: no staff member has that address")
    return Approval(by=user, reason=reason)


def version_of(key: str) -> ModelVersion:
    """Raises CommandError."""
    version = ModelVersion.objects.filter(key=key).first()
    if version is None:
        raise CommandError(f"there is no model {key!r}")
    return version


class _PictureFollower(JobFollower):
    """Of a test picture that nobody may wait for in vain: what is late has failed."""

    def is_over(self) -> bool:
        registry.end_late()
        return super().is_over()


def wait_for_picture(test: SmokeTest) -> None:
    """Until a draw worker has drawn it: one of the site, or where there is none one of our own. Raises CommandError when it failed."""
    say(registry.being_tried(test.version))
    if not _PictureFollower(test, has_bar=False).leave_to_workers("draw"):
        raise CommandError(DIED_TOO_OFTEN)
    if test.state != State.DONE:
        raise CommandError(f"{test.version.key} is not used: {registry.state_in_words(test)}")
    say(registry.state_in_words(test))


def outcome_of(change: Callable[[], ChangeResult]) -> ChangeResult:
    """What was done, also when a draw worker had to draw a picture first. A refusal as one line. Raises CommandError."""
    try:
        return change()
    except registry.BeingTried as asked:
        wait_for_picture(asked.test)
        return ChangeResult(outcome_of(change).change, has_changed=True)
    except registry.BadModel as error:
        raise CommandError(str(error)) from error
    except EngineError as error:
        raise CommandError(f"not verified: {failure_text(error.message_id)} ({error.detail})") from error
