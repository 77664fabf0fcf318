#!/usr/bin/env python
"""Django's command-line utility. Commands that need PostgreSQL and Redis find them running, or start them."""

import contextlib
import os
import sys
from collections.abc import Iterator

NEEDS_SERVERS = {"make_covers", "register_model", "serve", "train_face"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "albumsite.settings")
    from django.core.management import execute_from_command_line

    from albumsite.processes import waiting

    command = sys.argv[1] if len(sys.argv) > 1 else ""
    try:
        with contextlib.nullcontext() if {"-h", "--help"} & set(sys.argv) else needed(command):
            execute_from_command_line(sys.argv)  # it reads the settings, with the servers' addresses
    except waiting.LocalError as error:
        sys.exit(f"{command}: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


@contextlib.contextmanager
def needed(command: str) -> Iterator[None]:
    """The servers for a command that needs them, and for the site itself the right to be the only one of its folder."""
    if command not in NEEDS_SERVERS:
        yield
        return
    from albumsite.processes import endings, local_servers

    if command == "serve":
        print("Starting …", flush=True)
    endings.end_in_order()  # so that the servers stop on the way out
    with local_servers.only_site() if command == "serve" else contextlib.nullcontext(), local_servers.servers():
        yield


if __name__ == "__main__":
    main()
