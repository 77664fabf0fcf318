"""Covers that a crash left on the wall after their maker had taken them down leave it now, with their public copies."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations, transaction


def take_down(apps: Any, schema_editor: Any) -> None:
    covers = apps.get_model("covers", "Cover").objects.filter(visibility="public", wish="private")
    withdrawals = apps.get_model("covers", "Withdrawal").objects
    for pk, storage_prefix in list(covers.values_list("pk", "storage_prefix")):
        with transaction.atomic():
            if covers.filter(pk=pk).update(visibility="private"):
                withdrawals.create(storage_prefix=storage_prefix, stage="delete")


class Migration(migrations.Migration):
    atomic = False  # a second try goes on where the first one ended, and a look at each row locks out nobody
    dependencies = [("covers", "0023_hangs_as_wished")]

    operations = [
        migrations.RunPython(take_down, migrations.RunPython.noop),
        ValidateConstraint(model_name="cover", name="cover_hangs_as_wished"),
    ]
