"""Singles, EPs and albums with their songs: new tables, of which the old release knows nothing."""

import django.db.models.deletion
import django.db.models.functions.datetime
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('covers', '0040_request_of_parent'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='MusicRelease',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('visitor', models.UUIDField(blank=True, editable=False, null=True)),
                ('submission', models.UUIDField(editable=False, help_text='Made with the form: a double click asks once', unique=True)),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('kind', models.CharField(choices=[('single', 'Single'), ('ep', 'EP'), ('album', 'Album')], max_length=8, verbose_name='kind')),
                ('artist', models.CharField(max_length=200, verbose_name='artist')),
                ('look', models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), default=dict, help_text='What its covers have in common')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('leading', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='covers.cover')),
                ('owner', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='music_releases', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'release',
                'verbose_name_plural': 'releases',
            },
        ),
        migrations.CreateModel(
            name='ReleaseSong',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('place', models.PositiveSmallIntegerField()),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('genre', models.CharField(blank=True, choices=[('ballad', 'Ballad'), ('dance', 'Dance'), ('hiphop', 'Rap / Hip-hop'), ('rnb', 'R&B / Soul'), ('indie', 'Indie'), ('rock', 'Rock / Metal'), ('trot', 'Trot'), ('folk', 'Folk / Blues'), ('electronic', 'Electronic'), ('jazz', 'Jazz'), ('classical', 'Classical / Instrumental'), ('children', 'Children'), ('ccm', 'Worship / CCM'), ('soundtrack', 'Soundtrack')], max_length=16, verbose_name='genre')),
                ('lyrics', models.TextField(blank=True, verbose_name='lyrics')),
                ('cover', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='covers.cover')),
                ('release', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='songs', to='covers.musicrelease')),
                ('request', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='release_songs', to='covers.coverrequest')),
            ],
            options={
                'verbose_name': 'song of a release',
                'verbose_name_plural': 'songs of releases',
            },
        ),
        migrations.AddIndex(
            model_name='musicrelease',
            index=models.Index(condition=models.Q(('owner__isnull', False)), fields=['owner', '-id'], name='music_release_of_owner'),
        ),
        migrations.AddIndex(
            model_name='musicrelease',
            index=models.Index(condition=models.Q(('owner', None)), fields=['visitor', '-id'], name='music_release_of_visitor'),
        ),
        migrations.AddConstraint(
            model_name='musicrelease',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('owner__isnull', False), ('visitor__isnull', True)), models.Q(('owner__isnull', True), ('visitor__isnull', False)), _connector='OR'), name='music_release_owned_by_one'),
        ),
        migrations.AddConstraint(
            model_name='musicrelease',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('artist', ''), _negated=True)), name='music_release_name_and_artist'),
        ),
        migrations.AddConstraint(
            model_name='musicrelease',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ('single', 'ep', 'album'))), name='music_release_kind_legal'),
        ),
        migrations.AddConstraint(
            model_name='releasesong',
            constraint=models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='release_song_title'),
        ),
    ]
