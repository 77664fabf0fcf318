"""Settings that name a model: looked at once all apps are loaded, in every process, before anything is served."""

from __future__ import annotations

from importlib.util import find_spec

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


def refuse_wrong_settings() -> None:
    """Raises ImproperlyConfigured, by the name of the setting, on what would fail at the first request."""
    from covers.engine import ENGINES
    from covers.engine.few_step import FEW_STEP_MODES

    if unknown := [key for key in settings.COVER_ENGINES_OFFERED if key not in ENGINES]:
        raise ImproperlyConfigured(f"COVER_ENGINES_OFFERED names {', '.join(unknown)}; accepted: {', '.join(ENGINES)}")
    _refuse_unknown_check()
    if settings.SDXL_FEW_STEP == "off":
        return
    mode = FEW_STEP_MODES.get(settings.SDXL_FEW_STEP)
    if mode is None:
        accepted = ", ".join(["off", *FEW_STEP_MODES])
        raise ImproperlyConfigured(f"SDXL_FEW_STEP is {settings.SDXL_FEW_STEP!r}; accepted: {accepted}")
    if not (mode.allows_commercial_use or settings.ALLOW_NONCOMMERCIAL_MODELS):
        raise ImproperlyConfigured(
            f"SDXL_FEW_STEP is {mode.key!r}, and its licence ({mode.licence}; {mode.card}) does not allow commercial "
            "use. Choose another mode, or set ALLOW_NONCOMMERCIAL_MODELS=1 if your use of it is allowed"
        )


def _refuse_unknown_check() -> None:
    """Found, not imported: no network is loaded into a web process."""
    from covers.safety.picture_check import CHECKS, OFF

    name = settings.PICTURE_CHECK
    if name == OFF or name in CHECKS:
        return
    try:
        is_there = "." in name and find_spec(name) is not None
    except (ImportError, ValueError):
        is_there = False
    if not is_there:
        accepted = ", ".join([*CHECKS, OFF])
        raise ImproperlyConfigured(f"PICTURE_CHECK is {name!r}; accepted: {accepted}, or the dotted name of a module")
