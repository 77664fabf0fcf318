"""System checks for settings whose wrong value would hurt later, and quietly."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import Error, Warning, register


@register()
def check_lease(**_: Any) -> list[Error]:
    """The sweeper must look more often than a lease lasts, or a dead worker goes unnoticed for two leases."""
    if settings.SWEEP_EVERY_SECONDS > settings.LEASE_SECONDS:
        return [Error("SWEEP_EVERY_SECONDS is longer than LEASE_SECONDS", id="albumsite.E001")]
    return []


@register(deploy=True)
def check_secret_key(**_: Any) -> list[Warning]:
    """The generated development key lives on one machine: two web servers would not accept each other's sessions."""
    import os

    if not os.environ.get("SECRET_KEY") and not os.environ.get("SECRET_KEY_FILE"):
        return [Warning("SECRET_KEY is not set; the generated one in var/ is for one machine", id="albumsite.W001")]
    return []


@register(deploy=True)
def check_privacy(**_: Any) -> list[Warning]:
    """The privacy page must say whom to write to."""
    missing = [name for name in ("PRIVACY_OPERATOR", "PRIVACY_CONTACT") if not getattr(settings, name)]
    return [Warning(f"{name} is not set; the privacy page names nobody", id="albumsite.W003") for name in missing]


@register(deploy=True)
def check_sdxl_revision(**_: Any) -> list[Warning]:
    """Weights by hub id change under an unpinned name."""
    if settings.COVER_ENGINE == "sdxl" and not settings.SDXL_REVISION:
        return [Warning("SDXL_REVISION is not set; pin the commit of SDXL_MODEL", id="albumsite.W002")]
    return []


@register(deploy=True)
def check_pictures(**_: Any) -> list[Warning]:
    """Pictures of a model, and photos, that nobody looks at."""
    if settings.PICTURE_CHECK == "off":
        return [Warning("PICTURE_CHECK is off; whatever a model draws is shown to people", id="albumsite.W004")]
    return []
