"""Ways to select rows. Visibility lives here, so that a forgotten check gives a 404 and not a leak."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Prefetch, Q
from django.db.models.expressions import CombinedExpression
from django.db.models.lookups import In, LessThanOrEqual
from django.utils import timezone

from accounts.person import Person
from albumsite.ids import first_id_since
from albumsite.jobs import JobQuerySet, State

if TYPE_CHECKING:
    from covers.models import (  # noqa: F401  named as strings in base classes
        Album,
        Cover,
        CoverRequest,
        ModelVersion,
        Review,
        TrainingConsent,
        WorkerHealth,
    )

WALL_SIZE = 12
MY_PAGE_SIZE = 20

ALBUM_BANDS = (48, 32, 16, 0)
ALBUM_NEAR_BITS = 7
"""Of 64. The hash was measured on portraits (`personalize.photos.NEAR_DUPLICATE_BITS`): saved again, scaled or brightened 0 to
4 bits apart, cropped by 2 % 0 to 6, different pictures 20 and more. 7 is the most that `AlbumQuerySet.near` finds for sure."""


def album_band(shift: int) -> CombinedExpression:
    """16 bits of an album's perceptual hash, as its indices have them."""
    return models.F("fingerprint").bitrightshift(shift).bitand(0xFFFF)


class RequestQuerySet(JobQuerySet["CoverRequest"]):
    def visible_to(self, person: Person) -> Self:
        """Own requests, and those whose secret address this browser has opened."""
        return self.filter(person.owns() | Q(pk__in=person.opened))

    def controlled_by(self, person: Person) -> Self:
        """Whom cancel and retry obey: the owner; for a visitor's request also whoever has its address (their phone)."""
        return self.filter(person.owns() | Q(pk__in=person.opened, owner=None))

    def made_today_by(self, person: Person) -> Self:
        start = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
        return self.filter(person.owns(), pk__gte=first_id_since(start.timestamp()), created_at__gte=start)

    def shown_to(self, person: Person) -> Self:
        """What a moderator has hidden is for nobody but who wrote it."""
        return self.filter(~Q(standing="hidden") | person.owns())

    def newest_of(self, person: Person) -> Self:
        """For My Page."""
        return self.filter(person.owns()).with_covers().order_by("-id")[:MY_PAGE_SIZE]

    def with_covers(self) -> Self:
        """And with what was drawn and is shown to nobody, so that pages can say that it was."""
        from covers.models import Cover, WithheldPicture

        withheld = WithheldPicture.objects.only("request_id", "position", "state").order_by("pk")
        return self.prefetch_related(
            Prefetch("covers", Cover.objects.order_by("position")), Prefetch("withheld", withheld)
        )

    def recently_drawn(self) -> Self:
        """Finished ones that nothing went wrong with, the newest first: to learn from how long a picture takes."""
        return self.filter(state=State.DONE, draw_started_at__isnull=False, attempt=1).order_by("-draw_started_at")

    def drawn_at_once(self) -> Self:
        """Of those, the ones that no stop of a worker cut in two: their only claim began when they were first drawn."""
        return self.recently_drawn().exclude(started_at__gt=models.F("draw_started_at"))


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


class ModelVersionQuerySet(models.QuerySet["ModelVersion"]):
    def permitted(self) -> Self:
        """Those whose licence lets this site draw with them."""
        return self if settings.ALLOW_NONCOMMERCIAL_MODELS else self.filter(allows_commercial_use=True)

    def active_checkpoint(self) -> Self:
        """The checkpoint that new requests are drawn with; at most one."""
        return self.permitted().filter(kind="checkpoint", state="active")

    def active_adapter(self) -> Self:
        """The adapter that is laid over every new request's pictures; at most one."""
        return self.permitted().filter(kind="adapter", state="active")

    def offered(self) -> Self:
        """Checkpoints that a person may choose on the create form, the one in use first."""
        chosen = self.permitted().filter(kind="checkpoint")
        chosen = chosen.filter(Q(state="active") | Q(state="verified", is_offered=True))
        return chosen.order_by("state", "-id")  # "active" sorts before "verified"


class WorkerHealthQuerySet(models.QuerySet["WorkerHealth"]):
    def recent(self) -> Self:
        """Workers heard of within a day: older ones are history."""
        return self.filter(seen_at__gte=timezone.now() - timedelta(days=1))


class AlbumQuerySet(models.QuerySet["Album"]):
    def to_learn_from(self) -> Self:
        """Pictures that are here and may be learnt from."""
        return self.filter(allowed_use="training").exclude(sha256="")

    def to_fetch(self) -> Self:
        """Known by their address only, and not refused yet."""
        return self.filter(sha256="", refusal="").exclude(image_url="")

    def near(self, fingerprint: int) -> Self:
        """Pictures whose perceptual hash differs in at most ALBUM_NEAR_BITS of 64 bits.

        Hashes that differ in 7 bits have one of their four bands of 16 bits with at most one differing (multi-index
        hashing, Norouzi et al., arXiv 1307.2982): each band has an index, which is asked for 17 values.
        Take all of the few: with an order and a limit, as `first` has, PostgreSQL would walk the table in that order.
        """
        bands = models.Q()
        for shift in ALBUM_BANDS:
            own = fingerprint >> shift & 0xFFFF
            bands |= models.Q(In(album_band(shift), [own, *(own ^ 1 << bit for bit in range(16))]))
        distance = models.Func(
            models.F("fingerprint").bitxor(fingerprint),
            template="bit_count((%(expressions)s)::bit(64))",
            output_field=models.BigIntegerField(),
        )
        return self.filter(bands, fingerprint__isnull=False).filter(LessThanOrEqual(distance, ALBUM_NEAR_BITS))


class TrainingConsentQuerySet(models.QuerySet["TrainingConsent"]):
    def in_force(self) -> Self:
        return self.filter(owner__isnull=False, withdrawn_at__isnull=True)
