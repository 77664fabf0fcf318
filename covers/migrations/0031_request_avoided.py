"""What people switch off in their pictures. An empty object for the rows that there are: the old release knows nothing of it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('covers', '0030_picture_faces'),
    ]

    operations = [
        migrations.AddField(
            model_name='coverrequest',
            name='avoided',
            field=models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), default=dict, help_text='What its maker has switched off in the pictures'),
        ),
    ]
