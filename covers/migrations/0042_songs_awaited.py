"""Songs of a release that wait to be drawn. Nothing for the rows that there are; the old release leaves them alone."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('covers', '0041_music_releases'),
    ]

    operations = [
        migrations.AddField(
            model_name='releasesong',
            name='asked_from',
            field=models.CharField(blank=True, db_default='', default='', editable=False, max_length=32),
        ),
        migrations.AddField(
            model_name='releasesong',
            name='due_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
