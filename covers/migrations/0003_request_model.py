import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('covers', '0002_models'),
    ]

    operations = [
        migrations.AddField(
            model_name='coverrequest',
            name='adapters',
            field=models.JSONField(blank=True, db_default=models.Value([], models.JSONField()), default=list, help_text='key, source, sha256, scale'),
        ),
        migrations.AddField(
            model_name='coverrequest',
            name='base_model',
            field=models.CharField(blank=True, db_default='', default='', max_length=500),
        ),
        migrations.AddField(
            model_name='coverrequest',
            name='base_model_revision',
            field=models.CharField(blank=True, db_default='', default='', max_length=128),
        ),
        migrations.AddField(
            model_name='coverrequest',
            name='clip_skip',
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='coverrequest',
            name='feature_reuse',
            field=models.CharField(db_default='off', default='off', max_length=16),
        ),
        migrations.AddField(
            model_name='coverrequest',
            name='guidance_end',
            field=models.FloatField(db_default=1.0, default=1.0),
        ),
        migrations.AddField(
            model_name='coverrequest',
            name='guidance_rescale',
            field=models.FloatField(db_default=0.0, default=0.0),
        ),
        migrations.AddField(
            model_name='coverrequest',
            name='model_version',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='covers.modelversion'),
        ),
    ]
