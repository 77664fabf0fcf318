"""The studio: a cover opens, its type is changed, and each change is kept as a version."""

from __future__ import annotations

import base64
import contextlib
import uuid
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from PIL import Image

from accounts.http import SiteRequest
from albumsite.admission import admitted, counted_as
from albumsite.errors import StorageError, UserFacingError
from albumsite.jobs.states import ACTIVE, State
from albumsite.media import encoding
from albumsite.media.encoding import DERIVATIVES
from albumsite.media.private_files import private_file
from albumsite.switching import typed
from albumsite.views import with_headers
from covers.errors import NotOpenable, PictureAway, failure_text
from covers.lettering.type_document import ROLES, TypeDocument
from covers.lettering.wholeness import spelled
from covers.models import Cover, CoverVersion
from covers.scenery import LETTERINGS
from covers.services import studio
from covers.studio_changes import ROLE_NAMES, spoken
from covers.studio_form import ANCHORS, VOICE_NAMES, StudioForm, values_of
from covers.views.requests import GET_OR_POST

if TYPE_CHECKING:
    from covers.lettering.typesetting import Fault, Typeset

LOOK_SIDE = 768
"""Pixels of the picture that the studio shows while something is changed."""


def _openable(request: SiteRequest, pk: uuid.UUID) -> Cover:
    """A cover that this person may change; to others there is no studio."""
    cover = get_object_or_404(Cover.objects.visible_to(request.person).select_related("request"), pk=pk)
    if not studio.may_open(cover=cover, person=request.person):
        raise Http404
    return cover


def _roles(cover: Cover) -> tuple[str, ...]:
    """Where the title is the picture, it is changed by drawing another."""
    is_drawn = cover.parameters.get("style") in LETTERINGS
    return tuple(role for role in ROLES if not (is_drawn and role == "title"))


@login_not_required
@never_cache
@require_http_methods(GET_OR_POST)
def studio_page(request: SiteRequest, pk: uuid.UUID) -> HttpResponse:
    """GET shows the cover's type as fields. POST looks, mends, places or saves, as the button says that was pressed; whatever goes wrong,
    all that was typed is there again."""
    cover = _openable(request, pk)
    opened = _opened(request, cover)
    document = _complete(opened.parsed_document() if opened else studio.document_now(cover=cover))
    if again := typed(request):  # the language was switched while somebody worked
        form = StudioForm(again, document=document, roles=_roles(cover))
        return _page(
            request, cover, form, form.cleaned_document() if form.is_valid() else document, opened, is_changed=True
        )
    if request.method != "POST":
        initial = {"parent": opened.pk if opened else None, "submission": uuid.uuid4()}
        form = StudioForm(document=document, roles=_roles(cover), initial=initial)
        return _page(request, cover, form, document, opened)
    form = StudioForm(request.POST, document=document, roles=_roles(cover))
    if not form.is_valid():
        return _page(request, cover, form, document, opened, status=422)
    sent = form.cleaned_document()
    action = request.POST.get("do", "save")
    try:
        if action == "save":
            with admitted("studio", request.person):
                saved = studio.save_version(
                    cover=cover, person=request.person, document=sent, parent=form.cleaned_data["parent"],
                    submission=form.cleaned_data["submission"] or uuid.uuid4(),
                )  # fmt: skip
            return redirect(f"{_address(cover)}?version={saved.pk}")
        changed = _acted(cover, sent, action)
        initial = {"parent": form.cleaned_data["parent"], "submission": form.cleaned_data["submission"]}
        fresh = StudioForm(document=changed, roles=_roles(cover), initial=initial)
        return _page(request, cover, fresh, changed, opened, is_changed=True)
    except UserFacingError as error:
        form.add_error(None, str(error))
        response = _page(request, cover, form, sent, opened, is_changed=True, status=error.status_code)
        return with_headers(response, error.headers)


def _opened(request: SiteRequest, cover: Cover) -> CoverVersion | None:
    """The version that is worked on: the one that the address or the form names, else the newest that is being made, else the one that
    is shown. One that is gone meanwhile costs nothing that was typed."""
    found = None
    named = request.POST.get("parent") or typed(request).get("parent") or request.GET.get("version")
    if named:
        with contextlib.suppress(ValueError):
            found = cover.versions.filter(pk=uuid.UUID(named)).first()
        if found is None and request.method != "POST":
            raise Http404
        if found is not None:
            return found
    return cover.versions.filter(state__in=ACTIVE).order_by("-number").first() or studio.shown_version(cover=cover)


