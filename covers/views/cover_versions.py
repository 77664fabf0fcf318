"""The versions of a cover: their list, going back and forth, comparing two."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.http import SiteRequest
from albumsite.jobs.states import State
from albumsite.media.encoding import DERIVATIVES
from albumsite.media.private_files import private_file
from albumsite.polling import polled
from covers.edits.studio_changes import spoken
from covers.errors import failure_text
from covers.models import Cover, CoverVersion
from covers.services import studio


def openable(request: SiteRequest, pk: uuid.UUID) -> Cover:
    """A cover that this person may change; to others there is no studio."""
    cover = get_object_or_404(Cover.objects.visible_to(request.person).select_related("request"), pk=pk)
    if not studio.may_open(cover=cover, person=request.person):
        raise Http404
    return cover


def versions_context(cover: Cover) -> dict[str, Any]:
    versions = list(cover.versions.select_related("parent").order_by("-number"))
    for row in versions:
        row.said = spoken(row.changes)  # type: ignore[attr-defined]
        row.reason = failure_text(row.failure) if row.state == State.FAILED else ""  # type: ignore[attr-defined]
    shown = next((row for row in versions if row.is_shown), None)
    later = [row for row in reversed(versions) if shown and row.parent_id == shown.pk and row.state == State.DONE]
    return {
        "versions": versions,
        "undo": shown.parent
        if shown and shown.parent_id and shown.parent and shown.parent.state == State.DONE
        else None,
        "redo": later[-1] if later else None,
        "active": any(row.is_active for row in versions),
    }


@login_not_required
@require_safe
def studio_status(request: SiteRequest, pk: uuid.UUID) -> HttpResponse:
    """The versions, as a partial that the page polls while one is made."""
    cover = openable(request, pk)
    context = {"cover": cover, **versions_context(cover)}
    return polled(request, "covers/_versions.html", context, active=context["active"])


def _version(cover: Cover, version: uuid.UUID) -> CoverVersion:
    return get_object_or_404(cover.versions.all(), pk=version)


@login_not_required
@require_POST
def show_version(request: SiteRequest, pk: uuid.UUID, version: uuid.UUID) -> HttpResponse:
    """Go back to a version, or forward."""
    cover = openable(request, pk)
    studio.show_version(cover=cover, version=_version(cover, version))
    return redirect(f"{reverse('covers:studio', args=[cover.pk])}#versions")


@login_not_required
@require_POST
def delete_version(request: SiteRequest, pk: uuid.UUID, version: uuid.UUID) -> HttpResponse:
    """A version that is not shown goes, with its files."""
    cover = openable(request, pk)
    studio.delete_version(cover=cover, version=_version(cover, version))
    return redirect(f"{reverse('covers:studio', args=[cover.pk])}#versions")


@login_not_required
@require_safe
def version_image(request: SiteRequest, pk: uuid.UUID, version: uuid.UUID, name: str) -> HttpResponse:
    """A page size of one version."""
    cover = openable(request, pk)
    row = _version(cover, version)
    if name not in DERIVATIVES or row.state != State.DONE:
        raise Http404
    is_personal = cover.request.shows_face or cover.request.shows_picture
    return private_file(request, f"{row.storage_prefix}/{name}", is_personal=is_personal)


@login_not_required
@never_cache
@require_safe
def compare(request: SiteRequest, pk: uuid.UUID) -> HttpResponse:
    """Two versions, side by side and one over the other."""
    cover = openable(request, pk)
    ready = list(cover.versions.filter(state=State.DONE).order_by("number"))
    if len(ready) < 2:
        raise Http404
    by_pk = {str(row.pk): row for row in ready}
    shown = next((row for row in ready if row.is_shown), ready[-1])
    one = by_pk.get(request.GET.get("one", "")) or next(
        (row for row in ready if row.pk == shown.parent_id), ready[0] if shown is not ready[0] else ready[-1]
    )
    other = by_pk.get(request.GET.get("other", "")) or shown
    for row in ready:
        row.said = spoken(row.changes)  # type: ignore[attr-defined]
    return render(
        request, "covers/compare.html", {"cover": cover, "picks": [("one", one), ("other", other)], "ready": ready}
    )
