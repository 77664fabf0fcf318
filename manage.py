#!/usr/bin/env python
"""Django's command-line utility. Commands that need PostgreSQL and Redis find them running, or start them."""

import os
import sys

NEEDS_SERVERS = {"make_covers", "register_model", "serve", "train_face"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "albumsite.settings")
    from django.core.management import execute_from_command_line

    if len(sys.argv) < 2 or sys.argv[1] not in NEEDS_SERVERS or {"-h", "--help"} & set(sys.argv):
        execute_from_command_line(sys.argv)
        return

    from albumsite import local, processes

    processes.end_in_order()  # so that the servers stop on the way out
    with local.servers():  # before settings are read
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
