"""A public cover is one that its maker wants to be public. Rows of before are looked at by the next migration: this lock is short."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("covers", "0022_withheld_pictures")]

    operations = [
        AddConstraintNotValid(
            model_name="cover",
            constraint=models.CheckConstraint(
                condition=models.Q(("visibility", "public"), _negated=True) | models.Q(("wish", "public")),
                name="cover_hangs_as_wished",
            ),
        ),
    ]
