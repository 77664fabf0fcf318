"""Which requests a cover is the parent of: asked when it is deleted."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # nobody who asks for covers waits meanwhile
    dependencies = [("covers", "0039_request_parent")]

    operations = [
        AddIndexConcurrently(
            model_name="coverrequest",
            index=models.Index(
                condition=models.Q(("parent__isnull", False)), fields=["parent"], name="request_of_parent"
            ),
        ),
    ]
