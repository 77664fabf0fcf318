"""What people wish before the drawing. An empty object for the rows that there are: the old release knows nothing of it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('covers', '0036_version_of_drawing'),
    ]

    operations = [
        migrations.AddField(
            model_name='coverrequest',
            name='wishes',
            field=models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), default=dict, help_text='Colours, people and what to leave out, as asked for before the drawing'),
        ),
    ]
