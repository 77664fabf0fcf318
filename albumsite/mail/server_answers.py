"""What a mail server meant, and how it is said in a log: without words of it, which quote addresses."""

from __future__ import annotations

import smtplib

TEMPORARY = range(400, 500)
"""Answers of a mail server that say: not now. Those from 500 on say: not at all (RFC 5321, section 4.2.1)."""

NO_SUCH_MAILBOX = frozenset({550, 551, 553})
"""Answers to an address (RFC 5321, section 4.2.3) that no later try changes, unless a policy stands behind them."""


def codes(error: Exception) -> list[int]:
    """Of an answer that refuses the whole mail; none where there was no answer."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return [code for code, _text in error.recipients.values()]
    if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 400:
        return [error.smtp_code]
    return []


def said(error: Exception) -> str:
    """The kind of the error and the codes of the answer."""
    return " ".join([type(error).__name__, *(str(code) for code in sorted(set(codes(error))))])


def is_about_addresses(error: Exception) -> bool:
    """The server works, and does not take mail for these people now."""
    return isinstance(error, smtplib.SMTPRecipientsRefused)


def knows_nobody(error: Exception) -> bool:
    """There is no such mailbox, and there will be none. "5.7…" says that whoever asks is not let through (RFC 3463): a setting of
    the server's or ours, which somebody may put right."""
    return isinstance(error, smtplib.SMTPRecipientsRefused) and all(
        code in NO_SUCH_MAILBOX and not text.lstrip().startswith(b"5.7.") for code, text in error.recipients.values()
    )
