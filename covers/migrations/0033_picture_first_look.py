"""What was seen of a brought picture at its upload. Nothing for those that there are: the old release knows nothing of it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('covers', '0032_cover_versions'),
    ]

    operations = [
        migrations.AddField(
            model_name='uploadedpicture',
            name='square',
            field=models.JSONField(blank=True, help_text='Middle of the square that keeps what matters, as shares', null=True),
        ),
        migrations.AddField(
            model_name='uploadedpicture',
            name='emptiness',
            field=models.CharField(blank=True, choices=[('dark', 'almost wholly black'), ('pale', 'almost wholly white'), ('empty', 'almost one colour')], db_default='', default='', max_length=8),
        ),
    ]
