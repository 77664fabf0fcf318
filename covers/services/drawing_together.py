"""The songs of a release are drawn together: asked for at once, and begun one after the other as there is room. Keyword-only verbs.

Whoever presses once is done. A song that cannot be taken now keeps the wish (`ReleaseSong.due_at`), and whoever ends a request of the same
person takes the next one; what no worker tells of, the sweeper's chore finds. Each is a request like any other, by the same limits.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from django.conf import settings
from django.db.models.functions import Now

from accounts.person import Person
from albumsite.admission import admitted
from albumsite.errors import UserFacingError
from albumsite.jobs.states import ACTIVE
from covers.brief.wishes import Wishes
from covers.errors import LettersMissing, Nameless, SongUnfit
from covers.models import CoverRequest, MusicRelease, ReleaseSong
from covers.models.music_releases import ReleaseSongQuerySet
from covers.safety.refusing import refuse_unfit
from covers.services.music_releases import look_of
from covers.services.requests import DrawOptions, refuse_unseen, request_covers

logger = logging.getLogger(__name__)

COVERS_OF_A_SONG = 4
ENGINE = "poster"
"""What draws them: no other engine keeps a look from song to song."""
OF_THE_SONG = (SongUnfit, Nameless, LettersMissing)
"""Refusals that are about one song; any other one is about all that is asked for, and ends some time."""
A_CHORE_MAX = 200
"""Songs that the chore looks at each time."""
REST_SECONDS, REST_SECONDS_MAX = 10, 600
"""After a refusal, how long the chore leaves a person's songs alone: as long as the refusal says, within these."""


@dataclass
class DrawnTogether:
    """What became of the wish to draw songs: how many are begun, which ones cannot be drawn as they are and why, and how many follow by
    themselves."""

    begun: int = 0
    problems: list[tuple[ReleaseSong, UserFacingError]] = field(default_factory=list)
    following: int = 0


def draw_together(*, release: MusicRelease, person: Person, songs: Iterable[ReleaseSong]) -> DrawnTogether:
    """Have covers of each of these songs drawn, in the release's look. Asked for twice, each is drawn once.

    songs: as their maker saw them: one that was asked for since stays as it is.
    """
    outcome = DrawnTogether()
    wanted = []
    for song in songs:
        try:
            _refuse(release, person, song)
        except OF_THE_SONG as error:
            outcome.problems.append((song, error))
        else:
            wanted.append(song)
    for song in wanted:
        as_seen = ReleaseSong.objects.filter(pk=song.pk, request_id=song.request_id, due_at=None)
        as_seen.update(due_at=Now(), asked_from="" if person.user else person.network)
    outcome.begun = _begin(_awaiting(release.songs.all()))
    outcome.following = _awaiting(release.songs.all()).count()
    logger.info("drawn together release=%s begun=%d following=%d", release.pk, outcome.begun, outcome.following)
    return outcome


def _refuse(release: MusicRelease, person: Person, song: ReleaseSong) -> None:
    """What is wrong with a song is said at once, and not when its turn comes. Raises SongUnfit, Nameless, LettersMissing."""
    refuse_unseen(song.song_of(release), _options(release))
    refuse_unfit(owner=person, song=song.song_of(release), shows_face=False)


def stop(*, release: MusicRelease) -> None:
    """Nothing more of it is drawn: what waits does not any more, and what is at work ends within a step. Covers that are ready stay."""
    release.songs.filter(due_at__isnull=False).update(due_at=None, asked_from="")
    for row in CoverRequest.objects.filter(release_songs__release=release, state__in=ACTIVE):
        row.cancel()
    logger.info("release stopped release=%s", release.pk)


def begin_next(*, ended: CoverRequest) -> None:
    """A request has ended, so there may be room for the next song of whoever made it. Never raises: what asks has other work to do."""
    try:
        mine = Person(user=ended.owner, visitor=ended.visitor).owns("release__")
        _begin(_awaiting(ReleaseSong.objects.filter(mine)))
    except Exception:  # the chore comes by
        logger.exception("next song not begun request=%s", ended.pk)


