"""A request for covers, its covers, their reviews and release files."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from uuid_utils.compat import uuid7

from accounts.person import Person
from albumsite.jobs import ACTIVE, Job, State
from covers.lettering.wholeness import Loss, loss
from covers.models import addresses
from covers.models.versions import ModelVersion
from covers.querysets import CoverQuerySet, RequestQuerySet, ReviewQuerySet
from covers.writing.contract import Brief, Song

GENRE_CHOICES = [
    ("ballad", _("Ballad")),
    ("dance", pgettext_lazy("genre", "Dance")),
    ("hiphop", _("Rap / Hip-hop")),
    ("rnb", _("R&B / Soul")),
    ("indie", _("Indie")),
    ("rock", _("Rock / Metal")),
    ("trot", _("Trot")),
    ("folk", _("Folk / Blues")),
    ("electronic", _("Electronic")),
    ("jazz", _("Jazz")),
    ("classical", _("Classical / Instrumental")),
    ("children", _("Children")),
    ("ccm", _("Worship / CCM")),
    ("soundtrack", _("Soundtrack")),
]


class Stage(models.TextChoices):
    WRITE = "write", _("Writing the brief")
    DRAW = "draw", _("Drawing")


class CoverRequest(Job):
    """What one person asked for: the song as typed, the brief that was written, how it is drawn, and how far it is."""

    STAGES: ClassVar[dict[str, tuple[str, str]]] = {
        Stage.WRITE: ("write", "covers.tasks.write_brief"),
        Stage.DRAW: ("draw", "covers.tasks.draw_covers"),
    }

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="cover_requests"
    )
    visitor = models.UUIDField(null=True, blank=True, editable=False)
    network = models.CharField(
        max_length=32,
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text=_("Where a visitor came from, hashed"),
    )
    submission = models.UUIDField(
        unique=True, editable=False, help_text=_("Made with the form: a double click asks once")
    )

    title = models.CharField(_("title"), max_length=200)
    artist = models.CharField(_("artist"), max_length=200)
    album = models.CharField(_("album"), max_length=200, blank=True)
    genre = models.CharField(_("genre"), max_length=16, blank=True, choices=GENRE_CHOICES)
    lyrics = models.TextField(_("lyrics"), blank=True)

    count = models.PositiveSmallIntegerField(_("how many"), default=4)
    seed_was_typed = models.BooleanField(default=False, db_default=False, editable=False)
    with_lettering = models.BooleanField(_("set the title in type"), default=True)
    style = models.CharField(_("style"), max_length=16, blank=True)
    seed = models.BigIntegerField(_("seed"))
    engine = models.CharField(max_length=64)
    width = models.PositiveSmallIntegerField(default=1024)
    height = models.PositiveSmallIntegerField(default=1024)
    num_inference_steps = models.PositiveSmallIntegerField(default=30)
    guidance_scale = models.FloatField(default=6.0)
    scheduler = models.CharField(max_length=32, default="euler")
    guidance_rescale = models.FloatField(default=0.0, db_default=0.0)
    guidance_end = models.FloatField(default=1.0, db_default=1.0)
    clip_skip = models.PositiveSmallIntegerField(null=True, blank=True)
    feature_reuse = models.CharField(max_length=16, default="off", db_default="off")
    model_version = models.ForeignKey(
        ModelVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="requests"
    )
    base_model = models.CharField(max_length=500, blank=True, default="", db_default="")
    base_model_revision = models.CharField(max_length=128, blank=True, default="", db_default="")
    adapters = models.JSONField(
        default=list, db_default=Value([], models.JSONField()), blank=True, help_text=_("key, source, sha256, scale")
    )

    face = models.ForeignKey(
        "personalize.Face", null=True, blank=True, on_delete=models.SET_NULL, related_name="cover_requests"
    )
    shows_face = models.BooleanField(default=False, db_default=False, help_text=_("Also when the face is gone"))
    subject = models.CharField(
        max_length=64, blank=True, default="", db_default="", help_text=_("How prompts name the person of the face")
    )
    is_draft = models.BooleanField(
        default=False, db_default=False, help_text=_("Made from photos while a face is learnt; never on the wall")
    )

    learned_version = models.ForeignKey(
        ModelVersion,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="learned_requests",
        help_text=_("The weekly model that is laid over its pictures"),
    )
    trial = models.ForeignKey(
        ModelVersion,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="trial_requests",
        help_text=_("What was on trial when it was made, on whichever side"),
    )
    arms = models.JSONField(
        default=list,
        db_default=Value([], models.JSONField()),
        blank=True,
        help_text=_("style and phrasing of each picture"),
    )
    favourite = models.ForeignKey(
        "covers.Cover",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The best of them"),
    )

    brief = models.JSONField(null=True, blank=True)
    written_by = models.CharField(max_length=16, blank=True)
    progress = models.JSONField(default=dict, blank=True, help_text=_("position → step, total, preview"))
    draw_started_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[RequestQuerySet] = RequestQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        constraints = [
            *Job.job_constraints("request", tuple(Stage.values)),
            models.CheckConstraint(
                condition=Q(owner__isnull=False, visitor__isnull=True) | Q(owner__isnull=True, visitor__isnull=False),
                name="request_owned_by_one",
            ),
            models.CheckConstraint(
                condition=Q(count__gte=1, count__lte=settings.COVERS_PER_REQUEST_MAX), name="request_count_1_to_8"
            ),
            models.CheckConstraint(condition=~Q(title="") & ~Q(artist=""), name="request_title_and_artist"),
            models.CheckConstraint(
                condition=Q(genre="") | Q(genre__in=[key for key, _label in GENRE_CHOICES]), name="request_genre_known"
            ),
            models.CheckConstraint(condition=Q(seed__gte=0), name="request_seed_not_negative"),
            models.CheckConstraint(
                condition=Q(stage=Stage.WRITE) | Q(brief__isnull=False), name="request_drawn_from_a_brief"
            ),
        ]
        indexes = [
            *Job.job_indexes("request"),
            models.Index(fields=["owner", "visitor", "id"], condition=Q(state__in=ACTIVE), name="request_active"),
            models.Index(
                fields=["engine", "-draw_started_at"],
                condition=Q(state=State.DONE, attempt=1, draw_started_at__isnull=False),
                name="request_drawn",
            ),
            models.Index(fields=["owner", "-id"], name="request_of_owner"),
            models.Index(fields=["visitor", "-id"], condition=Q(owner=None), name="request_of_visitor"),
            models.Index(fields=["network", "-id"], condition=~Q(network=""), name="request_of_network"),
        ]

    def __str__(self) -> str:
        return f"{self.title} – {self.artist}"

    @property
    def song(self) -> Song:
        return Song(title=self.title, artist=self.artist, album=self.album, genre=self.genre, lyrics=self.lyrics)

    def parsed_brief(self) -> Brief:
        """The stored brief. Raises ValueError before it was written."""
        if self.brief is None:
            raise ValueError("the brief is not written yet")
        lists = ("motifs", "palette", "avoid", "styles")  # briefs of before the bandit have no styles
        return Brief(**(self.brief | {name: tuple(self.brief[name]) for name in lists if name in self.brief}))

    def seed_of(self, position: int, tries: int = 0) -> int:
        """The seed of one picture: stored once on the request, so that a picture can be drawn again alone. tries: pictures that were
        refused in its place; none of them has the seed of another place."""
        return (self.seed + position + tries * self.count) % 2**63

    @property
    def choice_key(self) -> str:
        """What the form calls the choice that draws this request."""
        return self.model_version.key if self.model_version is not None else self.engine

    @property
    def is_demonstration(self) -> bool:
        """Drawn by the very small checkpoint of our own: marked on every page, and made into no file for stores."""
        return self.engine == "pocket"

    @property
    def waits_for_check(self) -> bool:
        """Whether pictures of it were drawn that nobody could judge yet. With `with_covers`: no query."""
        return any(one.is_held for one in self.withheld.all())

    def obeys(self, person: Person) -> bool:
        """Whether this person may cancel it and try it again: what `controlled_by` asks the database."""
        return person.made(self) or (self.owner_id is None and self.pk in person.opened)

    @property
    def key(self) -> str:
        """The secret half of the request's address: whoever has it may look, on any device."""
        return addresses.key_of(self.pk)

    def has_key(self, key: str) -> bool:
        """Made with this site's secret, or with one that it had before."""
        return addresses.opens(self.pk, key)

    def get_absolute_url(self) -> str:
        return reverse("covers:request", args=[self.pk])

    def get_secret_url(self) -> str:
        """The address to return to from another device, or to share."""
        return f"{self.get_absolute_url()}?key={self.key}"


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
        default=0, help_text=_("In half stars, of other people's stars that count; kept by covers/reviewing.py")
    )
    rating_count = models.PositiveIntegerField(default=0)
    rating_score = models.FloatField(default=0.0, help_text=_("What the wall sorts by; see docs/architecture.md"))
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
        return self.request.title

    @property
    def artist(self) -> str:
        return self.request.artist

    @cached_property
    def loss(self) -> Loss:
        """What of its title and artist is not on the picture."""
        return loss(self.layout, self.title, self.artist)

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


class ReviewStanding(models.TextChoices):
    """Whether stars count: towards the wall, and as something to learn from. See covers/reviewing.py."""

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
            models.CheckConstraint(
                condition=Q(owner__isnull=False, visitor__isnull=True) | Q(owner__isnull=True, visitor__isnull=False),
                name="review_by_one",
            ),
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


class ReleaseFile(Job):
    """The store-ready file of a cover, made when its person first downloads: 3000 × 3000 JPEG, sRGB, no metadata."""

    STAGES: ClassVar[dict[str, tuple[str, str]]] = {"render": ("finish", "covers.tasks.make_release")}

    cover = models.OneToOneField(Cover, on_delete=models.CASCADE, related_name="release")
    storage_key = models.CharField(max_length=250, blank=True)
    size_bytes = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("release file")
        verbose_name_plural = _("release files")
        constraints = [
            *Job.job_constraints("release", ("render",)),
            models.CheckConstraint(condition=~Q(state=State.DONE) | ~Q(storage_key=""), name="release_done_has_file"),
        ]
        indexes = Job.job_indexes("release")

    def __str__(self) -> str:
        return f"{self.cover} {self.get_state_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.stage = self.stage or "render"
        super().save(*args, **kwargs)
