"""Which versions show a drawing: asked when one of them is deleted."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # nobody who saves a version waits meanwhile
    dependencies = [("covers", "0035_version_drawings")]

    operations = [
        AddIndexConcurrently(
            model_name="coverversion",
            index=models.Index(
                condition=models.Q(("drawing__isnull", False)), fields=["drawing"], name="cover_version_drawing"
            ),
        ),
    ]
