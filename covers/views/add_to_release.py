"""The page on which a finished cover joins a single, an EP or an album."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.http import SiteRequest
from albumsite.form_pages import form_page
from albumsite.switching import typed
from covers.forms.music_releases import AddToReleaseForm
from covers.models import Cover, MusicRelease
from covers.services import music_releases
from covers.views.requests import GET_OR_POST


@login_not_required
@never_cache
@require_http_methods(GET_OR_POST)
def add_to_release(request: SiteRequest, pk: uuid.UUID) -> HttpResponse:
    """One of those that there are, or a new one. Its maker's alone; which of the request's covers can be changed here."""
    mine = Cover.objects.filter(request.person.owns("request__"), request__is_draft=False).exclude(visibility="hidden")
    cover = get_object_or_404(mine.select_related("request"), pk=pk)
    releases = MusicRelease.objects.visible_to(request.person).with_song_count().order_by("-id")
    siblings = list(mine.filter(request=cover.request_id).select_related("request").order_by("position"))
    sent = request.POST if request.method == "POST" else None
    form = AddToReleaseForm(sent, cover=cover, siblings=siblings, releases=list(releases), initial=typed(request))
    return form_page(
        request,
        "covers/add_to_release.html",
        form=form,
        act=lambda: _added(request, cover, form),
        context=lambda: {"cover": cover, "form": form},
    )


def _added(request: SiteRequest, cover: Cover, form: AddToReleaseForm) -> HttpResponse:
    release = form.release or music_releases.make_release(
        owner=request.person, **form.named(), songs=[], submission=form.cleaned_data["submission"]
    )
    music_releases.add_covers(release=release, covers=[form.chosen])
    messages.success(request, _("“%(title)s” is on this release now.") % {"title": cover.title})
    song = release.songs.get(request=cover.request_id)
    return redirect(f"{release.get_absolute_url()}#song-{song.pk}")
