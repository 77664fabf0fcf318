"""A single, an EP or an album: songs whose covers are kept together and are drawn in one look."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Prefetch, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from accounts.person import Person, of_one_person
from albumsite.jobs.states import State
from covers.brief.brief_contract import Song
from covers.brief.family_contract import Family
from covers.models.columns import json_column
from covers.models.covers import Cover
from covers.models.requests import GENRE_CHOICES, CoverRequest

SONGS_MAX = 12


class MusicReleaseQuerySet(models.QuerySet["MusicRelease"]):
    def visible_to(self, person: Person) -> Self:
        """Nobody's but its maker's."""
        return self.filter(person.owns())

    def with_song_count(self) -> Self:
        """`song_count` of each."""
        return self.annotate(song_count=Count("songs"))

    def with_songs(self) -> Self:
        """Songs in their order, each with its request and the covers of that."""
        drawn = CoverRequest.objects.defer("lyrics", "progress").with_covers()
        songs = ReleaseSong.objects.order_by("place", "id").select_related("cover__request")
        return self.prefetch_related(Prefetch("songs", songs.prefetch_related(Prefetch("request", drawn))))


class MusicRelease(models.Model):
    """look: the `Family` of its covers; empty until a cover leads it, or its first song is read. leading: the cover whose look it is."""

    class ReleaseKind(models.TextChoices):
        SINGLE = "single", _("Single")
        EP = "ep", _("EP")
        ALBUM = "album", _("Album")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="music_releases",
        db_index=False,
    )
    visitor = models.UUIDField(null=True, blank=True, editable=False)
    submission = models.UUIDField(
        unique=True, editable=False, help_text=_("Made with the form: a double click asks once")
    )
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=8, choices=ReleaseKind)
    artist = models.CharField(_("artist"), max_length=200)
    look = json_column(dict, _("What its covers have in common"))
    leading = models.ForeignKey(Cover, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects: ClassVar[MusicReleaseQuerySet] = MusicReleaseQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        constraints = [
            of_one_person("music_release_owned_by_one"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(artist=""), name="music_release_name_and_artist"),
            models.CheckConstraint(condition=Q(kind__in=("single", "ep", "album")), name="music_release_kind_legal"),
        ]
        indexes = [
            models.Index(fields=["owner", "-id"], condition=Q(owner__isnull=False), name="music_release_of_owner"),
            models.Index(fields=["visitor", "-id"], condition=Q(owner=None), name="music_release_of_visitor"),
        ]

    def __str__(self) -> str:
        return self.pk.hex[-12:]

    @property
    def family(self) -> Family | None:
        return Family.from_json(self.look)

    def get_absolute_url(self) -> str:
        return reverse("covers:music_release", args=[self.pk])


class ReleaseSongQuerySet(models.QuerySet["ReleaseSong"]):
    def awaiting(self) -> Self:
        """Songs that their maker wants drawn and that could not be asked for yet, those that are due first; none of a closed account."""
        open_to_draw = Q(release__owner=None) | Q(release__owner__is_active=True)
        return self.filter(open_to_draw, due_at__isnull=False).order_by("due_at", "place", "id")


class ReleaseSong(models.Model):
    """One song of a release, drawn or not. request: its last drawing; cover: the one that stands for it, if somebody chose.

    due_at: when it is to be asked for; empty where nobody waits for that. asked_from: the network that a visitor asked from, until then.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    release = models.ForeignKey(MusicRelease, on_delete=models.CASCADE, related_name="songs")
    place = models.PositiveSmallIntegerField()
    title = models.CharField(_("title"), max_length=200)
    genre = models.CharField(_("genre"), max_length=16, blank=True, choices=GENRE_CHOICES)
    lyrics = models.TextField(_("lyrics"), blank=True)
    request = models.ForeignKey(
        CoverRequest, null=True, blank=True, on_delete=models.SET_NULL, related_name="release_songs"
    )
    cover = models.ForeignKey(Cover, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    due_at = models.DateTimeField(null=True, blank=True, editable=False)
    asked_from = models.CharField(max_length=32, blank=True, default="", db_default="", editable=False)

    objects: ClassVar[ReleaseSongQuerySet] = ReleaseSongQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("song of a release")
        verbose_name_plural = _("songs of releases")
        constraints = [models.CheckConstraint(condition=~Q(title=""), name="release_song_title")]
        indexes = [models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="release_song_awaiting")]

    def __str__(self) -> str:
        return self.pk.hex[-12:]

    def song_of(self, release: MusicRelease) -> Song:
        return Song(title=self.title, artist=release.artist, album=release.name, genre=self.genre, lyrics=self.lyrics)

    @property
    def covers(self) -> list[Cover]:
        """Of its last drawing, in their order. With `with_songs`: no query."""
        return list(self.request.covers.all()) if self.request is not None else []

    @property
    def shown(self) -> Cover | None:
        """What stands for it: the chosen one, else the best of the four if its maker said so, else the first. Never a hidden one."""
        if self.cover is not None and not self.cover.is_hidden:
            return self.cover
        return self.request.foremost if self.request is not None else None

    @property
    def is_active(self) -> bool:
        return self.request is not None and self.request.is_active

    @property
    def is_awaited(self) -> bool:
        """It is drawn by itself as soon as there is room for it."""
        return self.due_at is not None

    @property
    def is_to_be_drawn(self) -> bool:
        """Nothing is there to be shown, and nothing is on its way."""
        return not self.is_active and not self.is_awaited and self.shown is None

    @property
    def has_failed(self) -> bool:
        return self.request is not None and self.request.state in (State.FAILED, State.CANCELLED) and not self.covers
