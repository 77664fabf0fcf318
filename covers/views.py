"""Pages of requests and covers. Thin: forms read, services act, templates show."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.middleware import remember_opened
from accounts.person import Person
from albumsite import storage
from albumsite.admission import admitted
from albumsite.errors import UserFacingError
from albumsite.images import DERIVATIVES
from albumsite.jobs import State
from albumsite.private_files import private_file
from albumsite.switching import typed
from albumsite.views import with_headers
from covers import moderating, reviewing, services
from covers.errors import AlreadyReviewed, failure_text
from covers.forms import CoverRequestForm, ReportForm, ReviewForm, StartForm, typed_for
from covers.loop import consents, praise, story
from covers.models import Cover, CoverRequest, Download, ReleaseFile, Review
from covers.pages import description_of, loss_text, mark_previews, request_context, status_etag

GET_OR_POST = ["GET", "HEAD", "POST"]
PREFILLED = ("title", "artist", "album", "genre", "style", "engine", "face")
"""What an address may bring along into the create form."""


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(
        request, "covers/home.html", {"form": StartForm(initial=typed(request)), "wall": list(Cover.objects.wall())}
    )


@login_not_required
@require_http_methods(GET_OR_POST)
def create(request: HttpRequest) -> HttpResponse:
    """The form; a refusal of any kind shows it again with all that was typed."""
    person = request.person  # type: ignore[attr-defined]
    prefill = typed(request, checkboxes=("with_lettering",)) or _prefill(request)
    form = CoverRequestForm(request.POST if request.method == "POST" else None, initial=prefill, person=person)
    status = 200
    headers: dict[str, str] = {}
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return redirect(_request_covers(request, form).get_secret_url())
            except UserFacingError as error:
                form.add_error(None, str(error))
                status, headers = error.status_code, error.headers
    response = render(request, "covers/create.html", {"form": form}, status=status)
    return with_headers(response, headers)


def _prefill(request: HttpRequest) -> dict[str, Any]:
    """What the address brings along; `?again=` a request that this person may see: all that was asked for with it."""
    prefill: dict[str, Any] = {name: request.GET.get(name, "")[:500] for name in PREFILLED}
    try:
        again = uuid.UUID(request.GET.get("again", ""))
    except ValueError:
        return prefill
    visible = CoverRequest.objects.visible_to(request.person)  # type: ignore[attr-defined]
    if (row := visible.select_related("model_version").filter(pk=again).first()) is None:
        return prefill
    return typed_for(row)


def _request_covers(request: HttpRequest, form: CoverRequestForm) -> CoverRequest:
    """The same form sent twice is admitted once. Raises what the gate and the service raise."""
    person: Person = request.person  # type: ignore[attr-defined]
    options, submission = form.to_options(), form.cleaned_data["submission"]
    if known := CoverRequest.objects.filter(person.owns(), submission=submission).first():
        return known
    side = options.size_pixels or settings.COVER_SIZE_PIXELS
    with admitted("create", person, pictures=options.count, side=side):
        return services.request_covers(owner=person, song=form.to_song(), options=options, submission=submission)


def _opened(request: HttpRequest, pk: uuid.UUID) -> CoverRequest:
    """The request, if this person may see it: their own, or opened by its secret address now or before. Else 404."""
    key = request.GET.get("key", "")
    if key and (found := CoverRequest.objects.with_covers().filter(pk=pk).first()) and found.has_key(key):
        if not request.person.made(found):  # type: ignore[attr-defined]
            remember_opened(request, pk)
        return found
    visible = CoverRequest.objects.visible_to(request.person)  # type: ignore[attr-defined]
    return get_object_or_404(visible.with_covers(), pk=pk)


@login_not_required
@never_cache
@require_safe
def request_page(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return render(request, "covers/request.html", _request_context(request, _opened(request, pk)))


def _request_context(request: HttpRequest, row: CoverRequest) -> dict[str, object]:
    may_choose = praise.may_choose(request=row, person=request.person)  # type: ignore[attr-defined]
    return {**request_context(request, row), "may_choose": may_choose}


@login_not_required
@require_safe
def request_status(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The changing part of the request page. 304 when the page already shows it."""
    context = _request_context(request, _opened(request, pk))
    etag = status_etag(context, get_language() or "")
    if request.headers.get("If-None-Match", "").removeprefix("W/") == etag:  # a compressed page has a weak one
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = render(request, "covers/_request_status.html", context)
    response["ETag"] = etag
    response["X-Active"] = str(context["active"])
    response["Cache-Control"] = "private, no-cache"
    return response


