#!/usr/bin/env python
"""Django's command-line utility. Commands that need PostgreSQL and Redis find them running, or start them."""

import contextlib
import os
import sys

NEEDS_SERVERS = {"make_covers", "register_model", "serve", "train_face"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "albumsite.settings")
    from django.core.management import execute_from_command_line

    command = sys.argv[1] if len(sys.argv) > 1 else ""
    if command not in NEEDS_SERVERS or {"-h", "--help"} & set(sys.argv):
        execute_from_command_line(sys.argv)
        return

    from albumsite import endings, local, waiting

    endings.end_in_order()  # so that the servers stop on the way out
    try:
        with local.only_site() if command == "serve" else contextlib.nullcontext(), local.servers():
            execute_from_command_line(sys.argv)  # it reads the settings, with the servers' addresses
    except waiting.LocalError as error:
        sys.exit(f"{command}: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
