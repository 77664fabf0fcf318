"""A request for covers: a song, how it is to be drawn, and how far it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.person import Person, of_one_person
from albumsite.ids import first_id_since
from albumsite.jobs.models import Job, JobQuerySet
from albumsite.jobs.states import ACTIVE, State
from covers.brief.avoided import Avoided
from covers.brief.brief_contract import STYLES, Brief, Song
from covers.brief.scenery import TREATMENTS
from covers.brief.wishes import Wishes
from covers.models import addresses
from covers.models.columns import json_column
from covers.models.versions import ModelVersion
from covers.stored_fields import unread_keys

if TYPE_CHECKING:
    from covers.models.covers import Cover

MY_PAGE_SIZE = 20
COVERS_OF_ONE_TURN = 4
"""A request of more counts as two."""


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

    def turns(self) -> int:
        """How many requests these count for: each is one for every four pictures that it has begun."""
        turns = models.Sum((models.F("count") + COVERS_OF_ONE_TURN - 1) / COVERS_OF_ONE_TURN, default=0)
        return int(self.aggregate(turns=turns)["turns"])

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
    adapters = json_column(list, _("key, source, sha256, scale"))

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

    picture = models.ForeignKey(
        "covers.UploadedPicture",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="requests",
        db_index=False,
        help_text=_("Brought by its maker, for some of the covers to be made of"),
    )
    shows_picture = models.BooleanField(default=False, db_default=False, help_text=_("Also when the picture is gone"))
    picture_positions = json_column(list, _("Covers that are made of it"))
    picture_crop = models.JSONField(
        null=True, blank=True, help_text=_("Middle and size of the square: shares of width, height, shorter side")
    )
    picture_treatment = models.CharField(max_length=16, blank=True, default="", db_default="")

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
    arms = json_column(list, _("style and phrasing of each picture"))
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
    written_with = models.CharField(
        max_length=100, blank=True, default="", db_default="", help_text=_("The language model that was asked")
    )
    prompt_tokens = models.IntegerField(null=True, blank=True, help_text=_("As its service counted them"))
    completion_tokens = models.IntegerField(null=True, blank=True)
    cost_microdollars = models.BigIntegerField(
        null=True, blank=True, help_text=_("By the prices of the settings; empty: unknown")
    )
    avoided = json_column(dict, _("What its maker has switched off in the pictures"))
    wishes = json_column(dict, _("Colours, people and what to leave out, as asked for before the drawing"))
    parent = models.ForeignKey(
        "covers.Cover",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="followers",
        db_index=False,
        db_constraint=False,  # a release that does not know of it deletes covers as ever
        help_text=_("The cover that its pictures have something in common with"),
    )
    kept = json_column(list, _("What they have in common: style, palette, subject, layout"))
    progress = models.JSONField(default=dict, blank=True, help_text=_("position → step, total, preview"))
    draw_started_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[RequestQuerySet] = RequestQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        constraints = [
            *Job.job_constraints("request", tuple(Stage.values)),
            of_one_person("request_owned_by_one"),
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
            models.Index(fields=["picture"], condition=Q(picture__isnull=False), name="request_of_picture"),
            models.Index(fields=["parent"], condition=Q(parent__isnull=False), name="request_of_parent"),
        ]

    def __str__(self) -> str:
        return f"{self.title} – {self.artist}"

    @property
    def song(self) -> Song:
        return Song(title=self.title, artist=self.artist, album=self.album, genre=self.genre, lyrics=self.lyrics)

    @property
    def parsed_wishes(self) -> Wishes:
        return Wishes.from_json(self.wishes)

    def unread_fields(self) -> set[str]:
        chosen = {"style": self.style, "picture_treatment": self.picture_treatment}
        found = unread_keys(CoverRequest, chosen, {"style": STYLES, "picture_treatment": TREATMENTS})
        return found | Brief.unread(self.brief or {}) | Wishes.unread(self.wishes) | Avoided.unread(self.avoided)

    def parsed_brief(self) -> Brief:
        """The stored brief. Raises ValueError before it was written."""
        if self.brief is None:
            raise ValueError("the brief is not written yet")
        return Brief.from_json(self.brief)

    def brief_of(self, position: int) -> Brief:
        """What one picture is drawn from. Raises ValueError before it was written."""
        return Avoided.from_json(self.avoided).brief_of(self.parsed_brief(), position)

    def is_of_picture(self, position: int) -> bool:
        """Whether the cover at this place is made of the picture that its maker brought."""
        return self.shows_picture and self.engine == "poster" and position in self.picture_positions

    def seed_of(self, position: int, tries: int = 0) -> int:
        """The seed of one picture: stored once on the request, so that a picture can be drawn again alone. tries: pictures that were
        refused in its place; none of them has the seed of another place."""
        return (self.seed + position + tries * self.count) % 2**63

    @property
    def choice_key(self) -> str:
        """What the form calls the choice that draws this request."""
        return self.model_version.key if self.model_version is not None else self.engine

    @property
    def foremost(self) -> Cover | None:
        """What stands for it: the best of them if its maker said so, else the first; never a hidden one. With `with_covers`: no query."""
        shown = [cover for cover in self.covers.all() if not cover.is_hidden]
        return next((cover for cover in shown if cover.pk == self.favourite_id), shown[0] if shown else None)

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
