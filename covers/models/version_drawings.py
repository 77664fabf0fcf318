"""How the picture of a version was drawn anew by a diffusion model: its whole recipe, and where the picture is."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from covers.edits.diffusion_edit import DiffusionEdit
from covers.models.covers import Cover


class VersionDrawing(models.Model):
    """Made with the version that asks for it; versions whose type alone was changed share that of their parent. It goes with the last
    version that shows it, once no other one starts from it.

    base: the drawing that it starts from; none: the picture of the cover as it was drawn first. edit: a `DiffusionEdit`. mask_prefix:
    folder of its mask, "" for the whole picture. art_prefix: folder of the picture without type, "" until it is drawn.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    cover = models.ForeignKey(Cover, on_delete=models.CASCADE, related_name="drawings")
    base = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="followers")
    edit = models.JSONField(help_text=_("Prompts, strength, steps, guidance, scheduler, seed, mask"))
    mask_prefix = models.CharField(max_length=200, blank=True)
    art_prefix = models.CharField(max_length=200, blank=True)
    art_sha256 = models.CharField(max_length=64, blank=True, help_text=_("Of the pixels: the recipe gives them again"))
    parameters = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("drawing of a version")
        verbose_name_plural = _("drawings of versions")

    def __str__(self) -> str:
        return self.pk.hex[-12:]

    def parsed_edit(self) -> DiffusionEdit:
        return DiffusionEdit.from_json(self.edit)
