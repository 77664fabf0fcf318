"""What a first command on a new machine finds ready."""

from __future__ import annotations

import pytest
from django.db import connection
from django.utils import timezone
from django.utils.module_loading import import_string

from albumsite import retention
from albumsite.processes.preparing import migrate

pytestmark = pytest.mark.django_db(transaction=True)


def test_after_a_first_command_in_a_terminal_every_sweeper_finds_its_tables(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE site_cache")  # as where only migrations were run
    migrate()
    deleted = {rule.name: import_string(rule.sweep)(timezone.now() - rule.length) or 0 for rule in retention.RULES}
    assert set(deleted.values()) == {0}
