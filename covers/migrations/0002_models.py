import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import uuid_utils.compat
from django.db import migrations, models

import covers.models.versions


class Migration(migrations.Migration):

    dependencies = [
        ('covers', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ModelVersion',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('key', models.SlugField(help_text='Short and lasting: summer-2026-v1', max_length=64, unique=True, verbose_name='key')),
                ('name', models.CharField(blank=True, help_text='What people read on the create form', max_length=100, verbose_name='name')),
                ('kind', models.CharField(choices=[('checkpoint', 'Checkpoint'), ('adapter', 'Adapter')], default='checkpoint', max_length=16, verbose_name='kind')),
                ('engine', models.CharField(default='sdxl', max_length=64, verbose_name='engine')),
                ('source_kind', models.CharField(choices=[('hub', 'Hub repository'), ('folder', "Folder on the workers' machine"), ('file', "File on the workers' machine"), ('storage', 'Private bucket')], max_length=16, verbose_name='kind of source')),
                ('source', models.CharField(help_text='Hub id, path, or key of the private bucket (its folder or file)', max_length=500, verbose_name='source')),
                ('filename', models.CharField(blank=True, max_length=300, verbose_name='file of the hub repository')),
                ('config', models.CharField(blank=True, help_text='Of a single-file checkpoint: a folder or a hub id', max_length=500, verbose_name='configuration')),
                ('revision', models.CharField(blank=True, help_text='Of a hub id: its commit, 40 letters and digits', max_length=128, verbose_name='revision')),
                ('sha256', models.CharField(blank=True, help_text='Empty: what is found when it is verified counts from then on', max_length=64, validators=[covers.models.versions.check_sha256], verbose_name='SHA-256')),
                ('size_bytes', models.PositiveBigIntegerField(default=0, verbose_name='size')),
                ('files', models.JSONField(blank=True, default=list, verbose_name='files')),
                ('facts', models.JSONField(blank=True, default=dict, verbose_name='what its files say')),
                ('licence', models.CharField(help_text='SPDX identifier, or its name', max_length=100, verbose_name='licence')),
                ('licence_url', models.URLField(blank=True, max_length=500, verbose_name='licence text')),
                ('allows_commercial_use', models.BooleanField(default=False, verbose_name='allows commercial use')),
                ('trigger_words', models.CharField(blank=True, max_length=200, verbose_name='trigger words')),
                ('adapter_scale', models.FloatField(default=1.0, validators=[django.core.validators.MinValueValidator(-4.0), django.core.validators.MaxValueValidator(4.0)], verbose_name='weight')),
                ('native_side', models.PositiveSmallIntegerField(blank=True, help_text='Pixels. Pictures are drawn at this size, then enlarged', null=True, validators=[covers.models.versions.check_side], verbose_name='native side')),
                ('num_inference_steps', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(150)], verbose_name='steps')),
                ('guidance_scale', models.FloatField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(50)], verbose_name='guidance scale')),
                ('scheduler', models.CharField(blank=True, choices=[('default', 'default'), ('euler', 'euler'), ('euler_a', 'euler_a'), ('euler_trailing', 'euler_trailing'), ('euler_a_trailing', 'euler_a_trailing'), ('euler_karras', 'euler_karras'), ('heun', 'heun'), ('dpmpp_2m', 'dpmpp_2m'), ('dpmpp_2m_karras', 'dpmpp_2m_karras'), ('dpmpp_2m_sde', 'dpmpp_2m_sde'), ('dpmpp_2m_sde_karras', 'dpmpp_2m_sde_karras'), ('dpmpp_sde', 'dpmpp_sde'), ('ddim', 'ddim'), ('ddim_trailing', 'ddim_trailing'), ('ddpm', 'ddpm'), ('pndm', 'pndm'), ('unipc', 'unipc'), ('lcm', 'lcm'), ('lcm_trained_at_4', 'lcm_trained_at_4'), ('tcd', 'tcd')], max_length=32, verbose_name='scheduler')),
                ('is_offered', models.BooleanField(default=False, help_text='On the create form, beside the one in use', verbose_name='offered')),
                ('state', models.CharField(choices=[('new', 'Not verified yet'), ('verified', 'Verified'), ('active', 'In use'), ('retired', 'Retired'), ('broken', 'Broken')], default='new', max_length=16, verbose_name='state')),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='why it is broken')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('verified_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('activated_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('base_model', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='adapters', to='covers.modelversion', verbose_name='base model')),
            ],
            options={
                'verbose_name': 'model',
                'verbose_name_plural': 'models',
            },
        ),
        migrations.CreateModel(
            name='ModelCheck',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('stage', models.CharField(max_length=16)),
                ('state', models.CharField(choices=[('queued', 'Waiting'), ('running', 'Working'), ('done', 'Done'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], default='queued', max_length=16)),
                ('attempt', models.PositiveSmallIntegerField(default=0)),
                ('token', models.UUIDField(blank=True, editable=False, null=True)),
                ('lease_until', models.DateTimeField(blank=True, editable=False, null=True)),
                ('cancel_requested', models.BooleanField(default=False)),
                ('failure', models.CharField(blank=True, max_length=64)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('queued_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('started_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('finished_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='checks', to='covers.modelversion')),
            ],
            options={
                'verbose_name': 'check of a model',
                'verbose_name_plural': 'checks of models',
            },
        ),
        migrations.AddConstraint(
            model_name='modelversion',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['checkpoint', 'adapter'])), name='model_kind_legal'),
        ),
        migrations.AddConstraint(
            model_name='modelversion',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['new', 'verified', 'active', 'retired', 'broken'])), name='model_state_legal'),
        ),
        migrations.AddConstraint(
            model_name='modelversion',
            constraint=models.CheckConstraint(condition=models.Q(('source_kind__in', ['hub', 'folder', 'file', 'storage'])), name='model_source_kind_legal'),
        ),
        migrations.AddConstraint(
            model_name='modelversion',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'active')), fields=('kind',), name='model_one_active'),
        ),
        migrations.AddConstraint(
            model_name='modelversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('source_kind', 'hub'), _negated=True), ('revision__regex', '^[0-9a-f]{40}$'), _connector='OR'), name='model_hub_id_pinned'),
        ),
        migrations.AddConstraint(
            model_name='modelversion',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('new', 'broken', 'retired')), models.Q(('sha256', ''), _negated=True), _connector='OR'), name='model_proven_has_sha256'),
        ),
        migrations.AddConstraint(
            model_name='modelversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'broken'), models.Q(('reason', ''), _negated=True)), models.Q(models.Q(('state', 'broken'), _negated=True), ('reason', '')), _connector='OR'), name='model_broken_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='modelversion',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'adapter'), ('base_model', None), _connector='OR'), name='model_base_only_of_adapters'),
        ),
        migrations.AddConstraint(
            model_name='modelversion',
            constraint=models.CheckConstraint(condition=models.Q(('adapter_scale__gte', -4.0), ('adapter_scale__lte', 4.0)), name='model_adapter_scale_sane'),
        ),
        migrations.AddConstraint(
            model_name='modelversion',
            constraint=models.CheckConstraint(condition=models.Q(('licence', ''), _negated=True), name='model_has_licence'),
        ),
        migrations.AddIndex(
            model_name='modelcheck',
            index=models.Index(condition=models.Q(('state', 'queued')), fields=['stage', 'id'], name='modelcheck_queued'),
        ),
        migrations.AddIndex(
            model_name='modelcheck',
            index=models.Index(condition=models.Q(('state', 'running')), fields=['lease_until'], name='modelcheck_running'),
        ),
        migrations.AddConstraint(
            model_name='modelcheck',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['queued', 'running', 'done', 'failed', 'cancelled'])), name='modelcheck_state_legal'),
        ),
        migrations.AddConstraint(
            model_name='modelcheck',
            constraint=models.CheckConstraint(condition=models.Q(('stage__in', ('verify',))), name='modelcheck_stage_legal'),
        ),
        migrations.AddConstraint(
            model_name='modelcheck',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'running'), ('lease_until__isnull', False), ('token__isnull', False)), models.Q(models.Q(('state', 'running'), _negated=True), ('lease_until__isnull', True), ('token__isnull', True)), _connector='OR'), name='modelcheck_lease_while_running'),
        ),
        migrations.AddConstraint(
            model_name='modelcheck',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('done', 'failed', 'cancelled')), ('finished_at__isnull', False)), models.Q(models.Q(('state__in', ('done', 'failed', 'cancelled')), _negated=True), ('finished_at__isnull', True)), _connector='OR'), name='modelcheck_finished_when_ended'),
        ),
        migrations.AddConstraint(
            model_name='modelcheck',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'failed'), models.Q(('failure', ''), _negated=True)), models.Q(models.Q(('state', 'failed'), _negated=True), ('failure', '')), _connector='OR'), name='modelcheck_failure_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='modelcheck',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('queued', 'running'))), fields=('version',), name='modelcheck_one_at_a_time'),
        ),
    ]
