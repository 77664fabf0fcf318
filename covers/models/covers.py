"""A cover: what was drawn of a request, who may see it, and how it is rated."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from accounts.person import Person
from covers.edits.own_words import WORDS_MAX
from covers.lettering.wholeness import Loss, loss
from covers.models.requests import CoverRequest

WALL_SIZE = 12


class CoverQuerySet(models.QuerySet["Cover"]):
    def visible_to(self, person: Person) -> Self:
        """Public covers, and those of requests that the person may see; hidden ones only to their maker."""
        mine = person.owns("request__")
        opened = Q(request__in=person.opened) & ~Q(visibility="hidden")
        return self.filter(Q(visibility="public") | mine | opened)

    def public(self) -> Self:
        return self.filter(visibility="public")

    def wall(self) -> Self:
        """The newest best-rated, best first: see docs/architecture.md for the score."""
        return self.public().select_related("request").order_by("-rating_score", "-id")[:WALL_SIZE]


class Visibility(models.TextChoices):
    PRIVATE = "private", _("Private")
    PUBLIC = "public", _("On the wall")
    HIDDEN = "hidden", _("Hidden by a moderator")


class Cover(models.Model):
    """One finished picture. Its files lie in the private bucket; a public cover has copies in the public one."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    request = models.ForeignKey(CoverRequest, on_delete=models.CASCADE, related_name="covers")
    position = models.PositiveSmallIntegerField()
    seed = models.BigIntegerField()
    prompt = models.TextField(blank=True)
    negative_prompt = models.TextField(blank=True)
    parameters = models.JSONField(default=dict, blank=True)
    layout = models.JSONField(null=True, blank=True, help_text=_("How the title was set"))
    style_arm = models.CharField(max_length=32, blank=True, default="", db_default="")
    phrasing_arm = models.CharField(max_length=32, blank=True, default="", db_default="")
    alt_text = models.CharField(max_length=500, blank=True)
    alt_text_ko = models.CharField(max_length=500, blank=True)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    storage_prefix = models.CharField(max_length=200, help_text=_("Folder of its files in both buckets"))
    sha256 = models.CharField(max_length=64)
    placeholder = models.TextField(blank=True, help_text=_("A tiny blurred WebP as a data URL"))
    dominant_colour = models.CharField(max_length=7, default="#808080")
    visibility = models.CharField(max_length=16, choices=Visibility, default=Visibility.PRIVATE)
    wish = models.CharField(
        max_length=16,
        choices=[(Visibility.PRIVATE, _("Private")), (Visibility.PUBLIC, _("On the wall"))],
        default=Visibility.PRIVATE,
        db_default=Visibility.PRIVATE,
        help_text=_("Where its maker wants it: what a moderator gives back"),
    )
    is_reported = models.BooleanField(
        default=False,
        db_default=False,
        editable=False,
        help_text=_("Reported, and not answered yet: moderators see it"),
    )
    rating_sum = models.PositiveIntegerField(
        default=0,
        help_text=_("In half stars, of other people's stars that count; kept by covers/services/reviews.py"),
    )
    rating_count = models.PositiveIntegerField(default=0)
    rating_score = models.FloatField(default=0.0, help_text=_("What the wall sorts by; see docs/architecture.md"))
    set_title = models.CharField(
        max_length=200, blank=True, default="", db_default="", help_text=_("As its maker has set it; empty: the song's")
    )
    set_artist = models.CharField(max_length=200, blank=True, default="", db_default="")
    own_words = models.CharField(
        max_length=WORDS_MAX, blank=True, default="", db_default="",
        help_text=_("What it shows, as its maker says it; empty: as the site does"),
    )  # fmt: skip
    own_reason = models.CharField(max_length=WORDS_MAX, blank=True, default="", db_default="")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects: ClassVar[CoverQuerySet] = CoverQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("cover")
        verbose_name_plural = _("covers")
        constraints = [
            models.UniqueConstraint(fields=["request", "position"], name="cover_once_per_position"),
            models.CheckConstraint(condition=Q(visibility__in=Visibility.values), name="cover_visibility_legal"),
            models.CheckConstraint(
                condition=Q(wish__in=(Visibility.PRIVATE, Visibility.PUBLIC)), name="cover_wish_legal"
            ),
            models.CheckConstraint(
                condition=~Q(visibility=Visibility.PUBLIC) | Q(wish=Visibility.PUBLIC), name="cover_hangs_as_wished"
            ),
            models.CheckConstraint(
                condition=Q(rating_sum__gte=F("rating_count"), rating_sum__lte=F("rating_count") * 10),
                name="cover_rating_1_to_10",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-rating_score", "-id"], condition=Q(visibility=Visibility.PUBLIC), name="cover_best_public"
            ),
            models.Index(
                fields=["-id"],
                condition=Q(visibility__in=(Visibility.PUBLIC, Visibility.HIDDEN)) | Q(is_reported=True),
                name="cover_for_moderators",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request} #{self.position + 1}"

    @property
    def title(self) -> str:
        return self.set_title or self.request.title

    @property
    def artist(self) -> str:
        return self.set_artist or self.request.artist

    @cached_property
    def loss(self) -> Loss:
        """What of its title and artist is not on the picture."""
        return loss(self.layout, self.title, self.artist)

    @property
    def is_of_deleted_picture(self) -> bool:
        """Whether it is made of its maker's own picture, which they have deleted: a store file can only be enlarged then."""
        return self.request.is_of_picture(self.position) and self.request.picture_id is None

    @property
    def is_public(self) -> bool:
        return self.visibility == Visibility.PUBLIC

    @property
    def is_hidden(self) -> bool:
        return self.visibility == Visibility.HIDDEN

    @property
    def average_half_stars(self) -> float | None:
        """1 to 10, or None while nobody has rated it."""
        return self.rating_sum / self.rating_count if self.rating_count else None

    @property
    def average_stars(self) -> float | None:
        """0.5 to 5, or None while nobody has rated it."""
        return self.rating_sum / self.rating_count / 2 if self.rating_count else None

    def get_absolute_url(self) -> str:
        return reverse("covers:cover", args=[self.pk])
