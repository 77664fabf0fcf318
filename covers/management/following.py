"""Waiting in a terminal for a test picture."""

from __future__ import annotations

from datetime import timedelta

from django.core.management.base import CommandError
from django.db.models.functions import Now

from albumsite.jobs.states import State
from albumsite.processes.waiting import say
from albumsite.processes.workforce import PATIENCE_SECONDS, Workforce
from covers import registry
from covers.models import SmokeTest


def follow(test: SmokeTest) -> None:
    """Until a draw worker has drawn it: one of the site, or where there is none one of our own. Raises CommandError when it failed."""
    say(registry.being_tried(test.version))

    def is_over() -> bool:
        registry.end_late()
        test.refresh_from_db()
        return not test.is_active

    def lies_unclaimed() -> bool:
        long_ago = Now() - timedelta(seconds=PATIENCE_SECONDS)
        return SmokeTest.objects.filter(pk=test.pk, state=State.QUEUED, queued_at__lt=long_ago).exists()

    if not is_over() and not Workforce(("draw",)).follow(is_over, lies_unclaimed):
        raise CommandError("our own draw worker keeps ending at once; see the lines above")
    if test.state != State.DONE:
        raise CommandError(f"{test.version.key} is not used: {registry.state_in_words(test)}")
    say(registry.state_in_words(test))
