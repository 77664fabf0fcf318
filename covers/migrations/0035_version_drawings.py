"""Versions whose picture is drawn anew: the recipe, and a stage of their own. The old release makes none; its sweeper leaves such a row to
the new one."""

import django.db.models.deletion
import django.db.models.functions.datetime
import uuid_utils.compat
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('covers', '0034_version_picture'),
    ]

    operations = [
        migrations.CreateModel(
            name='VersionDrawing',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('edit', models.JSONField(help_text='Prompts, strength, steps, guidance, scheduler, seed, mask')),
                ('mask_prefix', models.CharField(blank=True, max_length=200)),
                ('art_prefix', models.CharField(blank=True, max_length=200)),
                ('art_sha256', models.CharField(blank=True, help_text='Of the pixels: the recipe gives them again', max_length=64)),
                ('parameters', models.JSONField(blank=True, default=dict)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'verbose_name': 'drawing of a version',
                'verbose_name_plural': 'drawings of versions',
            },
        ),
        migrations.RemoveConstraint(
            model_name='coverversion',
            name='cover_version_stage_legal',
        ),
        migrations.AddField(
            model_name='coverversion',
            name='progress',
            field=models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), default=dict, help_text='step, total, preview'),
        ),
        migrations.AddField(
            model_name='versiondrawing',
            name='base',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='followers', to='covers.versiondrawing'),
        ),
        migrations.AddField(
            model_name='versiondrawing',
            name='cover',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drawings', to='covers.cover'),
        ),
        migrations.AddField(
            model_name='coverversion',
            name='drawing',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='versions', to='covers.versiondrawing'),
        ),
        migrations.AddConstraint(
            model_name='coverversion',
            constraint=models.CheckConstraint(condition=models.Q(('stage__in', ('set', 'draw'))), name='cover_version_stage_legal'),
        ),
    ]
