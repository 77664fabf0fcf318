"""Pages of faces. Members only, and each member's own only; thin: forms read, services act, templates show."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import SiteRequest, member_of
from accounts.reachable import verified_only
from albumsite.errors import UserFacingError
from albumsite.form_pages import form_page
from albumsite.media.private_files import private_file
from albumsite.media.uploads import BYTES_AT_ONCE, takes_uploads
from albumsite.polling import polled
from albumsite.switching import typed
from albumsite.views import with_headers
from personalize import consents, services
from personalize.errors import AlreadyTraining, TooManyPhotos
from personalize.forms import DeleteFaceForm, NewFaceForm
from personalize.models import Face, Photo, TrainingRun
from personalize.pages import face_card, face_context, shown_in_status
from personalize.photos.judging import PROBLEM_TEXTS

GET_OR_POST = ["GET", "HEAD", "POST"]


@dataclass(frozen=True)
class PhotoRefused:
    """An upload that was not taken. name: of the file, as its person knows it."""

    name: str
    reason: str


def _mine(request: SiteRequest, pk: uuid.UUID) -> Face:
    return get_object_or_404(Face.objects.visible_to(request.person).select_related("owner"), pk=pk)


@never_cache
@require_safe
def index(request: SiteRequest) -> HttpResponse:
    faces = Face.objects.visible_to(request.person).order_by("-id")
    cards = [face_card(face, request.person) for face in faces]
    return render(request, "personalize/index.html", {"cards": cards})


@never_cache
@require_http_methods(GET_OR_POST)
@verified_only
def create(request: SiteRequest) -> HttpResponse:
    """A name, what prompts call the person, and the consent: before any photo."""
    form = NewFaceForm(request.POST if request.method == "POST" else None, initial=_typed_of_face(request))
    return form_page(
        request,
        "personalize/new.html",
        form=form,
        act=lambda: redirect(_create(request, form)),
        context=lambda: {"form": form, "statement": consents.statement(get_language() or "en")},
    )


def _typed_of_face(request: SiteRequest) -> dict[str, object]:
    """But for the tick: it was set under the words of the other language."""
    return {name: value for name, value in typed(request).items() if name != "has_consented"}


def _create(request: SiteRequest, form: NewFaceForm) -> Face:
    return services.create_face(
        owner=member_of(request),
        name=form.cleaned_data["name"],
        class_noun=form.cleaned_data["class_noun"],
        has_consented=form.cleaned_data["has_consented"],
        language=get_language() or "en",
    )


@never_cache
@require_safe
def face_page(request: SiteRequest, pk: uuid.UUID) -> HttpResponse:
    return _face_page(request, _mine(request, pk))


def _face_page(
    request: SiteRequest, face: Face, refusals: list[PhotoRefused] | None = None, status: int = 200
) -> HttpResponse:
    context = {**face_context(request, face), "refusals": refusals or []}
    if request.headers.get("X-Requested-With") == "fetch":
        return render(request, "personalize/_photos.html", context, status=status)
    return render(request, "personalize/face.html", context, status=status)


@require_safe
def status(request: SiteRequest, pk: uuid.UUID) -> HttpResponse:
    """The changing part of a face's page. 304 when the page already shows it."""
    context = face_context(request, _mine(request, pk))
    is_active = context["is_training"] or any(row.is_active for row in context["requests"])
    return polled(request, "personalize/_status.html", context, active=is_active, shown=shown_in_status(context))


@takes_uploads(BYTES_AT_ONCE)
@require_POST
@verified_only
def add_photos(request: SiteRequest, pk: uuid.UUID) -> HttpResponse:
    """Judge what was sent, one file after the other; those that will do are kept, each other gets its own reason.

    With `start`, learning begins when there are enough: a page without scripts sends it along.
    """
    face = _mine(request, pk)
    refusals: list[PhotoRefused] = []
    code = 200
    for upload in request.FILES.getlist("photos"):
        try:
            result = services.add_photo(face=face, content=upload.read(), network=request.person.network)
        except (TooManyPhotos, AlreadyTraining) as error:
            refusals.append(PhotoRefused(str(upload.name), str(error)))
            code = error.status_code
            continue
        except UserFacingError as error:  # too many photos are looked at just now
            refusals.append(PhotoRefused(str(upload.name), str(error)))
            response = _face_page(request, face, refusals, status=error.status_code)
            return with_headers(response, error.headers)
        if not isinstance(result, Photo):
            refusals.append(PhotoRefused(str(upload.name), str(PROBLEM_TEXTS[result])))
            code = 422
    if request.POST.get("start") and not refusals and face.photos.count() >= settings.FACE_PHOTOS_MIN:
        return start(request, pk)
    return _face_page(request, face, refusals, status=code)


@never_cache
@require_safe
def photo(request: SiteRequest, pk: uuid.UUID, photo_pk: uuid.UUID) -> HttpResponse:
    mine = Face.objects.visible_to(request.person).filter(pk=pk)
    return private_file(request, get_object_or_404(Photo.objects.filter(face__in=mine), pk=photo_pk).storage_key)


@require_POST
def delete_photo(request: SiteRequest, pk: uuid.UUID, photo_pk: uuid.UUID) -> HttpResponse:
    face = _mine(request, pk)
    services.delete_photo(photo=get_object_or_404(face.photos, pk=photo_pk))
    return _face_page(request, face) if request.headers.get("X-Requested-With") == "fetch" else redirect(face)


@require_POST
@verified_only
def start(request: SiteRequest, pk: uuid.UUID) -> HttpResponse:
    face = _mine(request, pk)
    services.start_training(face=face)
    return redirect(face)


@require_POST
@verified_only
def agree(request: SiteRequest, pk: uuid.UUID) -> HttpResponse:
    """To today's statement, which the face's page shows where an older one was agreed to."""
    face = _mine(request, pk)
    services.agree_anew(face=face, language=get_language() or "en")
    messages.success(request, _("Thank you. Portraits of “%(name)s” are kept from now on.") % {"name": face.name})
    return redirect(face)


@require_POST
def cancel(request: SiteRequest, pk: uuid.UUID) -> HttpResponse:
    face = _mine(request, pk)
    services.cancel_training(face=face)
    return redirect(face)


@require_safe
def sample(request: SiteRequest, pk: uuid.UUID, step: int, place: int) -> HttpResponse:
    """A picture that the model drew at that step of the newest training."""
    run: TrainingRun | None = _mine(request, pk).current_run()
    entry = next((one for one in (run.samples if run else []) if one["step"] == step), None)
    if entry is None or place >= len(entry["keys"]):
        raise Http404
    return private_file(request, entry["keys"][place])


@never_cache
@require_http_methods(GET_OR_POST)
def delete(request: SiteRequest, pk: uuid.UUID) -> HttpResponse:
    """Asks once, then forgets the face."""
    face = _mine(request, pk)
    form = DeleteFaceForm(request.POST if request.method == "POST" else None, initial=typed(request))
    if request.method == "POST" and form.is_valid():
        services.forget_face(face=face, with_covers=form.cleaned_data["with_covers"])
        messages.success(
            request, _("“%(name)s” is deleted, with everything that was stored of it.") % {"name": face.name}
        )
        return redirect("faces:index")
    return render(request, "personalize/delete.html", {"face": face, "form": form})
