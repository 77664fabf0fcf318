"""Pages of singles, EPs and albums: songs whose covers are kept together and drawn in one look."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import SiteRequest
from albumsite.form_pages import form_page
from albumsite.jobs.states import State
from albumsite.polling import polled
from albumsite.switching import typed
from covers.brief.brief_contract import letters_bear
from covers.brief.scenery import LETTERINGS
from covers.errors import failure_text
from covers.forms.music_releases import MusicReleaseForm, ReleaseSongRows
from covers.models import SONGS_MAX, Cover, CoverRequest, MusicRelease, ReleaseSong
from covers.pages import mark_previews
from covers.services import drawing_together, music_releases
from covers.services.drawing_together import DrawnTogether
from covers.services.families import may_lead
from covers.services.music_releases import DOWN, UP

LISTED, OFFERED = 50, 12
"""Releases on their page; requests whose covers are offered to be added."""


@dataclass(frozen=True)
class SongOnPage:
    """A song of a release as its page shows it. number: its place, from 1. others: covers that could stand for it."""

    song: ReleaseSong
    number: int
    shown: Cover | None
    others: list[Cover]
    state: str
    is_leading: bool
    may_lead: bool
    is_in_look: bool
    note: str


@login_not_required
@never_cache
@require_safe
def music_releases_page(request: SiteRequest) -> HttpResponse:
    mine = MusicRelease.objects.visible_to(request.person).with_songs().order_by("-id")[:LISTED]
    return render(request, "covers/releases.html", {"releases": mine})


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_music_release(request: SiteRequest) -> HttpResponse:
    """A name, and up to twelve songs at once."""
    sent = request.POST if request.method == "POST" else None
    form, rows = MusicReleaseForm(sent, initial=typed(request)), ReleaseSongRows(sent, initial=typed(request))

    def make() -> HttpResponse:
        submission = form.cleaned_data["submission"]
        return redirect(
            music_releases.make_release(owner=request.person, **form.named(), songs=rows.songs(), submission=submission)
        )

    return form_page(
        request,
        "covers/release_new.html",
        form=form,
        act=make,
        context=lambda: {"form": form, "rows": rows},
        beside=[rows],
    )


def _mine(request: SiteRequest, pk: uuid.UUID) -> MusicRelease:
    mine = MusicRelease.objects.visible_to(request.person).select_related("leading__request").with_songs()
    return get_object_or_404(mine, pk=pk)


@login_not_required
@never_cache
@require_safe
def music_release(request: SiteRequest, pk: uuid.UUID) -> HttpResponse:
    return render(request, "covers/release.html", _context(request, _mine(request, pk)))


@login_not_required
@never_cache
@require_safe
def music_release_status(request: SiteRequest, pk: uuid.UUID) -> HttpResponse:
    """The part of its page that changes while songs are drawn."""
    context = _songs_context(request, _mine(request, pk))
    shown: list[Any] = [
        (row.state, row.shown and str(row.shown.pk), [str(one.pk) for one in row.others]) for row in context["rows"]
    ]
    shown += [context["to_draw"], context["may_stop"]]
    return polled(request, "covers/_release_songs.html", context, active=context["active"], shown=shown)


def _songs_context(request: SiteRequest, release: MusicRelease) -> dict[str, Any]:
    songs = list(release.songs.all())
    left_today = drawing_together.left_today(person=request.person)
    rows = [_row(release, song, number, left_today) for number, song in enumerate(songs, start=1)]
    mark_previews([cover for row in rows for cover in (row.shown, *row.others) if cover is not None], request.person)
    to_draw, awaited = sum(song.is_to_be_drawn for song in songs), sum(song.is_awaited for song in songs)
    is_at_work = any(song.is_active for song in songs)
    return {
        "release": release,
        "rows": rows,
        "to_draw": to_draw,
        "at_once": settings.REQUESTS_WAITING_PER_PERSON,
        "left_today": left_today,
        "tomorrow": max(0, to_draw + awaited - left_today),
        "may_stop": is_at_work or awaited,
        "active": "1" if is_at_work or (awaited and left_today) else "slowly" if awaited else "0",
        "request": request,
    }


def _row(release: MusicRelease, song: ReleaseSong, number: int, left_today: int) -> SongOnPage:
    shown = song.shown
    others = [one for one in song.covers if not one.is_hidden and (shown is None or one.pk != shown.pk)]
    return SongOnPage(
        song, number, shown, others, _state(song, left_today), shown is not None and shown.pk == release.leading_id,
        shown is not None and may_lead(cover=shown), music_releases.is_in_look(release=release, song=song),
        _note(release, song),
    )  # fmt: skip


def _note(release: MusicRelease, song: ReleaseSong) -> str:
    """What of the look this song cannot have, in words."""
    family = release.family
    if family is None or family.style not in LETTERINGS or letters_bear(family.style, song.title):
        return ""
    return _("Its title is too long to be drawn as letters: a quiet material in the same colours takes their place.")


def _state(song: ReleaseSong, left_today: int) -> str:
    """In words, where there is something to say."""
    row = song.request
    if song.is_awaited:
        return (
            _("Waits, and is drawn by itself.") if left_today else _("Today’s limit is reached: it is drawn tomorrow.")
        )
    if row is None:
        return _("Not drawn yet.")
    if row.is_active:
        return ngettext("%(ready)d of %(count)d cover is ready.", "%(ready)d of %(count)d covers are ready.", row.count) % {
            "ready": len(song.covers), "count": row.count,
        }  # fmt: skip
    if row.state == State.FAILED and not song.covers:
        return _("Not drawn: %(reason)s") % {"reason": failure_text(row.failure)}
    return _("Not drawn: it was stopped.") if not song.covers and song.shown is None else ""


def _context(request: SiteRequest, release: MusicRelease, **forms: Any) -> dict[str, Any]:
    context = _songs_context(request, release)
    room = SONGS_MAX - len(context["rows"])
    there = {song.request_id for song in release.songs.all() if song.request_id is not None}
    named = {"name": release.name, "kind": release.kind, "artist": release.artist}
    own = CoverRequest.objects.filter(request.person.owns(), state=State.DONE, is_draft=False).exclude(pk__in=there)
    return context | {
        "room": room,
        "form": MusicReleaseForm(initial=named),
        "songs": ReleaseSongRows(room=room, initial=typed(request)),
        "offered": own.with_covers().order_by("-id")[:OFFERED] if room else [],
        **forms,
    }


@login_not_required
@require_POST
def add_release_songs(request: SiteRequest, pk: uuid.UUID) -> HttpResponse:
    release = _mine(request, pk)
    rows = ReleaseSongRows(request.POST, room=SONGS_MAX - len(release.songs.all()))
    if not rows.is_valid():
        return render(request, "covers/release.html", _context(request, release, songs=rows), status=422)
    seen = request.POST.get("seen", "")
    music_releases.add_songs(
        release=release,
        owner=request.person,
        songs=rows.songs(),
        seen=int(seen) if seen.isdecimal() else len(release.songs.all()),
    )
    return redirect(release)


@login_not_required
@require_POST
def add_release_covers(request: SiteRequest, pk: uuid.UUID) -> HttpResponse:
    """Finished covers of one's own."""
    release = _mine(request, pk)
    chosen = [found for one in request.POST.getlist("cover") if (found := _uuid(one))]
    mine = Cover.objects.filter(request.person.owns("request__"), pk__in=chosen[:SONGS_MAX], request__is_draft=False)
    music_releases.add_covers(release=release, covers=mine.select_related("request").order_by("request_id", "position"))
    return redirect(release)


