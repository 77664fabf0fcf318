"""Log lines of refusals. What a stranger can cause by asking is no error of the site: whoever is woken by errors would be woken
by anybody, and would soon look away."""

from __future__ import annotations

import logging


def is_refusal(record: logging.LogRecord) -> bool:
    """An answer that the site gave on purpose, or one of Django's words on a request that it does not take.

    Django calls every status from 500 on an error. An answer without an exception behind it was meant: a day's budget is spent,
    the mail server is away (that has a line of its own), too many wait. `django.security` is a wrong Host, a field too many.
    """
    if record.name.startswith("django.security"):
        return True
    return record.name == "django.request" and not record.exc_info


class RefusalFilter(logging.Filter):
    """Of a handler: lets all through, refusals no louder than a warning."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno > logging.WARNING and is_refusal(record):
            record.levelno, record.levelname = logging.WARNING, "WARNING"
            record.exc_info = record.exc_text = None  # where in Django it was refused says nothing
        return True
