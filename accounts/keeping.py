"""Sign-ins and sessions that are old. Sweepers of `albumsite.retention`."""

from __future__ import annotations

from datetime import datetime

from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.models import LoginLog
from albumsite.jobs import rounds


def delete_ended_sessions(before: datetime) -> int:
    """Sessions know themselves when they end."""
    ended = Session.objects.filter(expire_date__lt=timezone.now()).order_by("expire_date")
    keys = list(ended.values_list("pk", flat=True)[: rounds.BATCH])
    if keys:
        Session.objects.filter(pk__in=keys).delete()
    return len(keys)


def delete_old_sign_ins(before: datetime) -> int:
    return rounds.delete_old(LoginLog.objects.all(), before)
