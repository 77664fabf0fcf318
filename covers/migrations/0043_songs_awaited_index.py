"""Which songs wait to be drawn: asked by the sweeper, and whenever a request ends."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # nobody who makes a release waits meanwhile
    dependencies = [("covers", "0042_songs_awaited")]

    operations = [
        AddIndexConcurrently(
            model_name="releasesong",
            index=models.Index(condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="release_song_awaiting"),
        ),
    ]
