"""Which requests are made of a picture: asked when one of them is deleted."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # nobody who asks for covers waits meanwhile
    dependencies = [("covers", "0027_own_pictures_not_learnt")]

    operations = [
        AddIndexConcurrently(
            model_name="coverrequest",
            index=models.Index(
                condition=models.Q(("picture__isnull", False)), fields=["picture"], name="request_of_picture"
            ),
        ),
    ]
