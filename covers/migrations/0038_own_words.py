"""What a maker says of a cover in their own words. Empty for the rows that there are: the old release knows nothing of it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('covers', '0037_request_wishes'),
    ]

    operations = [
        migrations.AddField(
            model_name='cover',
            name='own_reason',
            field=models.CharField(blank=True, db_default='', default='', max_length=240),
        ),
        migrations.AddField(
            model_name='cover',
            name='own_words',
            field=models.CharField(blank=True, db_default='', default='', help_text="What it shows, as its maker says it; empty: as the site does", max_length=240),
        ),
        migrations.AddField(
            model_name='coverversion',
            name='own_reason',
            field=models.CharField(blank=True, db_default='', default='', max_length=240),
        ),
        migrations.AddField(
            model_name='coverversion',
            name='own_words',
            field=models.CharField(blank=True, db_default='', default='', help_text="What it shows, as its maker says it; empty: as the site does", max_length=240),
        ),
    ]
