"""The studio: a cover opens, its type and its picture are changed, and each change is kept as a version."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from PIL import Image

from accounts.http import SiteRequest
from albumsite.admission import admitted, counted_as
from albumsite.errors import UserFacingError
from albumsite.jobs.states import ACTIVE, State
from albumsite.media import encoding
from albumsite.media.uploads import takes_uploads
from albumsite.switching import typed
from albumsite.views import with_headers
from covers.brief.scenery import LETTERINGS
from covers.brief.wishes import PALETTES
from covers.edits.studio_changes import ROLE_NAMES
from covers.edits.studio_names import ANCHORS, TONE_NAMES, VOICE_NAMES
from covers.errors import NoPictureSent, NotOpenable
from covers.forms.studio import StudioForm, is_as_set, values_of
from covers.forms.wishes import palette_name
from covers.lettering.type_document import ROLES
from covers.lettering.wholeness import spelled
from covers.models import Cover, CoverVersion
from covers.pages import words_of_site
from covers.services import avoiding, looks, own_pictures, redrawing, studio
from covers.services.looks import LOOK_SIDE, SmallLook, Work
from covers.views.cover_versions import openable, versions_context
from covers.views.requests import COLOURS_FILE, FORM_WITH_PICTURE_BYTES, GET_OR_POST, MEGABYTES

if TYPE_CHECKING:
    from covers.lettering.faults import Fault


@takes_uploads(FORM_WITH_PICTURE_BYTES, of_each=MEGABYTES << 20, from_visitors=True)
@login_not_required
@never_cache
@require_http_methods(GET_OR_POST)
def studio_page(request: SiteRequest, pk: uuid.UUID) -> HttpResponse:
    """GET shows what can be changed of the cover as fields. POST looks, mends, places, paints or saves, as the button says that was
    pressed; whatever goes wrong, all that was typed is there again."""
    cover = openable(request, pk)
    opened = _opened(request, cover)
    work = looks.work_of(cover=cover, opened=opened)
    if again := typed(request):  # the language was switched while somebody worked
        form = _form(cover, work, again)
        return _page(request, cover, form, _sent(form, work) if form.is_valid() else work, opened, is_changed=True)
    if request.method != "POST":
        initial = {"parent": opened.pk if opened else None, "submission": uuid.uuid4()}
        return _page(request, cover, _form(cover, work, initial=initial), work, opened)
    form = _form(cover, work, request.POST)
    if not form.is_valid():
        return _page(request, cover, form, work, opened, status=422)
    sent = _sent(form, work)
    action = request.POST.get("do", "save")
    try:
        if action == "save":
            with admitted("studio", request.person):
                saved = studio.save_version(
                    cover=cover, person=request.person, document=sent.document, edit=sent.edit, is_of_site=sent.is_of_site,
                    words=sent.words, parent=form.cleaned_data["parent"], submission=form.cleaned_data["submission"] or uuid.uuid4(),
                )  # fmt: skip
            return redirect(f"{_address(cover)}?version={saved.pk}")
        changed = _changed(request, cover, sent, action)
        initial = {"parent": form.cleaned_data["parent"], "submission": form.cleaned_data["submission"]}
        return _page(request, cover, _form(cover, changed, initial=initial), changed, opened, is_changed=True)
    except UserFacingError as error:
        form.add_error(None, str(error))
        response = _page(request, cover, form, sent, opened, is_changed=True, status=error.status_code)
        return with_headers(response, error.headers)


def _changed(request: SiteRequest, cover: Cover, sent: Work, action: str) -> Work:
    """What was sent, after a button, with its type set anew where it is the site's."""
    if action == "colours":
        work = looks.in_colours_of(cover=cover, work=sent, colours=_colours_sent(request))
    else:
        work = looks.acted(cover=cover, person=request.person, work=sent, action=action)
    return looks.with_type_of_site(cover=cover, person=request.person, work=work)


def _colours_sent(request: SiteRequest) -> tuple[str, ...]:
    """Of the picture that came with the form. Raises NoPictureSent, and what `colours_of_picture` raises."""
    file = request.FILES.get(COLOURS_FILE)
    if file is None:
        raise NoPictureSent
    return own_pictures.colours_of_picture(owner=request.person, content=file.read())


def _form(cover: Cover, work: Work, data: Any = None, initial: dict[str, Any] | None = None) -> StudioForm:
    picture = None
    if studio.may_repaint(cover=cover):
        drawn, concepts = studio.first_parameters(cover=cover), len(cover.request.brief_of(cover.position).concepts)
        colours = looks.first_colours(cover=cover)
        picture = {
            "edit": work.edit,
            "drawn": drawn,
            "colours": colours,
            "position": cover.position,
            "concepts": concepts,
        }
    return StudioForm(
        data, document=work.document, is_of_site=work.is_of_site, picture=picture, roles=_roles(cover), words=work.words,
        site_says=words_of_site(cover), initial=initial or {},
    )  # fmt: skip


def _roles(cover: Cover) -> tuple[str, ...]:
    """Where the title is the picture, it is changed by drawing another."""
    is_drawn = cover.parameters.get("style") in LETTERINGS
    return tuple(role for role in ROLES if not (is_drawn and role == "title"))


def _sent(form: StudioForm, work: Work) -> Work:
    document = form.cleaned_document()
    is_of_site = is_as_set(document, form.cleaned_data["set_as"])
    edit = form.cleaned_edit() if form.picture else work.edit
    return Work(document, edit, is_of_site=is_of_site, drawing=work.drawing, words=form.cleaned_words())


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


# --- what the page shows ------------------------------------------------------------------------------------------------