def begin_waiting() -> None:
    """Songs that are due, whoever waits longest first, each person's apart from those of others. For CHORES."""
    due = ReleaseSong.objects.awaiting().filter(due_at__lte=Now())
    owners = dict.fromkeys(due.values_list("release__owner", "release__visitor")[:A_CHORE_MAX])
    for owner, visitor in owners:
        theirs = ReleaseSong.objects.filter(release__owner=owner, release__visitor=visitor)
        try:
            _begin(_awaiting(theirs))
        except Exception:  # a song that breaks must not stop everybody's
            logger.exception("songs not begun owner=%s", owner or visitor)
            _rest(theirs, REST_SECONDS_MAX)


def _awaiting(songs: ReleaseSongQuerySet) -> ReleaseSongQuerySet:
    return (
        songs.awaiting()
        .select_related("release__owner", "release__leading__request")
        .order_by("release", "place", "id")
    )


def _ask(song: ReleaseSong) -> bool:
    """Whether this call is what its request belongs to. Raises what a request is refused with."""
    request = _request(song)
    theirs = ReleaseSong.objects.filter(pk=song.pk, request_id=song.request_id)
    if theirs.filter(due_at__isnull=False).update(request=request, cover=None, due_at=None, asked_from=""):
        return True
    if not ReleaseSong.objects.filter(pk=song.pk, request=request).exists():  # stopped, or taken off, meanwhile
        theirs.update(request=request, cover=None)
        request.cancel()
    return False


def _request(song: ReleaseSong) -> CoverRequest:
    """Named after what the song was when it was wished for, so that whoever else asks for it finds the same request."""
    release = song.release
    person = Person(user=release.owner, visitor=None if release.owner else release.visitor, network=song.asked_from)
    submission = uuid.uuid5(song.pk, str(song.request_id or ""))
    if known := CoverRequest.objects.filter(person.owns(), submission=submission).first():
        return known
    family, options = look_of(release=release), _options(release)
    options = replace(options, wishes=Wishes(family=family, release=str(release.pk)))
    with admitted("create", person, pictures=options.count, side=settings.COVER_SIZE_PIXELS):
        return request_covers(owner=person, song=song.song_of(release), options=options, submission=submission)


def _options(release: MusicRelease) -> DrawOptions:
    with_lettering = release.leading.request.with_lettering if release.leading is not None else True
    return DrawOptions(count=COVERS_OF_A_SONG, engine=ENGINE, with_lettering=with_lettering)


def left_today(*, person: Person) -> int:
    """How many requests this person can still make today."""
    return max(0, settings.REQUESTS_PER_DAY - CoverRequest.objects.made_today_by(person).turns())


def _begin(songs: ReleaseSongQuerySet) -> int:
    """Ask for covers of as many of one person's songs as are taken now; the others rest. Returns how many were."""
    begun = 0
    for song in songs:
        try:
            begun += _ask(song)
        except OF_THE_SONG as error:  # its words were fit when it was wished for
            logger.warning("song not drawn song=%s reason=%s", song.pk, error.message_id)
            ReleaseSong.objects.filter(pk=song.pk).update(due_at=None, asked_from="")
        except UserFacingError as error:
            logger.info("songs rest release=%s reason=%s", song.release_id, error.message_id)
            _rest(songs, int(error.values.get("retry_after_seconds", REST_SECONDS_MAX)))  # type: ignore[call-overload]
            break
    return begun


def _rest(songs: ReleaseSongQuerySet, seconds: int) -> None:
    rest = timedelta(seconds=max(REST_SECONDS, min(seconds, REST_SECONDS_MAX)))
    ReleaseSong.objects.filter(pk__in=[song.pk for song in songs.awaiting()]).update(due_at=Now() + rest)