def _address(cover: Cover) -> str:
    return reverse("covers:studio", args=[cover.pk])


def _complete(document: TypeDocument) -> TypeDocument:
    """With a line for each role, those that are not on the cover switched off."""
    from covers.lettering.typesetting import fresh_line  # brings the drawing library, which other pages do without

    for role in ROLES:
        if document.line(role) is None:
            document = document.with_line(fresh_line(role, document))
    return document


def _acted(cover: Cover, document: TypeDocument, action: str) -> TypeDocument:
    """The document after a button: "look", "mend contrast title", "place title top left". What is no button changes nothing."""
    from covers.lettering import typesetting

    verb, _space, rest = action.partition(" ")
    if verb == "mend":
        kind, _space, role = rest.partition(" ")
        for fault in _look(cover, document).faults:
            if (fault.kind, fault.role) == (kind, role) and fault.mended is not None:
                return document.with_line(fault.mended)
    if verb == "place":
        role, _space, anchor = rest.partition(" ")
        line = document.line(role)
        if line is not None and anchor in dict(ANCHORS):
            return document.with_line(typesetting.anchored(line, anchor, cover.width / cover.height, document))
    return document


def _look(cover: Cover, document: TypeDocument) -> Typeset:
    from covers.lettering.typesetting import typeset

    small = _small_picture(cover)
    return typeset(small.tobytes(), *small.size, document)


def _small_picture(cover: Cover) -> Image.Image:
    try:
        return _kept_small(cover.storage_prefix, cover.pk)
    except StorageError as error:
        raise PictureAway from error


@lru_cache(maxsize=12)
def _kept_small(storage_prefix: str, pk: uuid.UUID) -> Image.Image:
    """A cover without its type; files of one folder never change."""
    cover = Cover.objects.get(pk=pk)
    return encoding.fitted(studio.picture_of(cover=cover), LOOK_SIDE)


# --- what the page shows ------------------------------------------------------------------------------------------------


