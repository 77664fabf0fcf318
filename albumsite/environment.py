"""Reading settings out of the environment, secret files and .env. A value that is given and not understood stops the start, by its
name and with what would be understood: falling back in silence would run a site that its operator did not ask for.

`NAME_FILE=/run/secrets/name` works for every name.
"""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import environ
from croniter import croniter
from django.core.exceptions import ImproperlyConfigured

env = environ.FileAwareEnv()
environ.Env.read_env(Path(__file__).resolve().parent.parent / ".env")

FLAGS = {
    "1": True,
    "true": True,
    "yes": True,
    "on": True,
    "0": False,
    "false": False,
    "no": False,
    "off": False,
    "": False,
}
HOST = re.compile(r"(\*|\.?[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])", re.IGNORECASE)
DATABASE_SCHEMES = ("postgres", "postgresql", "psql", "pgsql")


def choice(name: str, default: str, accepted: tuple[str, ...]) -> str:
    value = env.str(name, default)
    if value not in accepted:
        raise ImproperlyConfigured(f"{name} is {value!r}; accepted: {', '.join(accepted)}")
    return value


def flag(name: str, default: bool) -> bool:
    value = env.str(name, "1" if default else "0").strip().lower()
    if value not in FLAGS:
        raise ImproperlyConfigured(f"{name} is {value!r}; accepted: 1, 0, true, false, yes, no, on, off")
    return FLAGS[value]


def number(name: str, default: int, low: int, high: int) -> int:
    try:
        value = env.int(name, default)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number from {low} to {high}") from error
    if not low <= value <= high:
        raise ImproperlyConfigured(f"{name} is {value}; accepted: {low} to {high}")
    return value


def share(name: str, default: float) -> float:
    value = amount(name, default)
    if value > 1:
        raise ImproperlyConfigured(f"{name} is {value}; accepted: 0 to 1")
    return value


def amount(name: str, default: float) -> float:
    """A number that is not negative."""
    try:
        value = env.float(name, default)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a number, like {default}") from error
    if not math.isfinite(value) or value < 0:
        raise ImproperlyConfigured(f"{name} is {value}; accepted: 0 and more")
    return value


def known_amount(name: str) -> float | None:
    """A number that is not negative; None where nothing is said, which is not 0."""
    return amount(name, 0.0) if env.str(name, "").strip() else None


def cron(name: str, default: str) -> str:
    value = env.str(name, default)
    if value and not croniter.is_valid(value):
        raise ImproperlyConfigured(f"{name} is {value!r}; accepted: a cron expression like {default!r}, or nothing")
    return value


def items(name: str, default: list[str]) -> list[str]:
    """Names with commas between them, spaces around them."""
    given = env.str(name, ",".join(default))
    return [value for value in (part.strip() for part in given.split(",")) if value]


def secret(name: str) -> str:
    """As it is written, to the last line's end: what a site has signed for years must not be read otherwise one day. Or nothing."""
    value: str = env.str(name, "")
    if env.ENVIRON.get(name) and not value:
        raise ImproperlyConfigured(
            f"{name} begins with $, which names another variable, and that is empty; accepted: one without $ there"
        )
    return value


def secrets(name: str) -> list[str]:
    """Secrets with commas between them, or a line each as in a file; none is repeated in an error. Each also with the end of
    the line that a file has: as `secret` has read it."""
    written = str(env.ENVIRON.get(name, ""))  # one that begins with $ is no name of another setting here
    values = [value for part in written.split(",") for value in map(str.strip, part.splitlines()) if value]
    if any(re.search(r"\s", value) for value in values):
        raise ImproperlyConfigured(
            f"{name} has a part with a space in it; accepted: former values of SECRET_KEY, with commas between them"
        )
    return [form for value in values for form in (value, f"{value}\n")]


def hosts(name: str, default: list[str]) -> list[str]:
    """Host names as Django compares them: no scheme, no port, no path."""
    values = items(name, default)
    for value in values:
        if not HOST.fullmatch(value):
            raise ImproperlyConfigured(
                f"{name} has {value!r}; accepted: host names with commas between them, without https:// and port, like covers.example.com"
            )
    return values


def origins(name: str, default: list[str]) -> list[str]:
    values = items(name, default)
    for value in values:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/") or " " in value:
            raise ImproperlyConfigured(f"{name} has {value!r}; accepted: origins like https://covers.example.com")
    return values


def address(name: str, default: str) -> str:
    """An http address, or nothing."""
    value = env.str(name, default).strip()
    parts = urlsplit(value)
    if value and (parts.scheme not in ("http", "https") or not parts.netloc or re.search(r"\s", value)):
        raise ImproperlyConfigured(f"{name} is {value!r}; accepted: an address that begins with http:// or https://")
    return value


def dsn(name: str) -> str:
    """Where errors are reported to, or nothing. It holds a key, so an error does not repeat it."""
    value = env.str(name, "").strip()
    parts = urlsplit(value)
    try:
        is_known = parts.scheme in ("http", "https") and parts.hostname and parts.username and (parts.port or 1)
    except ValueError:  # of the port
        is_known = False
    if value and not (is_known and re.fullmatch(r"(/[\w.-]+)*/\d+", parts.path) and not re.search(r"\s", value)):
        raise ImproperlyConfigured(f"{name} is not a DSN like https://key@errors.example.com/1")
    return value


def site_url(name: str, default: str) -> str:
    """Where the site is reached. Under a path it would lose its styles, so that is refused."""
    value = address(name, default).rstrip("/")
    if urlsplit(value).path or urlsplit(value).query:
        raise ImproperlyConfigured(
            f"{name} is {value!r}; the site needs a host name of its own, like https://covers.example.com, and runs under no path"
        )
    return value


def time_zone(name: str, default: str) -> str:
    value = env.str(name, default)
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ImproperlyConfigured(f"{name} is {value!r}; accepted: a time zone like {default}") from error
    return value


def redis_url(name: str) -> str:
    """Where Redis is, or nothing for one of the site's own."""
    value = env.str(name, "").strip()
    parts = urlsplit(value)
    is_known = (parts.scheme in ("redis", "rediss") and parts.hostname) or (parts.scheme == "unix" and parts.path)
    if value and not is_known:
        raise ImproperlyConfigured(f"{name} accepts redis://host:port/0, rediss://host:port/0 and unix:///path?db=0")
    return value


def database(name: str, default: str) -> dict[str, Any]:
    """Django's values of a PostgreSQL database. The address may hold a password, so an error does not repeat it."""
    value = env.str(name, "") or default
    if urlsplit(value).scheme not in DATABASE_SCHEMES:
        raise ImproperlyConfigured(
            f"{name} accepts postgresql://user:password@host:port/name, and no other kind of database"
        )
    try:
        return dict(environ.Env.db_url_config(value))
    except Exception as error:
        raise ImproperlyConfigured(
            f"{name} is not an address like postgresql://user:password@host:port/name"
        ) from error
