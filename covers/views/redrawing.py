"""Pages of pictures that are drawn anew: what is asked for, which part, and stopping it."""

from __future__ import annotations

import contextlib
import logging
import uuid
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import SiteRequest
from albumsite.admission import admitted
from albumsite.errors import StorageError, UserFacingError
from albumsite.media import encoding
from albumsite.media.uploads import takes_uploads
from albumsite.switching import typed
from albumsite.views import with_headers
from covers.drawing.version_pictures import picture_of_drawing
from covers.errors import BaseVersionGone, NotOpenable, PictureAway
from covers.forms.redrawing import RedrawingForm
from covers.masks import READY
from covers.masks.reading import MASK_BYTES_MAX, PNG
from covers.models import Cover, CoverVersion
from covers.services import redrawing
from covers.services.looks import LOOK_SIDE
from covers.services.redrawing import DrawingWish
from covers.views.cover_versions import openable
from covers.views.requests import GET_OR_POST

logger = logging.getLogger(__name__)

MASK_FILE = "mask"
"""The field in which a brushed mask comes."""
SHOWN_AGAIN_BYTES = 256 << 10
"""Of a brushed mask: so large a one is in the page again when something else was wrong."""


def _changeable(request: SiteRequest, pk: uuid.UUID) -> Cover:
    """A cover of this person whose picture its engine can draw anew; for others there is no such page."""
    cover = openable(request, pk)
    if not redrawing.may_draw_anew(cover=cover):
        raise Http404
    return cover


def _base(cover: Cover, named: str) -> CoverVersion | None:
    """The version that the address names, else the one that is shown."""
    try:
        return redrawing.base_of(cover=cover, parent=uuid.UUID(named) if named else None)
    except (ValueError, BaseVersionGone):
        raise Http404 from None


@takes_uploads(MASK_BYTES_MAX + (1 << 20), of_each=MASK_BYTES_MAX, from_visitors=True)
@login_not_required
@never_cache
@require_http_methods(GET_OR_POST)
def draw_anew(request: SiteRequest, pk: uuid.UUID) -> HttpResponse:
    """GET shows what can be asked for. POST asks; whatever goes wrong, all that was typed and brushed is there again."""
    cover = _changeable(request, pk)
    again = typed(request)
    if request.method != "POST":
        base = _base(cover, str(again.get("parent", "")) or request.GET.get("version", ""))
        first = {"parent": base.pk if base else None} | again
        return _page(request, cover, _form(cover, base, initial=first), base)
    base = _shown_base(cover, request.POST.get("parent", ""))
    form = _form(cover, base, request.POST)
    if not form.is_valid():
        return _page(request, cover, form, base, status=422)
    try:
        row = _asked(request, cover, form)
    except UserFacingError as error:
        refused = error
    except StorageError as error:
        logger.warning("picture not asked for cause=%r", error)
        refused = PictureAway()
    else:
        return redirect(f"{reverse('covers:studio', args=[cover.pk])}?version={row.pk}#versions")
    if isinstance(refused, BaseVersionGone):
        base = redrawing.base_of(cover=cover, parent=None)
        sent = request.POST.copy()
        sent["parent"] = str(base.pk) if base else ""
        form = _form(cover, base, sent)
        form.is_valid()
    form.add_error(None, str(refused))
    return with_headers(_page(request, cover, form, base, status=refused.status_code), refused.headers)


def _form(
    cover: Cover, base: CoverVersion | None, data: Any = None, initial: dict[str, Any] | None = None
) -> RedrawingForm:
    return RedrawingForm(data, cover=cover, drawing=base.drawing if base else None, initial=initial or {})


def _shown_base(cover: Cover, named: str) -> CoverVersion | None:
    """For the page of a form that was sent: one that is gone meanwhile costs nothing that was typed."""
    with contextlib.suppress(ValueError, BaseVersionGone):
        return redrawing.base_of(cover=cover, parent=uuid.UUID(named) if named else None)
    return redrawing.base_of(cover=cover, parent=None)


def _asked(request: SiteRequest, cover: Cover, form: RedrawingForm) -> CoverVersion:
    """The same form sent twice is admitted once. Raises what the gate and the service raise."""
    values = form.cleaned_data
    submission = values["submission"]
    if known := cover.versions.filter(submission=submission).first():
        return known
    file = request.FILES.get(MASK_FILE)
    wish = DrawingWish(form.edit(), values["part"], file.read() if file else b"")
    with admitted("create", request.person, pictures=1, side=cover.width):
        return redrawing.draw_version(
            cover=cover, person=request.person, wish=wish, parent=values["parent"], submission=submission
        )


def _page(
    request: SiteRequest, cover: Cover, form: RedrawingForm, base: CoverVersion | None, *, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "cover": cover,
        "form": form,
        "base": base,
        "side": LOOK_SIDE,
        "brushed": _brushed(request),
    }
    try:
        image = encoding.fitted(picture_of_drawing(cover=cover, drawing=base.drawing if base else None), LOOK_SIDE)
        context["picture"] = encoding.as_data_url(encoding.encode_look(image))
    except NotOpenable as error:
        context, status = {"cover": cover, "why_not": str(error)}, error.status_code
    except StorageError:
        away = PictureAway()
        context["problem"], status = str(away), away.status_code
    return render(request, "covers/draw_anew.html", context, status=status)


def _brushed(request: SiteRequest) -> str:
    """The mask that was sent, for the page that shows the form again."""
    file = request.FILES.get(MASK_FILE)
    if file is None or (file.size or 0) > SHOWN_AGAIN_BYTES:
        return ""
    file.seek(0)
    content = file.read()
    return encoding.as_data_url(content, "png") if content.startswith(PNG) else ""


@login_not_required
@require_safe
def ready_part(request: SiteRequest, pk: uuid.UUID, part: str) -> HttpResponse:
    """A ready mask of the version that the address names, for the page's script to show and to go on with."""
    from covers.masks.ready import ready_mask  # brings the drawing library, which other pages do without

    cover = _changeable(request, pk)
    if part not in READY:
        raise Http404
    base = _base(cover, request.GET.get("version", ""))
    try:
        picture = picture_of_drawing(cover=cover, drawing=base.drawing if base else None)
    except NotOpenable:
        raise Http404 from None
    except StorageError:
        return HttpResponse(status=503)
    response = HttpResponse(ready_mask(encoding.fitted(picture, LOOK_SIDE), part), content_type="image/png")
    response["Cache-Control"] = "private, max-age=600"
    return response


@login_not_required
@require_POST
def cancel_version(request: SiteRequest, pk: uuid.UUID, version: uuid.UUID) -> HttpResponse:
    """Stop a version that is being made."""
    cover = openable(request, pk)
    redrawing.cancel_version(cover=cover, version=get_object_or_404(cover.versions, pk=version))
    return redirect(f"{reverse('covers:studio', args=[cover.pk])}#versions")


@login_not_required
@require_POST
def draw_version_again(request: SiteRequest, pk: uuid.UUID, version: uuid.UUID) -> HttpResponse:
    """Try a version again that failed or was stopped, with the same recipe."""
    cover = _changeable(request, pk)
    row = get_object_or_404(cover.versions, pk=version)
    with admitted("retry", request.person, pictures=1, side=cover.width):
        redrawing.draw_version_again(cover=cover, version=row, person=request.person)
    return redirect(f"{reverse('covers:studio', args=[cover.pk])}#versions")