def _page(
    request: SiteRequest, cover: Cover, form: StudioForm, work: Work, opened: CoverVersion | None, *, is_changed: bool = False,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    versions, problem = versions_context(cover), ""
    look: SmallLook | None = None
    try:
        look = looks.look_at(cover=cover, person=request.person, work=work)
    except NotOpenable as error:
        context = {"cover": cover, "why_not": str(error), **versions}
        return render(request, "covers/studio.html", context, status=error.status_code)
    except UserFacingError as error:  # all that was typed is there all the same
        problem, status = str(error), error.status_code
    shown = "" if look and is_changed else _address_of(cover, opened)
    context = {
        "cover": cover,
        "form": form,
        "problem": problem,
        "look": shown or (_as_address(look.image) if look else _address_of(cover, None)),
        "side": LOOK_SIDE,
        "notes": notes_of(look.faults) if look else [],
        "boxes": look.boxes if look else {},
        "anchors": ANCHORS,
        "tones": TONE_NAMES.items(),
        "palettes": [(key, palette_name(key), colours) for key, colours in PALETTES.items()],
        "picture_megabytes": MEGABYTES,
        "is_changed": is_changed,
        "is_letters": cover.parameters.get("style") in LETTERINGS,
        "switches_at": _switches_at(request, cover),
        "may_draw_anew": redrawing.may_draw_anew(cover=cover),
        **versions,
    }
    return render(request, "covers/studio.html", context, status=status)


def _switches_at(request: SiteRequest, cover: Cover) -> str:
    """Where its maker leaves things out of the whole set; empty where nothing can be."""
    row = cover.request
    may = avoiding.may_switch_off(request=row, person=request.person)
    return f"{row.get_absolute_url()}#pictures-title" if may else ""


def _address_of(cover: Cover, opened: CoverVersion | None) -> str:
    """Of the picture of a version, where it is made already; of the cover, where nothing was ever changed; else empty."""
    if opened is None:
        return reverse("covers:image", args=[cover.pk, "1024.webp"])
    is_made = opened.state == State.DONE
    return reverse("covers:version_image", args=[cover.pk, opened.pk, "1024.webp"]) if is_made else ""


def _as_address(image: Image.Image) -> str:
    return encoding.as_data_url(encoding.encode_look(image))


def notes_of(faults: Iterable[Fault]) -> list[dict[str, str]]:
    """What is wrong with the type, in words, each with the button that mends it where one can."""
    return [
        {"text": _note(fault), "do": f"mend {fault.kind} {fault.role}" if fault.mended is not None else ""}
        for fault in faults
    ]


def _note(fault: Fault) -> str:
    """What is wrong, and what to do about it."""
    line, kind = ROLE_NAMES[fault.role], fault.kind
    if kind == "contrast":
        said = {"line": line, "figure": f"{fault.figure:.1f}"}
        said["advice"] = (
            _("Put it on a block of colour, or elsewhere.")
            if fault.with_block
            else _("Give it another colour or place.")
        )
        return _("%(line)s: hard to read here, contrast %(figure)s of 4.5. %(advice)s") % said
    if kind == "letters":
        said = {"line": line, "letters": spelled(fault.letters)}
        return (
            _("%(line)s: no typeface here has %(letters)s, so the cover goes without. Write it with other letters.")
            % said
        )
    return _place_notes()[kind] % {"line": line}


def _place_notes() -> dict[str, str]:
    return {
        "margin": _("%(line)s: stands outside the safe margin, where stores and players cut. Move it in, or make it smaller."),
        "columns": _("%(line)s: only Hangul, Chinese and Japanese letters run down in columns. Set it across."),
        "mark": _("%(line)s: the explicit mark has no room beside it. Choose another corner, or make the line smaller."),
        "face": _("%(line)s: stands on a face. Move it off, or make it smaller."),
        "overlap": _("%(line)s: stands on another line. Move one of the two, or make one smaller."),
    }  # fmt: skip


# --- for the page's script ----------------------------------------------------------------------------------------------


@login_not_required
@never_cache
@require_POST
@counted_as("look")
def studio_look(request: SiteRequest, pk: uuid.UUID) -> HttpResponse:
    """The cover as the form says it, at once: picture, boxes of its lines, what is wrong, and the fields that a button
    or the site has changed."""
    cover = openable(request, pk)
    work = looks.work_of(cover=cover, opened=_opened(request, cover))
    form = _form(cover, work, request.POST)
    if not form.is_valid():
        return JsonResponse({"errors": form.all_errors()}, status=422)
    try:
        sent = _sent(form, work)
        changed = _changed(request, cover, sent, request.POST.get("do", "look"))
        look = looks.look_at(cover=cover, person=request.person, work=changed)
    except UserFacingError as error:
        return JsonResponse({"problem": str(error)}, status=error.status_code)
    answer: dict[str, Any] = {"look": _as_address(look.image), "boxes": look.boxes, "notes": notes_of(look.faults)}
    if changed != sent:
        answer["values"] = values_of(changed.document, changed.edit, is_of_site=changed.is_of_site)
    return JsonResponse(answer)


@login_not_required
@require_safe
def studio_face(request: SiteRequest, pk: uuid.UUID, voice: str) -> HttpResponse:
    """A typeface, shown in the cover's own title, as a small picture."""
    from covers.lettering.samples import sample

    cover = openable(request, pk)
    if voice not in VOICE_NAMES:
        raise Http404
    response = HttpResponse(sample(cover.title, voice), content_type="image/png")
    response["Cache-Control"] = "private, max-age=3600"
    return response
