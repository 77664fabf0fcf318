"""Log lines without addresses: the last line of defence, for text that other packages and tracebacks write."""

from __future__ import annotations

import logging

from accounts.masking import mask_addresses


class MaskingFormatter(logging.Formatter):
    """Masks the finished line, so that arguments and tracebacks are covered as well: PostgreSQL quotes the address of a
    violated constraint in its message."""

    def format(self, record: logging.LogRecord) -> str:
        return mask_addresses(super().format(record))
