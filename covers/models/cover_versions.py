"""What a cover was and is: each change that its maker has saved."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from albumsite.jobs.models import Job
from albumsite.jobs.states import State
from covers.edits.diffusion_edit import DiffusionEdit
from covers.edits.own_words import WORDS_MAX, OwnWords
from covers.edits.picture_edit import PictureEdit
from covers.lettering.type_document import TypeDocument
from covers.models.columns import json_column
from covers.models.covers import Cover
from covers.models.version_drawings import VersionDrawing


class CoverVersion(Job):
    """One state of a cover, with files of its own. The first is the cover as it was drawn; every other one is made of its parent by a
    change, and is work until its files are there. None is ever changed.

    document: its type, a `TypeDocument`. picture: a `PictureEdit`. changes: what makes it differ from its parent, as names of
    `covers.edits.studio_changes`. drawing: how its picture was drawn anew, if it was; while that is to do it is at stage "draw", and
    `progress` says how far. The other columns are those of the cover while this version is the one that is shown.
    """

    STAGES: ClassVar[dict[str, tuple[str, str]]] = {
        "set": ("finish", "covers.tasks.set_version"),
        "draw": ("draw", "covers.tasks.draw_version"),
    }

    cover = models.ForeignKey(Cover, on_delete=models.CASCADE, related_name="versions")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="children")
    number = models.PositiveSmallIntegerField(help_text=_("1 is the cover as it was drawn"))
    is_shown = models.BooleanField(default=False, help_text=_("The cover is shown as this one"))
    submission = models.UUIDField(
        unique=True, editable=False, help_text=_("Made with the form: a double click saves once")
    )
    document = models.JSONField()
    picture = json_column(dict, _("What is changed in its picture; empty: nothing"))
    parameters = json_column(dict)
    is_set_by_site = models.BooleanField(
        default=False, db_default=False, help_text=_("Its type was set anew for its picture")
    )
    changes = models.JSONField(default=list)
    drawing = models.ForeignKey(
        VersionDrawing, null=True, blank=True, on_delete=models.SET_NULL, related_name="versions", db_index=False
    )
    progress = json_column(dict, _("step, total, preview"))
    layout = models.JSONField(null=True, blank=True)
    own_words = models.CharField(
        max_length=WORDS_MAX, blank=True, default="", db_default="",
        help_text=_("What it shows, as its maker says it; empty: as the site does"),
    )  # fmt: skip
    own_reason = models.CharField(max_length=WORDS_MAX, blank=True, default="", db_default="")
    alt_text = models.CharField(max_length=500, blank=True)
    alt_text_ko = models.CharField(max_length=500, blank=True)
    storage_prefix = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    placeholder = models.TextField(blank=True)
    dominant_colour = models.CharField(max_length=7, default="#808080")

    class Meta:
        verbose_name = _("version of a cover")
        verbose_name_plural = _("versions of covers")
        constraints = [
            *Job.job_constraints("cover_version", ("set", "draw")),
            models.UniqueConstraint(fields=["cover", "number"], name="cover_version_once"),
            models.UniqueConstraint(fields=["cover"], condition=Q(is_shown=True), name="cover_version_shown"),
            models.CheckConstraint(
                condition=~Q(is_shown=True) | Q(state=State.DONE), name="cover_version_shown_is_done"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.DONE) | ~Q(storage_prefix=""), name="cover_version_done_has_files"
            ),
        ]
        indexes = [
            *Job.job_indexes("cover_version"),
            models.Index(fields=["drawing"], condition=Q(drawing__isnull=False), name="cover_version_drawing"),
        ]

    def __str__(self) -> str:
        return f"{self.pk.hex[-12:]} ({self.number})"  # without its song: the admin shows it to those who may not read that

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.stage = self.stage or "set"
        super().save(*args, **kwargs)

    @property
    def is_first(self) -> bool:
        """The cover as it was drawn: its type was found by the site, and is found again at any size."""
        return self.number == 1

    @property
    def words(self) -> OwnWords:
        return OwnWords(self.own_words, self.own_reason)

    def unread_fields(self) -> set[str]:
        found = PictureEdit.unread(self.picture) | TypeDocument.unread(self.document)
        if self.drawing is not None:
            found |= DiffusionEdit.unread(self.drawing.edit)
        return found | self.cover.request.unread_fields()

    def parsed_picture(self) -> PictureEdit:
        return PictureEdit.from_json(self.picture)

    def parsed_document(self) -> TypeDocument:
        return TypeDocument.from_json(self.document)