@login_not_required
@require_POST
def draw_music_release(request: SiteRequest, pk: uuid.UUID) -> HttpResponse:
    """All songs that are not drawn; or the one that is named, in the look that the release has now."""
    release = _mine(request, pk)
    wanted = _uuid(request.POST.get("song", ""))
    songs = [song for song in release.songs.all() if (song.pk == wanted if wanted else song.is_to_be_drawn)]
    outcome = drawing_together.draw_together(
        release=release,
        person=request.person,
        songs=[song for song in songs if not (song.is_active or song.is_awaited)],
    )
    _say(request, outcome)
    return redirect(release)


def _say(request: SiteRequest, outcome: DrawnTogether) -> None:
    if outcome.begun:
        text = ngettext("%(number)d song is being drawn.", "%(number)d songs are being drawn.", outcome.begun)
        messages.success(request, text % {"number": outcome.begun})
    for song, error in outcome.problems:
        said = _("“%(title)s” is not drawn: %(reason)s") % {"title": song.title, "reason": str(error)}
        messages.error(request, said)
    if outcome.following:
        text = ngettext(
            "%(number)d song follows by itself as soon as there is room. You may close this page.",
            "%(number)d songs follow by themselves as soon as there is room. You may close this page.",
            outcome.following,
        )
        messages.success(request, text % {"number": outcome.following})


@login_not_required
@require_POST
def stop_music_release(request: SiteRequest, pk: uuid.UUID) -> HttpResponse:
    """What waits and what is at work; covers that are ready stay."""
    release = _mine(request, pk)
    drawing_together.stop(release=release)
    messages.success(request, _("Stopped. What is ready stays, and you can draw the rest later."))
    return redirect(release)


@login_not_required
@require_POST
def change_release_song(request: SiteRequest, pk: uuid.UUID, song: uuid.UUID) -> HttpResponse:
    """One button: up, down, remove, lead, or the number of the cover that stands for it."""
    release = _mine(request, pk)
    row = get_object_or_404(release.songs.select_related("cover__request", "request"), pk=song)
    action = request.POST.get("action", "")
    if action in ("up", "down"):
        music_releases.move(release=release, song=row, step=UP if action == "up" else DOWN)
    elif action == "remove":
        row.delete()
        messages.success(request, _("The song is taken off this release. Its covers stay."))
    elif action == "lead" and row.shown is not None:
        music_releases.lead(release=release, cover=row.shown)
        messages.success(request, _("Songs that you draw from now on have the look of this cover."))
    elif chosen := _uuid(action):
        mine = Cover.objects.filter(request.person.owns("request__"))
        music_releases.choose(song=row, cover=get_object_or_404(mine, pk=chosen, request=row.request_id))
    return redirect(f"{release.get_absolute_url()}#song-{row.pk}" if row.pk else release.get_absolute_url())


@login_not_required
@require_POST
def rename_music_release(request: SiteRequest, pk: uuid.UUID) -> HttpResponse:
    release = _mine(request, pk)
    form = MusicReleaseForm(request.POST)
    if not form.is_valid():
        return render(request, "covers/release.html", _context(request, release, form=form), status=422)
    music_releases.rename(release=release, person=request.person, **form.named())
    return redirect(release)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def delete_music_release(request: SiteRequest, pk: uuid.UUID) -> HttpResponse:
    """Asks first."""
    release = _mine(request, pk)
    if request.method != "POST":
        return render(request, "covers/release_delete.html", {"release": release})
    music_releases.delete_release(release=release)
    messages.success(request, _("The release is deleted. Its covers stay."))
    return redirect("covers:music_releases")


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
