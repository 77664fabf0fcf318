"""Pages of requests: the wall, the create form, how far a request is. Thin: forms read, services act, templates show."""

from __future__ import annotations

import logging
import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import SiteRequest
from accounts.middleware import remember_opened
from accounts.person import Person
from albumsite.admission import admitted
from albumsite.errors import StorageError, UserFacingError
from albumsite.form_pages import form_page
from albumsite.media.private_files import private_file
from albumsite.media.uploads import takes_uploads
from albumsite.polling import polled
from albumsite.switching import typed
from albumsite.views import with_headers
from covers.brief.family_contract import PALETTE
from covers.errors import NoPictureSent, NothingSwitchedOff, PictureNotStored
from covers.forms.carried import not_carried
from covers.forms.requests import CoverRequestForm, StartForm, typed_for
from covers.forms.wishes import WISHES, typed_of_wishes
from covers.models import Cover, CoverRequest, UploadedPicture
from covers.pages import lineage_of, request_context, shown_in_status
from covers.services import families, favourites, more_like_this, own_pictures
from covers.services.avoiding import draw_without
from covers.services.requests import cancel_request, draw_again, request_covers, retry_request

logger = logging.getLogger(__name__)

GET_OR_POST = ["GET", "HEAD", "POST"]


PREFILLED = ("title", "artist", "album", "genre", "style", "engine", "face")
"""What an address may bring along into the create form."""
WISHES_KEY = "wishes"
"""Of the session: what was wished for the last song."""
PICTURE_FILE = "picture_file"
"""The field of the create form in which a file comes."""
COLOURS_FILE = "colours_file"
"""The field in which a picture comes whose colours are wanted."""
MEGABYTES = settings.OWN_PICTURE_MEGABYTES_MAX
FORM_WITH_PICTURE_BYTES = (2 * MEGABYTES + 2) << 20
"""Of the whole form: twice what is taken, so that who chose too large a file reads so, and does not lose the song."""


@login_not_required
@require_safe
def home(request: SiteRequest) -> HttpResponse:
    return render(
        request, "covers/home.html", {"form": StartForm(initial=typed(request)), "wall": list(Cover.objects.wall())}
    )


@takes_uploads(FORM_WITH_PICTURE_BYTES, of_each=MEGABYTES << 20, from_visitors=True)
@login_not_required
@require_http_methods(GET_OR_POST)
def create(request: SiteRequest) -> HttpResponse:
    """The form; a refusal of any kind shows it again with all that was typed."""
    person = request.person
    again = _again(request)
    prefill = _typed(request) or _remembered(request) | (typed_for(again) if again else _prefill(request))
    sent, refusal = _with_picture(request) if request.method == "POST" else (None, None)
    wrong = "picture"
    if sent is not None and refusal is None:
        wrong, (sent, refusal) = "colours", _with_colours(request, sent)
    form = CoverRequestForm(sent, initial=prefill, person=person)
    if refusal is not None:
        form.add_error(wrong, str(refusal))

    def ask() -> HttpResponse:
        asked = _request_covers(request, form)
        _remember(request, form)
        return redirect(asked.get_secret_url())

    def context() -> dict[str, Any]:
        notes = not_carried(again, form) if again and not form.is_bound else []
        return {"form": form, "picture_megabytes": MEGABYTES, "not_carried": notes}

    return form_page(request, "covers/create.html", form=form, act=ask, context=context, refusal=refusal)


def _remember(request: SiteRequest, form: CoverRequestForm) -> None:
    """What was wished stays for the next song, in this browser."""
    values = typed_of_wishes(form.to_wishes()) | {"count": form.to_options().count}
    if PALETTE in form.like_kept:  # of another cover, and for this song
        values["colours"] = ""
    request.session[WISHES_KEY] = {name: value for name, value in values.items() if value}


def _remembered(request: SiteRequest) -> dict[str, Any]:
    kept = request.session.get(WISHES_KEY, {})
    return {name: kept[name] for name in (*WISHES, "count") if name in kept}


def _typed(request: SiteRequest) -> dict[str, Any]:
    """But for the tick beside a picture: it was set under the words of the other language."""
    return {name: value for name, value in typed(request, ("with_lettering",)).items() if name != "picture_agreed"}


