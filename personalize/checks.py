"""Settings of faces that would hurt: looked at when the process starts."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


def refuse_wrong_settings() -> None:
    """Raises ImproperlyConfigured, by the name of the setting."""
    if settings.FACE_NOTICE_DAYS >= settings.FACE_UNUSED_DAYS:
        raise ImproperlyConfigured(
            f"FACE_NOTICE_DAYS is {settings.FACE_NOTICE_DAYS}; it must be less than FACE_UNUSED_DAYS, "
            f"{settings.FACE_UNUSED_DAYS}: a mail goes out so long before"
        )