def _page(
    request: SiteRequest, cover: Cover, form: StudioForm, document: TypeDocument, opened: CoverVersion | None, *, is_changed: bool = False,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    versions, problem = _versions_context(cover), ""
    look: Typeset | None = None
    try:
        look = _look(cover, document)
    except NotOpenable as error:
        context = {"cover": cover, "why_not": str(error), **versions}
        return render(request, "covers/studio.html", context, status=error.status_code)
    except PictureAway as error:  # all that was typed is there all the same
        problem, status = str(error), error.status_code
    shown = "" if look and is_changed else _address_of(cover, opened)
    context = {
        "cover": cover,
        "form": form,
        "problem": problem,
        "look": shown or (_as_address(cover, look.rgb) if look else _address_of(cover, None)),
        "side": LOOK_SIDE,
        "notes": notes_of(look.faults) if look else [],
        "boxes": look.boxes if look else {},
        "anchors": ANCHORS,
        "is_changed": is_changed,
        "is_letters": cover.parameters.get("style") in LETTERINGS,
        **versions,
    }
    return render(request, "covers/studio.html", context, status=status)


def _address_of(cover: Cover, opened: CoverVersion | None) -> str:
    """Of the picture of a version, where it is made already; of the cover, where nothing was ever changed; else empty."""
    if opened is None:
        return reverse("covers:image", args=[cover.pk, "1024.webp"])
    is_made = opened.state == State.DONE
    return reverse("covers:version_image", args=[cover.pk, opened.pk, "1024.webp"]) if is_made else ""


def _versions_context(cover: Cover) -> dict[str, Any]:
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


def _as_address(cover: Cover, rgb: bytes) -> str:
    content = encoding.encode_look(encoding.from_rgb(rgb, *_small_picture(cover).size))
    return "data:image/webp;base64," + base64.b64encode(content).decode()


def notes_of(faults: Iterable[Fault]) -> list[dict[str, str]]:
    """What is wrong with the type, in words, each with the button that mends it where one can."""
    return [
        {"text": _note(fault), "do": f"mend {fault.kind} {fault.role}" if fault.mended is not None else ""}
        for fault in faults
    ]


def _note(fault: Fault) -> str:
    line = ROLE_NAMES[fault.role]
    if fault.kind == "contrast":
        return _("%(line)s: hard to read here, contrast %(figure)s of 4.5.") % {
            "line": line,
            "figure": f"{fault.figure:.1f}",
        }
    if fault.kind == "margin":
        return _("%(line)s: stands outside the safe margin, where stores and players cut.") % {"line": line}
    if fault.kind == "letters":
        return _("%(line)s: no typeface here has %(letters)s.") % {"line": line, "letters": spelled(fault.letters)}
    if fault.kind == "columns":
        return _("%(line)s: only Hangul, Chinese and Japanese letters run down in columns.") % {"line": line}
    return _("%(line)s: stands on another line.") % {"line": line}


# --- for the page's script ----------------------------------------------------------------------------------------------


@login_not_required
@never_cache
@require_POST
@counted_as("look")
def studio_look(request: SiteRequest, pk: uuid.UUID) -> HttpResponse:
    """The cover as the form says it, at once: picture, boxes of its lines, what is wrong, and the fields after a button that mends or
    places."""
    cover = _openable(request, pk)
    opened = _opened(request, cover)
    document = _complete(opened.parsed_document() if opened else studio.document_now(cover=cover))
    form = StudioForm(request.POST, document=document, roles=_roles(cover))
    if not form.is_valid():
        errors = {f"{line.role}-{name}": list(found) for line in form.lines for name, found in line.errors.items()}
        return JsonResponse({"errors": errors | dict(form.errors)}, status=422)
    try:
        changed = _acted(cover, form.cleaned_document(), request.POST.get("do", "look"))
        look = _look(cover, changed)
        answer = {"look": _as_address(cover, look.rgb), "boxes": look.boxes, "notes": notes_of(look.faults)}
    except UserFacingError as error:
        return JsonResponse({"problem": str(error)}, status=error.status_code)
    if request.POST.get("do"):
        answer["values"] = dict(values_of(changed))
    return JsonResponse(answer)


@login_not_required
@require_safe
def studio_face(request: SiteRequest, pk: uuid.UUID, voice: str) -> HttpResponse:
    """A typeface, shown in the cover's own title, as a small picture."""
    from covers.lettering.typesetting import sample

    cover = _openable(request, pk)
    if voice not in VOICE_NAMES:
        raise Http404
    response = HttpResponse(sample(cover.title, voice), content_type="image/png")
    response["Cache-Control"] = "private, max-age=3600"
    return response


@login_not_required
@require_safe
def studio_status(request: SiteRequest, pk: uuid.UUID) -> HttpResponse:
    """The versions, as a partial that the page polls while one is made."""
    cover = _openable(request, pk)
    context = {"cover": cover, **_versions_context(cover)}
    response = render(request, "covers/_versions.html", context)
    response["X-Active"] = "1" if context["active"] else "0"
    response["Cache-Control"] = "no-store"
    return response


def _version(cover: Cover, version: uuid.UUID) -> CoverVersion:
    return get_object_or_404(cover.versions.all(), pk=version)


@login_not_required
@require_POST
def show_version(request: SiteRequest, pk: uuid.UUID, version: uuid.UUID) -> HttpResponse:
    """Go back to a version, or forward."""
    cover = _openable(request, pk)
    studio.show_version(cover=cover, version=_version(cover, version))
    return redirect(f"{_address(cover)}#versions")


@login_not_required
@require_POST
def delete_version(request: SiteRequest, pk: uuid.UUID, version: uuid.UUID) -> HttpResponse:
    """A version that is not shown goes, with its files."""
    cover = _openable(request, pk)
    studio.delete_version(cover=cover, version=_version(cover, version))
    return redirect(f"{_address(cover)}#versions")


@login_not_required
@require_safe
def version_image(request: SiteRequest, pk: uuid.UUID, version: uuid.UUID, name: str) -> HttpResponse:
    """A page size of one version."""
    cover = _openable(request, pk)
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
    cover = _openable(request, pk)
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