def _with_picture(request: SiteRequest) -> tuple[QueryDict, UserFacingError | None]:
    """What was sent, with the number of the picture whose file came along; or why that file is not taken."""
    file = request.FILES.get(PICTURE_FILE)
    if file is None:
        return request.POST, None
    try:
        picture = own_pictures.add_picture(owner=request.person, content=file.read())
    except UserFacingError as error:
        return request.POST, error
    except StorageError as error:
        logger.warning("picture not stored cause=%r", error)
        return request.POST, PictureNotStored()
    sent = request.POST.copy()
    sent["picture"] = str(picture.pk)
    return sent, None


def _with_colours(request: SiteRequest, sent: QueryDict) -> tuple[QueryDict, UserFacingError | None]:
    """What was sent, with the colours of the picture that came along for them, where none are written; or why it is not read."""
    file = request.FILES.get(COLOURS_FILE)
    if file is None or sent.get("colours", "").strip():
        return sent, None
    try:
        found = own_pictures.colours_of_picture(owner=request.person, content=file.read())
    except UserFacingError as error:
        return sent, error
    sent = sent.copy()
    sent["colours"] = " ".join(found)
    return sent, None


@takes_uploads(FORM_WITH_PICTURE_BYTES, of_each=MEGABYTES << 20, from_visitors=True)
@login_not_required
@require_POST
def add_picture(request: SiteRequest) -> HttpResponse:
    """A picture for the create form, judged while the rest is typed: its number and address, or why it is not taken."""
    sent, refusal = _with_picture(request)
    if refusal is None and not sent.get("picture"):
        refusal = NoPictureSent()
    if refusal is not None:
        return with_headers(JsonResponse({"problem": str(refusal)}, status=refusal.status_code), refusal.headers)
    picture = get_object_or_404(UploadedPicture.objects.visible_to(request.person), pk=str(sent["picture"]))
    address = reverse("covers:picture", args=[picture.pk])
    seen = {"square": picture.square, "advice": picture.advice}
    sides = {"width": picture.width, "height": picture.height}
    return JsonResponse({"picture": picture.pk, "address": address, **sides, **seen})


@takes_uploads(FORM_WITH_PICTURE_BYTES, of_each=MEGABYTES << 20, from_visitors=True)
@login_not_required
@require_POST
def picture_colours(request: SiteRequest) -> HttpResponse:
    """The colours of a picture, which is looked at and not kept; or why it is not read."""
    file = request.FILES.get(COLOURS_FILE)
    try:
        if file is None:
            raise NoPictureSent
        found = own_pictures.colours_of_picture(owner=request.person, content=file.read())
    except UserFacingError as error:
        return with_headers(JsonResponse({"problem": str(error)}, status=error.status_code), error.headers)
    return JsonResponse({"colours": found})


@login_not_required
@never_cache
@require_safe
def picture(request: SiteRequest, pk: uuid.UUID) -> HttpResponse:
    """A picture that this person has brought, for the create form."""
    mine = UploadedPicture.objects.visible_to(request.person)
    return private_file(request, get_object_or_404(mine, pk=pk).storage_key)


@login_not_required
@require_POST
def delete_picture(request: SiteRequest, pk: uuid.UUID) -> HttpResponse:
    """At the wish of who brought it; then back to what was made of it."""
    made_of_it = CoverRequest.objects.filter(request.person.owns(), picture=pk).order_by("id").first()
    if not own_pictures.forget_picture(owner=request.person, pk=pk):
        raise Http404
    messages.success(request, _("Your picture is deleted. The covers that were made of it stay."))
    return redirect(made_of_it) if made_of_it is not None else redirect("covers:create")


def _prefill(request: SiteRequest) -> dict[str, Any]:
    """What the address brings along; `?like=` a cover that they may see: its style and colours, what drew it, and not a word of it."""
    if named := request.GET.get("like", ""):
        cover = _named(more_like_this.styles_to_take(person=request.person), named)
        if families.is_of_own(cover):
            raise Http404
        return {"like": cover.pk, "engine": cover.request.choice_key, "style": "", "palette": "", "colours": ""}
    return {name: request.GET.get(name, "")[:500] for name in PREFILLED}


def _again(request: SiteRequest) -> CoverRequest | None:
    """`?again=` a request that this person may see: all that was asked for with it. Else 404."""
    visible = CoverRequest.objects.visible_to(request.person).select_related("model_version")
    named = request.GET.get("again", "")
    return _named(visible, named) if named else None


def _named(rows: QuerySet[Any], named: str) -> Any:
    """Of these, the one with that number. Else 404."""
    try:
        return get_object_or_404(rows, pk=uuid.UUID(named))
    except ValueError:
        raise Http404 from None


