"""Covers like some that are there: the part of the create form that takes a cover's style and colours, or the look of a release."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from accounts.person import Person
from covers import registry
from covers.brief.family_contract import PALETTE, STYLE
from covers.brief.scenery import LETTERINGS
from covers.brief.wishes import Wishes
from covers.errors import PictureAway
from covers.models import Cover, CoverRequest, MusicRelease
from covers.services import families, more_like_this
from covers.services.drawing_together import ENGINE
from covers.writing.names import STYLE_NAMES

GONE = _("The cover whose style you took is not there any more. Choose a style under “Look”, or leave it open.")
RELEASE_GONE = _(
    "The release whose look you wanted is not there any more. Send the form again, and the covers have looks of their own."
)


class RowField(forms.ModelChoiceField):
    """One of the rows that this person may see, by its id. Broken ids are an invalid choice."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except forms.ValidationError:
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice") from None

    def row_of(self, value: Any) -> Any:
        """None where there is no such row."""
        try:
            return self.to_python(value)
        except forms.ValidationError:
            return None


class LikeForm(forms.Form):
    """Which cover, and which release. What is chosen for style and colours elsewhere on the form goes before what they have."""

    like = RowField(
        queryset=Cover.objects.none(),
        label=_("In the style of"),
        required=False,
        error_messages={"invalid_choice": GONE},
    )
    look = RowField(
        queryset=MusicRelease.objects.none(), label=_("In the look of"), required=False,
        error_messages={"invalid_choice": RELEASE_GONE},
    )  # fmt: skip
    like_kept: tuple[str, ...] = ()
    """What is taken of it, once the form is looked at."""

    def offer_covers(self, person: Person | None) -> None:
        if person is not None:
            self.fields["like"].queryset = more_like_this.styles_to_take(person=person)  # type: ignore[attr-defined]
            self.fields["look"].queryset = MusicRelease.objects.visible_to(person)  # type: ignore[attr-defined]

    @cached_property
    def like_cover(self) -> Cover | None:
        """The cover that the form holds: what was sent with it, or what it was opened with."""
        found: Cover | None = self.fields["like"].row_of(self["like"].value())  # type: ignore[attr-defined]
        return None if found is not None and families.is_of_own(found) else found

    @cached_property
    def look_release(self) -> MusicRelease | None:
        """The release that the form holds."""
        found: MusicRelease | None = self.fields["look"].row_of(self["look"].value())  # type: ignore[attr-defined]
        return found

    @property
    def look_is_of_letters(self) -> bool:
        family = self.look_release.family if self.look_release is not None else None
        return family is not None and family.style in LETTERINGS

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
        if row.engine not in more_like_this.HAVE_STYLES:
            notes.append(gettext("What drew it knows no styles: only its colours are taken."))
        elif not self.like_style:
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

    def refuse_look_that_cannot_be_had(self, values: dict[str, Any]) -> None:
        """Only the engine that draws releases keeps a look, and only in pictures that it draws from a song alone."""
        if values.get("look") is None:
            return
        if values.get("face") or values.get("picture"):
            told = _(
                "With a face or a picture of your own, covers cannot have the look of a release. Leave one of them out."
            )
            self.add_error("look", told)
        elif registry.choice_of(values.get("engine", "")).engine != ENGINE:
            told = _("Only “%(engine)s” draws in the look of a release. Choose it under “Options”, or untick the look.")
            self.add_error("look", forms.ValidationError(told, params={"engine": ENGINE}))

    def in_look(self, wishes: Wishes, style: str) -> Wishes:
        """The wishes, with the look of the release where one is ticked; its first song decides it where nothing has yet."""
        release = self.cleaned_data.get("look")
        if release is None:
            return wishes
        family = release.family
        told = family.beside(style=style, colours=wishes.painted) if family is not None else None
        return replace(wishes, family=told, release=str(release.pk))
