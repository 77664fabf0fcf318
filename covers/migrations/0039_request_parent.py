"""Which cover a request's pictures have something in common with. Nothing for the rows that there are; without a constraint, for a release
that does not know of it deletes covers as ever."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('covers', '0038_own_words'),
    ]

    operations = [
        migrations.AddField(
            model_name='coverrequest',
            name='parent',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, help_text='The cover that its pictures have something in common with', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='followers', to='covers.cover'),
        ),
        migrations.AddField(
            model_name='coverrequest',
            name='kept',
            field=models.JSONField(blank=True, db_default=models.Value([], models.JSONField()), default=list, help_text='What they have in common: style, palette, subject, layout'),
        ),
    ]
