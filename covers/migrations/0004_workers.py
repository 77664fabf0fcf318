import django.db.models.functions.datetime
import uuid_utils.compat
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('covers', '0003_request_model'),
    ]

    operations = [
        migrations.CreateModel(
            name='WorkerHealth',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('host', models.CharField(max_length=100, verbose_name='machine')),
                ('pid', models.PositiveIntegerField(verbose_name='process')),
                ('queue', models.CharField(max_length=32, verbose_name='queue')),
                ('engine', models.CharField(blank=True, max_length=64, verbose_name='engine')),
                ('model', models.CharField(blank=True, help_text='Checkpoint and revision, as loaded', max_length=300, verbose_name='model')),
                ('device', models.CharField(blank=True, max_length=100, verbose_name='device')),
                ('is_warm', models.BooleanField(default=False, help_text='Its model is loaded and has drawn', verbose_name='warm')),
                ('batch_limit', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='pictures at once')),
                ('pictures', models.PositiveIntegerField(default=0, help_text='Since it started', verbose_name='pictures drawn')),
                ('images_per_minute', models.FloatField(blank=True, null=True, verbose_name='pictures per minute')),
                ('queue_wait_seconds', models.FloatField(blank=True, null=True, verbose_name='wait in the queue')),
                ('last_error', models.CharField(blank=True, max_length=500, verbose_name='last error')),
                ('last_error_at', models.DateTimeField(blank=True, null=True, verbose_name='last error at')),
                ('started_at', models.DateTimeField(verbose_name='started')),
                ('seen_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='last seen')),
            ],
            options={
                'verbose_name': 'worker',
                'verbose_name_plural': 'workers',
                'constraints': [models.UniqueConstraint(fields=('host', 'pid'), name='worker_once')],
            },
        ),
    ]
