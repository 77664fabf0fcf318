"""What the studio offers, in words."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from covers.lettering.type_document import CORNERS

VOICE_NAMES: dict[str, Promise] = {
    "grotesk": pgettext_lazy("typeface", "Grotesk"),
    "slab": pgettext_lazy("typeface", "Slab"),
    "rounded": pgettext_lazy("typeface", "Rounded"),
    "riso": pgettext_lazy("typeface", "Broad"),
    "thin_serif": pgettext_lazy("typeface", "Thin serif"),
    "photocopy": pgettext_lazy("typeface", "Blackletter"),
    "poster_heavy": pgettext_lazy("typeface", "Poster"),
    "brush": pgettext_lazy("typeface", "Brush"),
    "soft_serif": pgettext_lazy("typeface", "Soft serif"),
    "mono_small": pgettext_lazy("typeface", "Typewriter"),
    "small_caps": pgettext_lazy("typeface", "Old book"),
    "geometric": pgettext_lazy("typeface", "Geometric"),
    "dot": pgettext_lazy("typeface", "Dots"),
    "gala": pgettext_lazy("typeface", "Gala"),
    "folk": pgettext_lazy("typeface", "Folk"),
    "wide_tiny": pgettext_lazy("typeface", "Wide"),
}
FINISH_NAMES: dict[str, Promise] = {
    "clean": pgettext_lazy("print", "Clean"),
    "ink": pgettext_lazy("print", "Ink on paper"),
    "halftone": pgettext_lazy("print", "Screen"),
    "photocopy": pgettext_lazy("print", "Photocopy"),
    "glow": pgettext_lazy("print", "Light"),
    "shadow": pgettext_lazy("print", "Hard shadow"),
    "misregister": pgettext_lazy("print", "Two plates"),
}
PLATE_NAMES: dict[str, Promise] = {
    "": pgettext_lazy("block of colour", "None"),
    "band": pgettext_lazy("block of colour", "Band"),
    "torn": pgettext_lazy("block of colour", "Torn paper"),
    "flags": pgettext_lazy("block of colour", "Bars"),
    "plate": pgettext_lazy("block of colour", "Plate"),
    "ribbon": pgettext_lazy("block of colour", "Sign"),
    "obi": pgettext_lazy("block of colour", "Obi strip"),
}
ALIGNMENT_NAMES: dict[str, Promise] = {
    "left": pgettext_lazy("alignment", "Left"),
    "center": pgettext_lazy("alignment", "Centre"),
    "right": pgettext_lazy("alignment", "Right"),
}
CASE_NAMES: dict[str, Promise] = {
    "typed": pgettext_lazy("letters", "As typed"),
    "upper": pgettext_lazy("letters", "CAPITALS"),
    "lower": pgettext_lazy("letters", "small letters"),
}
TONE_NAMES: dict[str, Promise] = {
    "darker": _("Darker"),
    "lighter": _("Lighter"),
    "warmer": _("Warmer"),
    "cooler": _("Cooler"),
}
SURFACE_NAMES: dict[str, Promise] = {
    "none": pgettext_lazy("surface", "Smooth"),
    "grain": pgettext_lazy("surface", "Film grain"),
    "paper": pgettext_lazy("surface", "Paper"),
}
ANCHORS: tuple[tuple[str, Promise], ...] = (
    ("top left", _("Top left")), ("top center", _("Top centre")), ("top right", _("Top right")),
    ("middle left", _("Middle left")), ("middle center", _("Middle")), ("middle right", _("Middle right")),
    ("bottom left", _("Bottom left")), ("bottom center", _("Bottom centre")), ("bottom right", _("Bottom right")),
)  # fmt: skip

CORNER_NAMES: dict[str, Promise] = {name: text for name, text in ANCHORS if name in CORNERS}
