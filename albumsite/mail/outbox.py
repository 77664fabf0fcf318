"""The outbox: a letter is a row, written in the transaction of what it tells of, and sent by whoever has time to wait.

No page waits for a mail server. Enqueued after the commit, the `mail` worker sends it at once; what is in no queue the sweeper enqueues
for, and sends itself while Redis is away or nobody works on the queue. Each letter is claimed, so two senders do not send it twice,
unless a mail server took it and broke off before it said so: then it comes again, with the same Message-ID. The row goes when the
letter has left. What none takes within a day is given up, and the log says so.
"""

from __future__ import annotations

import contextlib
import logging
import time
from datetime import datetime, timedelta
from email.utils import formatdate, parseaddr

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.db import close_old_connections
from django.db.models.functions import Now
from django.utils import timezone
from redis.exceptions import RedisError
from uuid_utils.compat import uuid7

from albumsite.ids import first_id_since
from albumsite.jobs import queue, rounds
from albumsite.jobs.claims import Claim
from albumsite.jobs.states import ACTIVE, State
from albumsite.mail import server_answers
from albumsite.models import Letter

logger = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 5, 300
"""Between two tries: doubled each time. A mail server that comes back has everything a few minutes later."""
SWEEPS_UNTAKEN = 3
"""After which a letter that is due is sent by the sweeper: nobody seems to work on its queue."""
LETTERS_A_CHORE_MAX = 50
CHORE_RESTS_SECONDS = 60.0
"""After a try of the sweeper at which the mail server was away: other chores wait meanwhile."""
LATE_AFTER = timedelta(minutes=10)
TELL_EVERY_SECONDS = 600.0
ABOUT_ADDRESSES = "SMTPRecipientsRefused"

_rests_until = _told_at = float("-inf")


def post(mail: EmailMessage, *, kind: str) -> Letter:
    """Have a mail sent, if the transaction around commits. kind: a name for the log. Raises ValueError if something is attached,
    or copies are wanted."""
    if mail.attachments or mail.cc or mail.bcc:
        raise ValueError("a letter of the outbox carries nothing and goes to nobody else")
    pk = uuid7()
    _name, address = parseaddr(mail.from_email)
    once = {"Message-ID": f"<{pk}@{address.rpartition('@')[2] or 'localhost'}>", "Date": formatdate()}
    message = {
        "subject": str(mail.subject),
        "body": str(mail.body),
        "subtype": mail.content_subtype,
        "from": str(mail.from_email),
        "to": [str(one) for one in mail.to],
        "headers": {**once, **mail.extra_headers},
        "alternatives": [[str(content), str(mimetype)] for content, mimetype in getattr(mail, "alternatives", [])],
    }
    row = Letter.objects.create(id=pk, stage="send", kind=kind[:100], message=message)
    row.enqueue()
    return row


def send(pk: str) -> None:
    """Send one letter. Safe to deliver twice, early or late."""
    close_old_connections()
    work(pk)


def work(pk: str) -> bool:
    """Send one letter if it is due and nobody else is at it. False: the mail server is away."""
    if not Letter.objects.filter(pk=pk, queued_at__lte=Now()).exists():
        return True  # sent already, or too early
    with Letter.objects.claimed(pk, stage="send") as claim:
        return claim is None or _hand_over(claim)
    return True


def _hand_over(claim: Claim[Letter]) -> bool:
    """Raises LeaseLost."""
    connection = get_connection()
    try:
        try:
            connection.open()
            connection.send_messages([_mail_of(claim.row)])
        except Exception as error:  # none may reach a log: they quote addresses
            return _put_off(claim, error)
        claim.finish_without_trace()  # before the goodbye, which may hang
    finally:
        with contextlib.suppress(Exception):  # a goodbye that fails takes no letter back
            connection.close()
    logger.info("letter sent letter=%s kind=%s tries=%d", claim.row.pk, claim.row.kind, claim.row.tries + 1)
    return True


def _mail_of(row: Letter) -> EmailMultiAlternatives:
    kept = row.message
    mail = EmailMultiAlternatives(kept["subject"], kept["body"], kept["from"], kept["to"], headers=kept["headers"])
    mail.content_subtype = kept["subtype"]
    for content, mimetype in kept["alternatives"]:
        mail.attach_alternative(content, mimetype)
    return mail


def _put_off(claim: Claim[Letter], error: Exception) -> bool:
    """Whether it was only about this letter. Raises LeaseLost."""
    row, said = claim.row, server_answers.said(error)
    if server_answers.knows_nobody(error):
        claim.finish_without_trace()
        logger.warning("letter to a mailbox that there is not letter=%s kind=%s cause=%s", row.pk, row.kind, said)
        return True
    pause = min(FIRST_PAUSE_SECONDS * 2 ** min(row.tries, 16), LONGEST_PAUSE_SECONDS)
    claim.rest_until("send", after_seconds=pause, tries=row.tries + 1, said=said[:200])
    logger.warning("letter not sent yet letter=%s kind=%s tries=%d cause=%s", row.pk, row.kind, row.tries + 1, said)
    return server_answers.is_about_addresses(error)


def tend() -> None:
    """Send what no worker takes, and say aloud what is late. For CHORES."""
    _send_untaken()
    _tell_late()


def _send_untaken() -> None:
    """A mail server that is away is asked once a minute: behind this wait other chores."""
    global _rests_until
    if time.monotonic() < _rests_until:
        return
    patience = timedelta(seconds=SWEEPS_UNTAKEN * settings.SWEEP_EVERY_SECONDS if _redis_answers() else 0)
    untaken = Letter.objects.filter(state=State.QUEUED, queued_at__lte=Now() - patience).order_by("queued_at")
    for pk in list(untaken.values_list("pk", flat=True)[:LETTERS_A_CHORE_MAX]):
        if not work(str(pk)):
            _rests_until = time.monotonic() + CHORE_RESTS_SECONDS
            return


def _redis_answers() -> bool:
    try:
        return bool(queue.queue_of("mail").connection.ping())
    except RedisError:
        return False


def _tell_late() -> None:
    """Not of addresses that a server does not take just now: anybody can type one."""
    global _told_at
    if time.monotonic() - _told_at < TELL_EVERY_SECONDS:
        return
    before = first_id_since((timezone.now() - LATE_AFTER).timestamp())
    late = Letter.objects.filter(state__in=(*ACTIVE, State.FAILED), pk__lt=before).exclude(
        said__startswith=ABOUT_ADDRESSES
    )
    if count := late.count():
        _told_at = time.monotonic()
        causes = sorted(set(late.values_list("said", flat=True)[:100]))
        logger.error(
            "letters wait for ten minutes and more, the mail server must be looked at count=%d causes=%s", count, causes
        )


def give_up_old(before: datetime) -> int:
    """Letters that no mail server has taken: their links end soon. A sweeper of `albumsite.retention`."""
    unsent = Letter.objects.exclude(state=State.RUNNING)
    count = rounds.delete_old(unsent.exclude(said__startswith=ABOUT_ADDRESSES), before)
    if count:
        logger.error("letters given up after a day, nobody has got them count=%d", count)
    return count + rounds.delete_old(unsent.filter(said__startswith=ABOUT_ADDRESSES), before)
