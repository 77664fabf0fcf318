"""Reviews of covers, and whether their stars count."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from accounts.person import Person, of_one_person
from covers.models.covers import Cover
from covers.models.requests import MY_PAGE_SIZE


class ReviewQuerySet(models.QuerySet["Review"]):
    def by(self, person: Person) -> Self:
        return self.filter(person.owns())

    def shown_to(self, person: Person) -> Self:
        """What a moderator has hidden is for nobody but who wrote it."""
        return self.filter(~Q(standing="hidden") | person.owns())

    def newest_of(self, person: Person) -> Self:
        """For My Page: the twenty newest whose cover the person can still open, with the inputs it was made from."""
        from covers.models import Cover

        rows = self.by(person).filter(cover__in=Cover.objects.visible_to(person))
        return rows.select_related("cover__request__model_version").order_by("-id")[:MY_PAGE_SIZE]


class ReviewStanding(models.TextChoices):
    """Whether stars count: towards the wall, and as something to learn from. See covers/services/reviews.py."""

    COUNTS = "counts", _("Counts")
    UNVERIFIED = "unverified", _("From somebody without a verified account")
    WAITING = "waiting", _("Waits for a moderator: many at once")
    HIDDEN = "hidden", _("Hidden by a moderator")


class Review(models.Model):
    """What one person thinks of one cover. Half stars, 1 to 10."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    cover = models.ForeignKey(Cover, on_delete=models.CASCADE, related_name="reviews")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="reviews"
    )
    visitor = models.UUIDField(null=True, blank=True, editable=False)
    network = models.CharField(
        max_length=64,
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text=_("Hash of the network, of one day"),
    )
    half_stars = models.PositiveSmallIntegerField()
    standing = models.CharField(
        max_length=16, choices=ReviewStanding, default=ReviewStanding.UNVERIFIED, db_default=ReviewStanding.UNVERIFIED
    )
    is_cleared = models.BooleanField(
        default=False, db_default=False, editable=False, help_text=_("A moderator has let its stars count")
    )
    is_counted = models.BooleanField(
        default=False,
        db_default=False,
        editable=False,
        help_text=_("Whether prompts learn from it: docs/prompt-bandit.md"),
    )
    comment = models.CharField(max_length=1000)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects: ClassVar[ReviewQuerySet] = ReviewQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        constraints = [
            models.CheckConstraint(
                condition=Q(half_stars__gte=1, half_stars__lte=10), name="review_half_stars_1_to_10"
            ),
            models.CheckConstraint(condition=~Q(comment=""), name="review_has_comment"),
            models.CheckConstraint(condition=Q(standing__in=ReviewStanding.values), name="review_standing_legal"),
            models.CheckConstraint(
                condition=~Q(standing=ReviewStanding.COUNTS) | Q(owner__isnull=False), name="review_counts_of_members"
            ),
            models.CheckConstraint(
                condition=Q(is_counted=False) | Q(standing=ReviewStanding.COUNTS), name="review_taught_only_what_counts"
            ),
            of_one_person("review_by_one"),
            models.UniqueConstraint(
                fields=["cover", "owner"], condition=Q(owner__isnull=False), name="review_once_per_member"
            ),
            models.UniqueConstraint(
                fields=["cover", "visitor"], condition=Q(visitor__isnull=False), name="review_once_per_visitor"
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "-id"], name="review_of_owner"),
            models.Index(fields=["visitor", "-id"], condition=Q(owner=None), name="review_of_visitor"),
            models.Index(fields=["network", "-created_at"], condition=~Q(network=""), name="review_of_network"),
            models.Index(fields=["-id"], condition=Q(standing=ReviewStanding.WAITING), name="review_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.half_stars / 2} ★ {self.cover_id}"

    @property
    def stars(self) -> float:
        return self.half_stars / 2

    @property
    def is_hidden(self) -> bool:
        return self.standing == ReviewStanding.HIDDEN

    @property
    def by_maker(self) -> bool:
        """Whether who made the cover wrote it. Their stars teach, and lift nothing on the wall."""
        made = self.cover.request
        return self.owner_id == made.owner_id if made.owner_id else self.visitor == made.visitor
