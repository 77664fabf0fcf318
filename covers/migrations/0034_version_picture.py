"""What is changed in the picture of a version. Nothing for those that there are: the old release knows nothing of it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('covers', '0033_picture_first_look'),
    ]

    operations = [
        migrations.AddField(
            model_name='coverversion',
            name='is_set_by_site',
            field=models.BooleanField(db_default=False, default=False, help_text='Its type was set anew for its picture'),
        ),
        migrations.AddField(
            model_name='coverversion',
            name='parameters',
            field=models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), default=dict),
        ),
        migrations.AddField(
            model_name='coverversion',
            name='picture',
            field=models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), default=dict, help_text='What is changed in its picture; empty: nothing'),
        ),
    ]
