"""What machines ask the site: does this process live, may it be given visitors, does the whole site work.

`/livez`   200: this web process answers.
`/readyz`  200 while this web process can show pages: database, its tables up to date, static files. Else 503.
`/healthz/` the same and all that covers need: Redis, a living worker of each kind, room on the disk, no deletion older than a
day, a picture check that works. 503 names what is wrong.

Answered before anything else looks at the request: by address as well as by name, over http behind a proxy as well.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import cache

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.utils.module_loading import import_string
from redis import Redis
from redis.exceptions import RedisError

from albumsite import disk
from albumsite.jobs import sweeper
from albumsite.middleware_base import Middleware

logger = logging.getLogger(__name__)

Check = Callable[[], str]
"""Returns "" or what is wrong, in words without secrets."""


class ProbeMiddleware(Middleware):
    """The first of all: probes know no host name, no session and no https."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        checks = PROBES.get(request.path_info.rstrip("/"))
        if checks is None:
            return self.get_response(request)
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return answer(checks)


def answer(checks: Mapping[str, Check]) -> JsonResponse:
    """Each check by its name, and 503 when one of them found something."""
    found = {name: _looked(name, check) for name, check in checks.items()}
    is_well = not any(found.values())
    said = {name: wrong or "ok" for name, wrong in found.items()}
    response = JsonResponse({"status": "ok" if is_well else "wrong", **said}, status=200 if is_well else 503)
    response["Cache-Control"] = "no-store"
    return response


def _looked(name: str, check: Check) -> str:
    try:
        return check()
    except (DatabaseError, InterfaceError):
        connection.close()
        return "no database"
    except Exception:
        logger.exception("probe failed name=%s", name)
        return "could not be looked at"


def database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


@cache
def _migrations_known() -> list[None]:
    """Filled once all are applied: they do not come off again while this process lives."""
    return []


def migrations() -> str:
    if not _migrations_known():
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return "the database is older than the code: manage.py migrate"
        _migrations_known().append(None)
    return ""


def static_files() -> str:
    """Without its manifest every page is an error."""
    hashed = getattr(staticfiles_storage, "hashed_files", None)
    return "no manifest: manage.py collectstatic" if hashed == {} else ""


def redis() -> str:
    try:
        with Redis.from_url(settings.REDIS_URL_WITH_TIMEOUTS) as client:
            client.ping()
    except RedisError:
        return "away"
    return ""


def disk_room() -> str:
    return "" if disk.has_room() else f"{disk.free_percent():.0f} % free"


def workers() -> str:
    """The kinds of process without which a request waits for ever, and of which none was heard of lately."""
    missing: list[str] = import_string(settings.MISSING_WORKERS)()
    return f"none heard of: {', '.join(missing)}" if missing else ""


def deletions() -> str:
    """What was promised to be deleted a day ago and more, and is still there."""
    overdue = sweeper.overdue_deletions()
    return ", ".join(f"{count} {name} older than a day" for name, count in overdue.items())


def pictures() -> str:
    """What the picture check could not judge for minutes, so that nobody may see it."""
    held: int = import_string(settings.HELD_PICTURES)()
    return f"{held} held for longer than 10 minutes: the picture check is away" if held else ""


PAGES: dict[str, Check] = {"database": database, "migrations": migrations, "static_files": static_files}
PROBES: dict[str, dict[str, Check]] = {
    "/livez": {},
    "/readyz": PAGES,
    "/healthz": PAGES
    | {"redis": redis, "workers": workers, "disk": disk_room, "deletions": deletions, "pictures": pictures},
}
