"""`make run`: the whole site on one machine, in one command, ended by one Ctrl-C."""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
import time
from typing import Any

import psutil
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from albumsite.errors import StorageError
from albumsite.media import storage, store_trial
from albumsite.processes import endings, local_servers
from albumsite.processes.preparing import prepare_site
from albumsite.processes.supervisor import Supervisor, end_orphans, loop_commands, worker_commands
from albumsite.processes.valkey_server import free_port
from albumsite.processes.waiting import telling
from albumsite.processes.watch import SiteWatch

FIRST_PAGE_TIMEOUT_SECONDS = 120
ADMIN_EMAIL = "admin@localhost.localdomain"


class Command(BaseCommand):
    help = "Prepare the database, then run web, workers and sweeper until Ctrl-C."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=0, help="default: 8000, or the next free one")

    def handle(self, *args: Any, port: int, **options: Any) -> None:
        end_orphans()  # before a port is chosen: they may hold it
        port = self._choose_port(port or int(os.environ.get("PORT") or 0))
        address = f"http://127.0.0.1:{port}/"
        prepare_site()
        try:
            with telling("Looking for the object store …"):
                storage.ensure_buckets()
                faults = store_trial.faults()
        except StorageError as error:  # pages work without it, and say so where they cannot
            faults = [f"The object store does not answer as it should ({error}); see AWS_… in .env.example."]
        for fault in faults:
            self.stderr.write(fault)
        self._ensure_admin()
        self._tell_where_mails_go()
        os.environ.setdefault("SITE_URL", address.rstrip("/"))  # for the mails of our workers
        supervisor = Supervisor({"web": web_command(port), **worker_commands(), **loop_commands()})
        watch = SiteWatch(supervisor, address)
        try:
            self._run(supervisor, watch, address)
        except KeyboardInterrupt:
            self.stdout.write("\nStopping … (once more: at once)")
        finally:
            watch.stop()
            supervisor.stop()
        self.stdout.write("Stopped. Your data is kept in var/.")

    def _choose_port(self, asked: int) -> int:
        for port in [asked] if asked else range(8000, 8100):
            if free_port(port) == port:
                return port
            if not asked and port == 8000:
                self.stdout.write(f"Port 8000 is in use{listener(port)}; taking the next free one.")
        raise CommandError(f"port {asked or 8000} is in use{listener(asked or 8000)}; choose another one with PORT=…")

    def _run(self, supervisor: Supervisor, watch: SiteWatch, address: str) -> None:
        deadline = time.monotonic() + FIRST_PAGE_TIMEOUT_SECONDS
        self.stdout.write("Starting the web server and the workers …")
        while not watch.is_ready:
            supervisor.tend()
            watch.look_for_first_page()
            if time.monotonic() > deadline:
                raise CommandError(
                    f"the first page did not answer in {FIRST_PAGE_TIMEOUT_SECONDS} s; see the log above"
                )
            endings.pause(0.1)
        local_servers.tell_address(address)
        self.stdout.write(f"Ready: {address}")
        self.stdout.flush()
        watch.start()
        while True:
            if watch.has_new_address.is_set():
                watch.has_new_address.clear()
                supervisor.stop()  # what runs would look for the servers at the old one
            supervisor.tend()
            endings.pause(0.5)

    def _tell_where_mails_go(self) -> None:
        if settings.EMAIL_CONFIG.get("EMAIL_FILE_PATH"):
            self.stdout.write(
                "Mails: written into files in var/mails, where links and addresses stay private; EMAIL_URL names a mail server"
            )

    def _ensure_admin(self) -> None:
        """A superuser for the admin, on a machine that runs its own database; its password is kept in var/."""
        if os.environ.get("DATABASE_URL") != local_servers.database_url():
            return
        users: Any = get_user_model().objects
        path = settings.VAR_DIR / "admin_password"
        if not users.filter(is_superuser=True).exists():
            path.touch(mode=0o600)
            path.write_text(password := secrets.token_urlsafe(9))
            users.create_superuser(ADMIN_EMAIL, password, name="Admin")
        if path.exists():
            self.stdout.write(
                f"Admin: /admin/ as {ADMIN_EMAIL}, password in {path.relative_to(settings.BASE_DIR)}"
                if path.is_relative_to(settings.BASE_DIR)
                else f"Admin: /admin/ as {ADMIN_EMAIL}"
            )


def web_command(port: int) -> list[str]:
    return [sys.executable, "-m", "albumsite.door", "--port", str(port)]


def listener(port: int) -> str:
    """Who listens on a port of this machine, as far as we may know: the end of a sentence."""
    with contextlib.suppress(psutil.Error, OSError):
        for connection in psutil.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr[1] == port and connection.pid:
                mark = endings.Mark.read(connection.pid)
                whose = "another Aibum site" if mark else psutil.Process(connection.pid).name()
                return f" by {whose} (process {mark.pid if mark else connection.pid})"
    return ""
