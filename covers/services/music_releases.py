"""Singles, EPs and albums: covers of several songs kept together, and the look that they share. Keyword-only verbs."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Max

from accounts.person import Person
from covers.brief.family_contract import Family
from covers.errors import CannotLead, TooManyReleases, TooManySongs
from covers.models import SONGS_MAX, Cover, MusicRelease, ReleaseSong
from covers.safety.refusing import refuse_unfit
from covers.services.families import family_for_songs, may_lead

logger = logging.getLogger(__name__)

RELEASES_MAX = 100
"""Of one person."""
UP, DOWN = -1, 1


@dataclass(frozen=True)
class SongWords:
    """A song as it was typed for a release, without its artist."""

    title: str
    genre: str = ""
    lyrics: str = ""


def make_release(
    *, owner: Person, name: str, kind: str, artist: str, songs: Sequence[SongWords], submission: uuid.UUID
) -> MusicRelease:
    """The same submission twice gives the same release. Raises TooManyReleases, TooManySongs, SongUnfit."""
    _refuse_unfit(owner, name, artist, songs)
    try:
        with transaction.atomic():
            owner.lock()
            if known := MusicRelease.objects.filter(owner.owns(), submission=submission).first():
                return known
            if MusicRelease.objects.filter(owner.owns()).count() >= RELEASES_MAX:
                raise TooManyReleases(limit=RELEASES_MAX)
            release = MusicRelease.objects.create(
                **owner.owner_fields(), name=name, kind=kind, artist=artist, submission=submission
            )
            _append(release, songs)
    except IntegrityError:  # somebody else's submission id
        return make_release(owner=owner, name=name, kind=kind, artist=artist, songs=songs, submission=uuid.uuid4())
    logger.info("release made release=%s songs=%d", release.pk, len(songs))
    return release


def _refuse_unfit(owner: Person, name: str, artist: str, songs: Iterable[SongWords]) -> None:
    for words in songs:
        song = ReleaseSong(title=words.title, genre=words.genre, lyrics=words.lyrics)
        refuse_unfit(owner=owner, song=song.song_of(MusicRelease(name=name, artist=artist)), shows_face=False)


def add_songs(*, release: MusicRelease, owner: Person, songs: Sequence[SongWords], seen: int) -> None:
    """Behind those that are there. seen: how many were there when the form was made, so that sent twice it adds once. Raises
    TooManySongs, SongUnfit."""
    _refuse_unfit(owner, release.name, release.artist, songs)
    with transaction.atomic():
        if _locked(release).songs.count() == seen:
            _append(release, songs)


def _append(release: MusicRelease, songs: Sequence[SongWords]) -> None:
    place = _room(release, len(songs))
    ReleaseSong.objects.bulk_create(
        ReleaseSong(release=release, place=place + at, title=one.title, genre=one.genre, lyrics=one.lyrics)
        for at, one in enumerate(songs)
    )


def _room(release: MusicRelease, wanted: int) -> int:
    """The next place. Raises TooManySongs."""
    if release.songs.count() + wanted > SONGS_MAX:
        raise TooManySongs(limit=SONGS_MAX)
    last = release.songs.aggregate(last=Max("place"))["last"]
    return 0 if last is None else int(last) + 1


def _locked(release: MusicRelease) -> MusicRelease:
    return MusicRelease.objects.select_for_update().get(pk=release.pk)


def add_covers(*, release: MusicRelease, covers: Iterable[Cover]) -> None:
    """Finished covers become songs of the release, with what was typed for them; one whose request is there already takes its song's
    place. Raises TooManySongs."""
    with transaction.atomic():
        _locked(release)
        for cover in covers:
            row = cover.request
            if release.songs.filter(request=row).update(cover=cover):
                continue
            place = _room(release, 1)
            words = {"title": row.title, "genre": row.genre, "lyrics": row.lyrics}
            ReleaseSong.objects.create(release=release, place=place, request=row, cover=cover, **words)


def lead(*, release: MusicRelease, cover: Cover) -> None:
    """What is drawn from now on has the look of this cover. Raises CannotLead, PictureAway."""
    if not may_lead(cover=cover):
        raise CannotLead
    family = family_for_songs(cover=cover)
    MusicRelease.objects.filter(pk=release.pk).update(look=family.as_json(), leading=cover)


def look_of(*, release: MusicRelease) -> Family | None:
    """The look that its songs are drawn in; that of its first finished cover where nobody has chosen one; None while there is none."""
    release.refresh_from_db(fields=["look"])
    if release.look:
        return release.family
    covers = (song.shown for song in MusicRelease.objects.with_songs().get(pk=release.pk).songs.all())
    if cover := next((one for one in covers if one is not None and may_lead(cover=one)), None):
        lead(release=release, cover=cover)
        release.refresh_from_db(fields=["look"])
    return release.family


def is_in_look(*, release: MusicRelease, song: ReleaseSong) -> bool:
    """Whether what a song shows is drawn in the release's look, or is what the look was taken from."""
    family = release.family
    if family is None or song.request is None or (song.shown is not None and song.shown.pk == release.leading_id):
        return True
    brief = song.request.brief or {}
    return (
        Family.from_json(brief.get("family")) == family
        if brief
        else song.request.parsed_wishes.family in (None, family)
    )


def choose(*, song: ReleaseSong, cover: Cover) -> None:
    """Another one of the song's covers stands for it."""
    ReleaseSong.objects.filter(pk=song.pk, request=cover.request_id).update(cover=cover)


@transaction.atomic
def move(*, release: MusicRelease, song: ReleaseSong, step: int) -> None:
    """One place up or down."""
    _locked(release)
    order = list(release.songs.order_by("place", "id"))
    at = next((at for at, one in enumerate(order) if one.pk == song.pk), None)
    if at is None or not 0 <= at + step < len(order):
        return
    order[at], order[at + step] = order[at + step], order[at]
    for place, one in enumerate(order):
        one.place = place
    ReleaseSong.objects.bulk_update(order, ["place"])


def rename(*, release: MusicRelease, person: Person, name: str, kind: str, artist: str) -> None:
    """Covers that are there keep the artist that stands on them. Raises SongUnfit."""
    _refuse_unfit(person, name, artist, [SongWords(title=name)])
    MusicRelease.objects.filter(pk=release.pk).update(name=name, kind=kind, artist=artist)


def delete_release(*, release: MusicRelease) -> None:
    """The release goes; its covers and requests stay where they are."""
    release.delete()
