"""Covers in the style of one that is there: the part of the create form that takes a cover's style and colours, and nothing else of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from accounts.person import Person
from covers import registry
from covers.errors import PictureAway
from covers.family_contract import PALETTE, STYLE
from covers.models import Cover, CoverRequest
from covers.services import families, more_like_this
from covers.writing.names import STYLE_NAMES

GONE = _("The cover whose style you took is not there any more. Choose a style under “Look”, or leave it open.")


class CoverField(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django has no parameter there
    """One of the covers that this person may see, by its id. Broken ids are an invalid choice."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except forms.ValidationError:
            raise forms.ValidationError(GONE, code="invalid_choice") from None


class LikeForm(forms.Form):
    """Which cover. What is chosen for style and colours elsewhere on the form goes before what it has."""

    like = CoverField(queryset=Cover.objects.none(), label=_("In the style of"), required=False)
    like_kept: tuple[str, ...] = ()
    """What is taken of it, once the form is looked at."""

    def offer_covers(self, person: Person | None) -> None:
        if person is not None:
            self.fields["like"].queryset = more_like_this.styles_to_take(person=person)  # type: ignore[attr-defined]

    @cached_property
    def like_cover(self) -> Cover | None:
        """The cover that the form holds: what was sent with it, or what it was opened with."""
        try:
            found: Cover | None = self.fields["like"].to_python(self["like"].value())
        except forms.ValidationError:
            return None
        return None if found is not None and families.is_of_own(found) else found

    @cached_property
    def like_colours(self) -> tuple[str, ...]:
        """None while the picture cannot be read."""
        try:
            return families.five_colours(cover=self.like_cover) if self.like_cover else ()
        except PictureAway:
            return ()

    @property
    def like_style(self) -> str:
        """What its style is called, in the page's language; empty where it has none that is drawn here."""
        key = families.style_of(cover=self.like_cover) if self.like_cover else ""
        return STYLE_NAMES[key][(get_language() or "").startswith("ko")] if key else ""

    def like_notes(self) -> list[str]:
        """What of it cannot be had, in words."""
        cover, notes = self.like_cover, list[str]()
        if cover is None:
            return notes
        row: CoverRequest = cover.request
        if not self.like_style:
            notes.append(gettext("Its style is not drawn here any more: only its colours are taken."))
        if row.choice_key not in {choice.key for choice in registry.offered()}:
            told = gettext(
                "“%(engine)s”, which drew it, does not draw here at the moment: another one draws these covers."
            )
            notes.append(told % {"engine": registry.label_of(row)})
        return notes

    def clean_like_cover(self, values: dict[str, Any]) -> None:
        """Style and colours of the cover, where nothing else was chosen."""
        cover = values.get("like")
        if cover is None:
            return
        if families.is_of_own(cover):
            self.add_error("like", GONE)
            return
        found = []
        if not values.get("style") and (style := families.style_of(cover=cover)):
            values["style"] = style
            found.append(STYLE)
        if not (values.get("palette") or values.get("colours")):
            if not self.like_colours:
                told = _("Its colours cannot be read just now. Please try again in a moment, or leave this out.")
                self.add_error("like", told)
            values["colours"] = self.like_colours
            found.append(PALETTE)
        self.like_kept = tuple(found)
