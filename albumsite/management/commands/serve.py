"""`make run`: the whole site on one machine, in one command, ended by one Ctrl-C."""

from __future__ import annotations

import logging
import os
import secrets
import subprocess
import sys
import time
import urllib.request
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from albumsite import local, storage
from albumsite.processes import Supervisor, loop_commands, manage, worker_commands

logger = logging.getLogger(__name__)

FIRST_PAGE_TIMEOUT_SECONDS = 120
ADMIN_EMAIL = "admin@localhost.localdomain"


class Command(BaseCommand):
    help = "Prepare the database, then run web, workers and sweeper until Ctrl-C."
    requires_system_checks: list[str] = []  # noqa: RUF012 Django's own shape

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=0, help="default: 8000, or the next free one")

    def handle(self, *args: Any, port: int, **options: Any) -> None:
        port = self._choose_port(port or int(os.environ.get("PORT") or 0))
        prepare()
        try:
            storage.ensure_buckets()
        except storage.StorageError as error:  # pages work without it, and say so where they cannot
            self.stderr.write(f"The object store does not answer as it should ({error}); see AWS_… in .env.example.")
        self._ensure_admin()
        os.environ.setdefault("SITE_URL", f"http://127.0.0.1:{port}")  # for the mails of our workers
        supervisor = Supervisor({"web": web_command(port), **worker_commands(), **loop_commands()})
        try:
            self._run(supervisor, port)
        except KeyboardInterrupt:
            self.stdout.write("\nStopping …")
        finally:
            supervisor.stop()
        self.stdout.write("Stopped. Your data is kept in var/.")

    def _choose_port(self, asked: int) -> int:
        for port in [asked] if asked else range(8000, 8100):
            if local.free_port(port) == port:
                return port
        raise CommandError(f"port {asked or 8000} is in use; choose another one with PORT=…")

    def _run(self, supervisor: Supervisor, port: int) -> None:
        address = f"http://127.0.0.1:{port}/"
        deadline = time.monotonic() + FIRST_PAGE_TIMEOUT_SECONDS
        is_ready = False
        while True:
            supervisor.tend()
            _revive_servers()
            if not is_ready and _answers(address):
                is_ready = True
                self.stdout.write(f"Ready: {address}")
                self.stdout.flush()
            if not is_ready and time.monotonic() > deadline:
                raise CommandError(
                    f"the first page did not answer in {FIRST_PAGE_TIMEOUT_SECONDS} s; see the log above"
                )
            time.sleep(0.5 if is_ready else 0.1)

    def _ensure_admin(self) -> None:
        """A superuser for the admin, on a machine that runs its own database; its password is kept in var/."""
        if os.environ.get("DATABASE_URL") != local.database_url():
            return
        from accounts.models import User

        path = settings.VAR_DIR / "admin_password"
        if not User.objects.filter(is_superuser=True).exists():
            path.touch(mode=0o600)
            path.write_text(password := secrets.token_urlsafe(9))
            User.objects.create_superuser(ADMIN_EMAIL, password, name="Admin")
        if path.exists():
            self.stdout.write(
                f"Admin: /admin/ as {ADMIN_EMAIL}, password in {path.relative_to(settings.BASE_DIR)}"
                if path.is_relative_to(settings.BASE_DIR)
                else f"Admin: /admin/ as {ADMIN_EMAIL}"
            )


def _revive_servers() -> None:
    """A server that died is started again; one that cannot start yet (recovery, memory still held) is tried next time."""
    try:
        for name in local.revive():
            logger.warning("server had died and was started again name=%s", name)
    except Exception as error:  # the site must stay up to try again, whatever a dying server throws
        logger.warning("server could not be started again yet: %s", str(error).splitlines()[0])


def prepare() -> None:
    """Bring the database and the static files up to date. In a child process each: nothing of it stays in this one."""
    for arguments in (
        ("migrate", "-v", "0"),
        ("createcachetable", "-v", "0"),
        ("collectstatic", "--noinput", "-v", "0"),
    ):
        if subprocess.run(manage(*arguments), stdin=subprocess.DEVNULL, check=False).returncode:
            raise CommandError(f"manage.py {arguments[0]} failed; see above")


def web_command(port: int) -> list[str]:
    granian = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    threads = ["--workers", "1", "--blocking-threads", str(min(8, 2 * (os.cpu_count() or 1))), "--log-level", "warning"]
    return [*granian, *threads, "albumsite.wsgi:application"]


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as response:  # noqa: S310 our own loopback address
            return response.status == 200
    except OSError:
        return False
