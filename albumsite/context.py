from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """What every page knows."""
    return {
        "site_name": settings.SITE_NAME,
        "social_providers": list(settings.SOCIALACCOUNT_PROVIDERS),
    }
