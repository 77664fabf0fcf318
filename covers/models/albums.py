"""Albums of the world, imported: what songs looked like, and what the site may do with each picture."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Now
from django.db.models.lookups import In, LessThanOrEqual
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

ALBUM_BANDS = (48, 32, 16, 0)


ALBUM_NEAR_BITS = 7
"""Of 64. The hash was measured on portraits (`personalize.photos.judging.NEAR_DUPLICATE_BITS`): saved again, scaled or brightened 0 to
4 bits apart, cropped by 2 % 0 to 6, different pictures 20 and more. 7 is the most that `AlbumQuerySet.near` finds for sure."""


def album_band(shift: int) -> CombinedExpression:
    """16 bits of an album's perceptual hash, as its indices have them."""
    return models.F("fingerprint").bitrightshift(shift).bitand(0xFFFF)


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


class AllowedUse(models.TextChoices):
    """What the licence of a picture lets this site do with it. Only TRAINING may ever be learnt from."""

    NONE = "none", _("Kept, used for nothing")
    REFERENCE = "reference", _("Compared with, never learnt from")
    TRAINING = "training", _("Learnt from")


class AlbumImport(models.Model):
    """One file or folder that was read, and how far: a killed import goes on from there."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("file"), max_length=300, help_text=_("Its name, without the folder"))
    fingerprint = models.CharField(max_length=64, help_text=_("SHA-256 of what identifies the source"))
    rows_read = models.PositiveBigIntegerField(_("rows read"), default=0)
    position = models.PositiveBigIntegerField(
        default=0, help_text=_("Where to go on: bytes of a file, names of a folder")
    )
    report_bytes = models.PositiveBigIntegerField(
        default=0, help_text=_("Length of the report of refused rows, which a killed import may have written further")
    )
    counts = models.JSONField(_("counts"), default=dict, blank=True, help_text=_("outcome or reason → rows"))
    started_at = models.DateTimeField(db_default=Now(), editable=False)
    finished_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("import of albums")
        verbose_name_plural = _("imports of albums")
        constraints = [models.UniqueConstraint(fields=["fingerprint"], name="albumimport_once")]

    def __str__(self) -> str:
        return self.name


class Album(models.Model):
    """One song's cover as it was published, with what is known of its rights. Without a picture: known by its address only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    imported_by = models.ForeignKey(AlbumImport, null=True, on_delete=models.SET_NULL, related_name="albums")
    row_number = models.PositiveBigIntegerField(_("row"), null=True, blank=True, help_text=_("In what was imported"))
    row_sha256 = models.CharField(
        max_length=64, help_text=_("Of the picture's address, else of what the row says: imported once")
    )
    title = models.CharField(_("title"), max_length=300)
    artist = models.CharField(_("artist"), max_length=300)
    album = models.CharField(_("album"), max_length=300, blank=True)
    released_on = models.DateField(_("released"), null=True, blank=True)
    genre = models.CharField(_("genre"), max_length=16, blank=True)
    lyrics = models.TextField(_("lyrics"), blank=True)

    image_url = models.CharField(_("address of the picture"), max_length=2000, blank=True)
    storage_key = models.CharField(max_length=250, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True, help_text=_("Of the file that we keep"))
    original_sha256 = models.CharField(
        _("SHA-256 of the original"), max_length=64, blank=True, help_text=_("Of the file as it came")
    )
    fingerprint = models.BigIntegerField(null=True, blank=True, help_text=_("Perceptual hash"))
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)

    refusal = models.CharField(
        _("why there is no picture"),
        max_length=40,
        blank=True,
        help_text=_("Of a picture that was asked for and refused"),
    )

    source = models.CharField(_("source"), max_length=300, blank=True)
    licence = models.CharField(_("licence"), max_length=100, blank=True)
    licence_url = models.URLField(_("licence text"), max_length=500, blank=True)
    allowed_use = models.CharField(_("allowed use"), max_length=16, choices=AllowedUse, default=AllowedUse.NONE)
    fetched_at = models.DateTimeField(_("fetched"), null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects: ClassVar[AlbumQuerySet] = AlbumQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("album")
        verbose_name_plural = _("albums")
        constraints = [
            models.UniqueConstraint(fields=["row_sha256"], name="album_row_once"),
            models.UniqueConstraint(fields=["sha256"], condition=~Q(sha256=""), name="album_picture_once"),
            models.CheckConstraint(condition=Q(allowed_use__in=AllowedUse.values), name="album_use_legal"),
            models.CheckConstraint(
                condition=(Q(storage_key="") & Q(sha256="")) | (~Q(storage_key="") & ~Q(sha256="")),
                name="album_picture_has_sha256",
            ),
            models.CheckConstraint(
                condition=~Q(allowed_use=AllowedUse.TRAINING) | (~Q(licence="") & ~Q(licence_url="") & ~Q(source="")),
                name="album_training_has_licence",
            ),
        ]
        indexes = [
            *(
                models.Index(album_band(shift), condition=Q(fingerprint__isnull=False), name=f"album_hash_bits_{shift}")
                for shift in ALBUM_BANDS
            ),
            models.Index(
                fields=["id"], condition=Q(allowed_use="training") & ~Q(sha256=""), name="album_to_learn_from"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} – {self.artist}"