@login_not_required
@require_POST
def redraw(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The same covers again, by whoever may see the request, as a request of their own; a face only by who it belongs to."""
    person: Person = request.person  # type: ignore[attr-defined]
    visible = CoverRequest.objects.visible_to(person).select_related("model_version", "learned_version", "face")
    row = get_object_or_404(visible, pk=pk)
    if row.shows_face and not person.made(row):
        raise Http404
    try:
        submission = uuid.UUID(request.POST.get("submission", ""))
    except ValueError:
        submission = uuid.uuid4()
    with admitted("create", person, pictures=row.count, side=row.width):
        again = services.draw_again(owner=person, request=row, submission=submission)
    return redirect(again.get_secret_url())


@login_not_required
@require_POST
def cancel(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    mine = CoverRequest.objects.controlled_by(request.person)  # type: ignore[attr-defined]
    services.cancel_request(request=get_object_or_404(mine, pk=pk))
    return redirect("covers:request", pk)


@login_not_required
@require_POST
def retry(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    mine = CoverRequest.objects.controlled_by(request.person)  # type: ignore[attr-defined]
    row, person = get_object_or_404(mine, pk=pk), request.person  # type: ignore[attr-defined]
    with admitted("retry", person, pictures=row.count, side=row.width):
        services.retry_request(request=row, person=person)
    return redirect("covers:request", pk)


@login_not_required
@require_POST
def favourite(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The maker says of one cover that it is the best of its request."""
    mine = Cover.objects.filter(request.person.owns("request__"))  # type: ignore[attr-defined]
    cover = get_object_or_404(mine.exclude(visibility="hidden"), pk=pk)
    praise.choose_favourite(cover=cover)
    return redirect(f"{cover.request.get_absolute_url()}#squares")


@require_POST
def consent(request: HttpRequest) -> HttpResponse:
    """A member lets the site learn from their covers; they agreed to the very text whose hash comes back."""
    language, text_sha256 = request.POST.get("language", ""), request.POST.get("text_sha256", "")
    consents.give_consent(owner=request.user, language=language, text_sha256=text_sha256)  # type: ignore[arg-type]
    return redirect(f"{reverse('accounts:my_page')}#learning")


@require_POST
def withdraw_consent(request: HttpRequest) -> HttpResponse:
    consents.withdraw_consent(owner=request.user)  # type: ignore[arg-type]
    return redirect(f"{reverse('accounts:my_page')}#learning")


def _visible_cover(request: HttpRequest, pk: uuid.UUID) -> Cover:
    visible = Cover.objects.visible_to(request.person).select_related(  # type: ignore[attr-defined]
        "request__model_version", "request__learned_version"
    )
    return get_object_or_404(visible, pk=pk)


def _takeable_cover(request: HttpRequest, pk: uuid.UUID) -> Cover:
    """A cover whose files this person may have; to others there is no such file."""
    cover = _visible_cover(request, pk)
    if not request.person.may_take(cover.request):  # type: ignore[attr-defined]
        raise Http404
    return cover


def _my_review(request: HttpRequest, cover: Cover) -> Review | None:
    return Review.objects.by(request.person).filter(cover=cover).first()  # type: ignore[attr-defined]


def _shown_reviews(request: HttpRequest, cover: Cover) -> list[Review]:
    shown = cover.reviews.all().shown_to(request.person)  # type: ignore[attr-defined]
    reviews = list(shown.select_related("owner").order_by("-id")[:20])
    for review in reviews:
        review.cover = cover
    return reviews


@login_not_required
@never_cache
@require_safe
def cover_page(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    cover = _visible_cover(request, pk)
    return _cover_page(request, cover, ReviewForm(initial=typed(request)))


def _cover_page(request: HttpRequest, cover: Cover, form: ReviewForm, status: int = 200) -> HttpResponse:
    mine = _my_review(request, cover)
    mark_previews([cover], request.person)  # type: ignore[attr-defined]
    context = {
        "cover": cover,
        "cover_request": cover.request,
        "reviews": list(_shown_reviews(request, cover)),
        "my_review": mine,
        "form": None if mine else form,
        "is_maker": request.person.made(cover.request),  # type: ignore[attr-defined]
        "may_take": request.person.may_take(cover.request),  # type: ignore[attr-defined]
        "ask_consent": mine is None and not consents.was_asked(request.person.user),  # type: ignore[attr-defined]
        "description": description_of(cover.request),
        "not_on_it": loss_text(cover.loss),
        **_release_context(cover),
    }
    return render(request, "covers/cover.html", context, status=status)


def _release_context(cover: Cover) -> dict[str, object]:
    release = ReleaseFile.objects.filter(cover=cover).first() if services.has_release(cover) else None
    failed = release is not None and release.state == State.FAILED
    return {
        "release": release,
        "ready": release is not None and release.state == State.DONE,
        "release_failure": failure_text(release.failure) if release and failed else "",
    }


@login_not_required
@require_POST
def review(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Once per person and cover; then the download starts on the cover's page."""
    cover, form = _visible_cover(request, pk), ReviewForm(request.POST)
    if not form.is_valid():
        return _cover_page(request, cover, form, status=422)
    person: Person = request.person  # type: ignore[attr-defined]
    try:
        with admitted("review", person):
            reviewing.add_review(
                cover=cover,
                author=person,
                half_stars=form.cleaned_data["half_stars"],
                comment=form.cleaned_data["comment"],
            )
    except AlreadyReviewed:  # a double click: the first one counts
        if person.may_take(cover.request) and services.has_release(cover):
            services.prepare_release(cover=cover)
    if not person.may_take(cover.request):
        return redirect(f"{cover.get_absolute_url()}#reviews-title")
    return redirect(f"{cover.get_absolute_url()}?download=1#download")


@login_not_required
@never_cache
@require_http_methods(GET_OR_POST)
def publish(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The maker hangs a reviewed cover on the wall, having seen what everybody will see."""
    person: Person = request.person  # type: ignore[attr-defined]
    reviewed = Exists(Review.objects.by(person).filter(cover=OuterRef("pk")))
    mine = Cover.objects.filter(reviewed, person.owns("request__"), request__is_draft=False)
    cover = get_object_or_404(mine.exclude(visibility="hidden").select_related("request"), pk=pk)
    if request.method == "POST":
        services.publish_cover(cover=cover)
        return redirect("covers:cover", pk)
    reviews = _shown_reviews(request, cover)
    context = {
        "cover": cover,
        "cover_request": cover.request,
        "reviews": reviews,
        "description": description_of(cover.request),
    }
    return render(request, "covers/publish.html", context)


@login_not_required
@require_POST
def unpublish(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The maker takes a cover off the wall."""
    mine = Cover.objects.filter(request.person.owns("request__"), wish="public")  # type: ignore[attr-defined]
    services.unpublish_cover(cover=get_object_or_404(mine, pk=pk))
    return redirect("covers:cover", pk)


@login_not_required
@never_cache
@require_http_methods(GET_OR_POST)
def report(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Anybody tells the moderators about a cover, or about one review of it (`?review=`)."""
    cover, person = _visible_cover(request, pk), request.person  # type: ignore[attr-defined]
    if cover.request.is_draft:  # nobody sees it but its maker, and moderators would
        raise Http404
    reviews = {str(one.pk): one for one in cover.reviews.all().shown_to(person)}
    wanted = request.POST.get("review") or request.GET.get("review") or typed(request).get("review") or ""
    if wanted and wanted not in reviews:
        raise Http404
    review, form = (
        reviews.get(wanted),
        ReportForm(request.POST if request.method == "POST" else None, initial=typed(request)),
    )
    if request.method == "POST" and form.is_valid():
        with admitted("report", person):
            moderating.report(cover=cover, review=review, person=person, **form.cleaned_data)
        messages.success(request, _("Thank you. A moderator will look at it."))
        return redirect(cover)
    context = {"cover": cover, "review": review, "form": form}
    return render(request, "covers/report.html", context, status=422 if form.is_bound else 200)


@login_not_required
@never_cache
@require_safe
def learning(request: HttpRequest) -> HttpResponse:
    """Your ratings changed the model: which one, in which week, and how."""
    member = request.user if request.user.is_authenticated else None
    return render(request, "covers/learning.html", {"chapters": story.chapters(member)})


@login_not_required
@require_safe
def learning_picture(request: HttpRequest, evaluation: uuid.UUID, place: int, side: str) -> HttpResponse:
    """A picture of that page: by the model before, or by the one that was promoted."""
    key = story.picture_key(evaluation=evaluation, place=place, side=side)
    if key is None:
        raise Http404
    return private_file(request, key)


@login_not_required
@require_safe
def image(request: HttpRequest, pk: uuid.UUID, name: str) -> HttpResponse:
    """A page size of a private cover, for those who may see it."""
    if name not in DERIVATIVES:
        raise Http404
    visible = Cover.objects.visible_to(request.person).select_related("request")  # type: ignore[attr-defined]
    # A page asks for many pictures, and whole rows of three tables would be most of what one costs.
    cover = get_object_or_404(visible.only("storage_prefix", "request__shows_face", "request__is_draft"), pk=pk)
    is_personal = cover.request.shows_face or cover.request.is_draft
    return private_file(request, f"{cover.storage_prefix}/{name}", is_personal=is_personal)


@login_not_required
@require_safe
def download_status(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Whether the release file is ready: a partial that the cover page polls after a review."""
    cover = _takeable_cover(request, pk)
    if _my_review(request, cover) is None:
        raise Http404
    context = {"cover": cover, **_release_context(cover)}
    response = render(request, "covers/_download.html", context)
    release = context["release"]
    response["X-Active"] = "1" if isinstance(release, ReleaseFile) and release.is_active else "0"
    response["Cache-Control"] = "no-store"
    return response


@login_not_required
@require_safe
def download(request: HttpRequest, pk: uuid.UUID, kind: str) -> HttpResponse:
    """The clean file, for its maker and whoever holds the request's key, once they have reviewed it. One that is not ready yet
    leads back to the page that waits."""
    cover = _takeable_cover(request, pk)
    release = None
    if services.has_release(cover):
        release = ReleaseFile.objects.filter(cover=cover, state=State.DONE).first()
    if _my_review(request, cover) is None or (kind == "release.jpg" and release is None):
        return redirect(f"{cover.get_absolute_url()}#download")
    keys = {"master.png": storage.master_key(cover.storage_prefix)}
    if release is not None:
        keys["release.jpg"] = release.storage_key
    if kind not in keys:
        raise Http404
    if request.method == "GET":
        taken = Download.File.RELEASE if kind == "release.jpg" else Download.File.MASTER
        praise.record_download(cover=cover, person=request.person, file=taken)  # type: ignore[attr-defined]
    name = slugify(f"{cover.artist} {cover.title}", allow_unicode=True)[:80] or "cover"
    return private_file(request, keys[kind], download_name=f"{name}-{cover.position + 1}.{kind.rpartition('.')[2]}")
