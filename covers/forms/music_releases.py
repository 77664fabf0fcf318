"""What a person types for a single, an EP or an album: its name, and several songs at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms.boundfield import BoundWidget
from django.utils.translation import gettext_lazy as _

from covers.forms.fields import GenreField, SubmissionField, unless_chosen
from covers.forms.requests import LYRICS_MAX
from covers.forms.text_fields import SongTextField
from covers.lettering.coverage import missing_from
from covers.lettering.wholeness import spelled
from covers.models import SONGS_MAX, Cover, MusicRelease
from covers.services.music_releases import SongWords

ROWS_OPEN = 4
"""Songs that the form shows at once; the rest is folded away."""


class MusicReleaseForm(forms.Form):
    """Also for giving it another name."""

    name = SongTextField(label=_("Name of the release"), error_messages={"required": _("What is it called?")})
    artist = SongTextField(label=_("Artist"), error_messages={"required": _("Who is it by?")})
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=MusicRelease.ReleaseKind.choices,
        widget=forms.RadioSelect,
        error_messages=unless_chosen(_("Please choose one of these.")),
    )
    submission = SubmissionField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("kind", MusicRelease.ReleaseKind.EP)

    def clean_artist(self) -> str:
        return _whole(str(self.cleaned_data["artist"]))

    def named(self) -> dict[str, str]:
        return {field: str(self.cleaned_data[field]) for field in ("name", "kind", "artist")}


NEW = "new"
"""The release that a cover is added to is made for it."""


class AddToReleaseForm(forms.Form):
    """Which of a request's covers joins which release. releases: with `with_song_count`."""

    which = forms.ChoiceField(widget=forms.RadioSelect, label=_("Which cover"))
    into = forms.ChoiceField(
        widget=forms.RadioSelect,
        label=_("Which release"),
        error_messages=unless_chosen(_("Please choose one of these.")),
    )
    name = SongTextField(label=_("Name of the new release"), required=False)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=MusicRelease.ReleaseKind.choices, widget=forms.RadioSelect, required=False
    )
    submission = SubmissionField()

    def __init__(
        self, *args: Any, cover: Cover, siblings: Sequence[Cover], releases: Sequence[MusicRelease], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.cover, self._siblings = cover, {str(one.pk): one for one in siblings}
        self._releases = {str(one.pk): one for one in releases if one.song_count < SONGS_MAX}  # type: ignore[attr-defined]
        self.has_full_ones = len(self._releases) < len(releases)
        names = [(pk, f"{one.name} – {one.artist}, {one.get_kind_display()}") for pk, one in self._releases.items()]
        self.fields["which"].choices = [(pk, one.title) for pk, one in self._siblings.items()]  # type: ignore[attr-defined]
        self.fields["into"].choices = [*names, (NEW, _("A new release"))]  # type: ignore[attr-defined]
        self.initial.setdefault("which", str(cover.pk))
        self.initial.setdefault("into", next(iter(self._releases), NEW))
        self.initial.setdefault("name", cover.request.album)
        self.initial.setdefault("kind", MusicRelease.ReleaseKind.EP)

    def clean(self) -> None:
        values = self.cleaned_data
        if values.get("into") == NEW and not values.get("name") and "name" not in self.errors:
            self.add_error("name", _("What is it called?"))

    @property
    def chosen(self) -> Cover:
        return self._siblings[self.cleaned_data["which"]]

    @property
    def release(self) -> MusicRelease | None:
        """None: a new one."""
        return self._releases.get(self.cleaned_data["into"])

    def named(self) -> dict[str, str]:
        """Of the new one."""
        kind = self.cleaned_data["kind"] or MusicRelease.ReleaseKind.EP
        return {"name": str(self.cleaned_data["name"]), "kind": str(kind), "artist": self.cover.request.artist}

    @property
    def looks(self) -> list[tuple[BoundWidget, Cover]]:
        """Each radio button with the cover that it stands for."""
        return list(zip(self["which"], self._siblings.values(), strict=True))


class ReleaseSongForm(forms.Form):
    """One song. A row without a word is none."""

    title = SongTextField(label=_("Title"), required=False)
    genre = GenreField()
    lyrics = SongTextField(
        label=_("Lyrics"), required=False, limit=LYRICS_MAX, keep_lines=True, widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean(self) -> None:
        values = self.cleaned_data
        if not values.get("title") and "title" not in self.errors and (values.get("lyrics") or values.get("genre")):
            self.add_error("title", _("What is the song called?"))

    def clean_title(self) -> str:
        return _whole(str(self.cleaned_data["title"]))


def _whole(text: str) -> str:
    """A name whose letters no typeface has could stand on no cover."""
    if missing := missing_from(text):
        raise forms.ValidationError(
            _("No typeface here has these letters: %(letters)s. Please write it with others.")
            % {"letters": spelled(missing)}
        )
    return text


class ReleaseSongRows:
    """Rows of the form for several songs at once. room: how many there may be."""

    def __init__(
        self, sent: Mapping[str, Any] | None = None, *, room: int = SONGS_MAX, initial: Mapping[str, Any] | None = None
    ) -> None:
        typed = initial or {}
        self.rows = [
            ReleaseSongForm(
                sent,
                prefix=f"song-{number}",
                initial={name: typed.get(f"song-{number}-{name}", "") for name in ("title", "genre", "lyrics")},
            )
            for number in range(1, room + 1)
        ]
        for number, row in enumerate(self.rows, start=1):
            row.number = number  # type: ignore[attr-defined]

    def is_valid(self) -> bool:
        found = [row.is_valid() for row in self.rows]  # each is asked, so that each says what is wrong with it
        return all(found)

    @property
    def first(self) -> list[ReleaseSongForm]:
        return self.rows[:ROWS_OPEN]

    @property
    def others(self) -> list[ReleaseSongForm]:
        return self.rows[ROWS_OPEN:]

    @property
    def others_are_used(self) -> bool:
        return any(row.errors or row["title"].value() or row["lyrics"].value() for row in self.others)

    def songs(self) -> list[SongWords]:
        found = (row.cleaned_data for row in self.rows)
        return [SongWords(one["title"], one["genre"], one["lyrics"]) for one in found if one["title"]]