def _request_covers(request: SiteRequest, form: CoverRequestForm) -> CoverRequest:
    """The same form sent twice is admitted once. Raises what the gate and the service raise."""
    person: Person = request.person
    options, submission = form.to_options(), form.cleaned_data["submission"]
    if known := CoverRequest.objects.filter(person.owns(), submission=submission).first():
        return known
    side = options.size_pixels or settings.COVER_SIZE_PIXELS
    with admitted("create", person, pictures=options.count, side=side):
        return request_covers(owner=person, song=form.to_song(), options=options, submission=submission)


def _opened(request: SiteRequest, pk: uuid.UUID) -> CoverRequest:
    """The request, if this person may see it: their own, or opened by its secret address now or before. Else 404."""
    key = request.GET.get("key", "")
    if key and (found := CoverRequest.objects.with_covers().filter(pk=pk).first()) and found.has_key(key):
        if not request.person.made(found):
            remember_opened(request, pk)
        return found
    visible = CoverRequest.objects.visible_to(request.person)
    return get_object_or_404(visible.with_covers(), pk=pk)


@login_not_required
@never_cache
@require_safe
def request_page(request: SiteRequest, pk: uuid.UUID) -> HttpResponse:
    return render(request, "covers/request.html", _request_context(request, _opened(request, pk)))


def _request_context(request: SiteRequest, row: CoverRequest) -> dict[str, object]:
    may_choose = favourites.may_choose(request=row, person=request.person)
    return {**request_context(request, row), "may_choose": may_choose, "lineage": lineage_of(row, request.person)}


@login_not_required
@require_safe
def request_status(request: SiteRequest, pk: uuid.UUID) -> HttpResponse:
    """The changing part of the request page. 304 when the page already shows it."""
    context = _request_context(request, _opened(request, pk))
    active, shown = str(context["active"]), shown_in_status(context)
    return polled(request, "covers/_request_status.html", context, active=active, shown=shown)


@login_not_required
@require_POST
def redraw(request: SiteRequest, pk: uuid.UUID) -> HttpResponse:
    """The same covers again, by whoever may see the request, as a request of their own; a face or a picture only by who it belongs to."""
    person: Person = request.person
    visible = CoverRequest.objects.visible_to(person).select_related("model_version", "learned_version", "face")
    row = get_object_or_404(visible, pk=pk)
    if (row.shows_face or row.shows_picture) and not person.made(row):
        raise Http404
    with admitted("create", person, pictures=row.count, side=row.width):
        again = draw_again(owner=person, request=row, submission=_submission_of(request))
    return redirect(again.get_secret_url())


@login_not_required
@require_POST
def without(request: SiteRequest, pk: uuid.UUID) -> HttpResponse:
    """Covers without what their maker has switched off, as a new request; whoever else may see them gets no such page."""
    person: Person = request.person
    mine = CoverRequest.objects.filter(person.owns()).select_related("model_version", "learned_version", "face")
    row = get_object_or_404(mine, pk=pk)
    submission = _submission_of(request)
    if known := CoverRequest.objects.filter(person.owns(), submission=submission).first():
        return redirect(known.get_secret_url())
    try:
        with admitted("create", person, pictures=row.count, side=row.width):
            again = draw_without(owner=person, request=row, kept=request.POST.getlist("keep"), submission=submission)
    except NothingSwitchedOff as error:
        messages.info(request, error.text)
        return redirect(row.get_secret_url())
    return redirect(again.get_secret_url())


def _submission_of(request: SiteRequest) -> uuid.UUID:
    """What its form was sent with, so that sent twice it is one request."""
    try:
        return uuid.UUID(request.POST.get("submission", ""))
    except ValueError:
        return uuid.uuid4()


@login_not_required
@require_POST
def cancel(request: SiteRequest, pk: uuid.UUID) -> HttpResponse:
    mine = CoverRequest.objects.controlled_by(request.person)
    cancel_request(request=get_object_or_404(mine, pk=pk))
    return redirect("covers:request", pk)


@login_not_required
@require_POST
def retry(request: SiteRequest, pk: uuid.UUID) -> HttpResponse:
    mine = CoverRequest.objects.controlled_by(request.person)
    row, person = get_object_or_404(mine, pk=pk), request.person
    with admitted("retry", person, pictures=row.count, side=row.width):
        retry_request(request=row, person=person)
    return redirect("covers:request", pk)
