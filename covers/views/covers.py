"""Pages of covers: the picture, its reviews, what its maker does with it, its files."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import SiteRequest
from accounts.person import Person
from albumsite.admission import admitted
from albumsite.jobs.states import State
from albumsite.media.encoding import DERIVATIVES
from albumsite.media.private_files import private_file
from albumsite.polling import polled
from albumsite.switching import typed
from covers.datasets import consents
from covers.errors import AlreadyReviewed, failure_text
from covers.forms.reviews import ReportForm, ReviewForm
from covers.models import Cover, Download, ReleaseFile, Review
from covers.object_keys import master_key
from covers.pages import description_of, lineage_of, loss_text, mark_previews
from covers.services import families, favourites, moderation, studio
from covers.services import reviews as review_trust
from covers.services.publishing import publish_cover, unpublish_cover
from covers.services.releases import has_release, prepare_release
from covers.views.more_like_this import more_context
from covers.views.requests import GET_OR_POST

PERSONAL = ("request__shows_face", "request__shows_picture", "request__is_draft")
"""What of a cover's request makes a browser keep its pictures nowhere."""


@login_not_required
@require_POST
def favourite(request: SiteRequest, pk: uuid.UUID) -> HttpResponse:
    """The maker says of one cover that it is the best of its request."""
    mine = Cover.objects.filter(request.person.owns("request__"))
    cover = get_object_or_404(mine.exclude(visibility="hidden"), pk=pk)
    favourites.choose_favourite(cover=cover)
    return redirect(f"{cover.request.get_absolute_url()}#squares")


def _visible_cover(request: SiteRequest, pk: uuid.UUID) -> Cover:
    visible = Cover.objects.visible_to(request.person).select_related(
        "request__model_version", "request__learned_version"
    )
    return get_object_or_404(visible, pk=pk)


def _takeable_cover(request: SiteRequest, pk: uuid.UUID) -> Cover:
    """A cover whose files this person may have; to others there is no such file."""
    cover = _visible_cover(request, pk)
    if not request.person.may_take(cover.request):
        raise Http404
    return cover


def _my_review(request: SiteRequest, cover: Cover) -> Review | None:
    return Review.objects.by(request.person).filter(cover=cover).first()


def _shown_reviews(request: SiteRequest, cover: Cover) -> list[Review]:
    shown = cover.reviews.all().shown_to(request.person)
    reviews = list(shown.select_related("owner").order_by("-id")[:20])
    for review in reviews:
        review.cover = cover
    return reviews


@login_not_required
@never_cache
@require_safe
def cover_page(request: SiteRequest, pk: uuid.UUID) -> HttpResponse:
    cover = _visible_cover(request, pk)
    return _cover_page(request, cover, ReviewForm(initial=typed(request)))


def _cover_page(request: SiteRequest, cover: Cover, form: ReviewForm, status: int = 200) -> HttpResponse:
    mine = _my_review(request, cover)
    mark_previews([cover], request.person)
    context = {
        "cover": cover,
        "cover_request": cover.request,
        "reviews": list(_shown_reviews(request, cover)),
        "my_review": mine,
        "form": None if mine else form,
        "is_maker": request.person.made(cover.request),
        "may_take": request.person.may_take(cover.request),
        "may_open": studio.may_open(cover=cover, person=request.person),
        "ask_consent": mine is None and not consents.was_asked(request.person.user),
        "description": description_of(cover.request),
        "not_on_it": loss_text(cover.loss),
        **_release_context(cover),
        **more_context(request, cover),
        "is_cover_page": True,
        "gives_style": not (families.is_of_own(cover) or cover.is_hidden or cover.request.is_draft),
        "lineage": lineage_of(cover.request, request.person),
    }
    return render(request, "covers/cover.html", context, status=status)


def _release_context(cover: Cover) -> dict[str, object]:
    release = ReleaseFile.objects.filter(cover=cover).first() if has_release(cover) else None
    failed = release is not None and release.state == State.FAILED
    return {
        "release": release,
        "ready": release is not None and release.state == State.DONE,
        "release_failure": failure_text(release.failure) if release and failed else "",
    }


@login_not_required
@require_POST
def review(request: SiteRequest, pk: uuid.UUID) -> HttpResponse:
    """Once per person and cover; then the download starts on the cover's page."""
    cover, form = _visible_cover(request, pk), ReviewForm(request.POST)
    if not form.is_valid():
        return _cover_page(request, cover, form, status=422)
    person: Person = request.person
    try:
        with admitted("review", person):
            review_trust.add_review(
                cover=cover,
                author=person,
                half_stars=form.cleaned_data["half_stars"],
                comment=form.cleaned_data["comment"],
            )
    except AlreadyReviewed:  # a double click: the first one counts
        if person.may_take(cover.request) and has_release(cover):
            prepare_release(cover=cover)
    if not person.may_take(cover.request):
        return redirect(f"{cover.get_absolute_url()}#reviews-title")
    return redirect(f"{cover.get_absolute_url()}?download=1#download")


@login_not_required
@never_cache
@require_http_methods(GET_OR_POST)
def publish(request: SiteRequest, pk: uuid.UUID) -> HttpResponse:
    """The maker hangs a reviewed cover on the wall, having seen what everybody will see."""
    person: Person = request.person
    reviewed = Exists(Review.objects.by(person).filter(cover=OuterRef("pk")))
    mine = Cover.objects.filter(reviewed, person.owns("request__"), request__is_draft=False)
    cover = get_object_or_404(mine.exclude(visibility="hidden").select_related("request"), pk=pk)
    if request.method == "POST":
        publish_cover(cover=cover)
        return redirect("covers:cover", pk)
    reviews = _shown_reviews(request, cover)
    context = {
        "cover": cover,
        "cover_request": cover.request,
        "reviews": reviews,
        "description": description_of(cover.request),
        "is_of_picture": cover.request.is_of_picture(cover.position),
    }
    return render(request, "covers/publish.html", context)


@login_not_required
@require_POST
def unpublish(request: SiteRequest, pk: uuid.UUID) -> HttpResponse:
    """The maker takes a cover off the wall."""
    mine = Cover.objects.filter(request.person.owns("request__"), wish="public")
    unpublish_cover(cover=get_object_or_404(mine, pk=pk))
    return redirect("covers:cover", pk)


@login_not_required
@never_cache
@require_http_methods(GET_OR_POST)
def report(request: SiteRequest, pk: uuid.UUID) -> HttpResponse:
    """Anybody tells the moderators about a cover, or about one review of it (`?review=`)."""
    cover, person = _visible_cover(request, pk), request.person
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
            moderation.report(cover=cover, review=review, person=person, **form.cleaned_data)
        messages.success(request, _("Thank you. A moderator will look at it."))
        return redirect(cover)
    context = {"cover": cover, "review": review, "form": form}
    return render(request, "covers/report.html", context, status=422 if form.is_bound else 200)


@login_not_required
@require_safe
def image(request: SiteRequest, pk: uuid.UUID, name: str) -> HttpResponse:
    """A page size of a private cover, for those who may see it."""
    if name not in DERIVATIVES:
        raise Http404
    visible = Cover.objects.visible_to(request.person).select_related("request")
    # A page asks for many pictures, and whole rows of three tables would be most of what one costs.
    cover = get_object_or_404(visible.only("storage_prefix", *PERSONAL), pk=pk)
    is_personal = any(getattr(cover.request, name.partition("__")[2]) for name in PERSONAL)
    return private_file(request, f"{cover.storage_prefix}/{name}", is_personal=is_personal)


@login_not_required
@require_safe
def download_status(request: SiteRequest, pk: uuid.UUID) -> HttpResponse:
    """Whether the release file is ready: a partial that the cover page polls after a review."""
    cover = _takeable_cover(request, pk)
    if _my_review(request, cover) is None:
        raise Http404
    context = {"cover": cover, **_release_context(cover)}
    release = context["release"]
    is_active = isinstance(release, ReleaseFile) and release.is_active
    return polled(request, "covers/_download.html", context, active=is_active)


@login_not_required
@require_safe
def download(request: SiteRequest, pk: uuid.UUID, kind: str) -> HttpResponse:
    """The clean file, for its maker and whoever holds the request's key, once they have reviewed it. One that is not ready yet
    leads back to the page that waits."""
    cover = _takeable_cover(request, pk)
    release = None
    if has_release(cover):
        release = ReleaseFile.objects.filter(cover=cover, state=State.DONE).first()
    if _my_review(request, cover) is None or (kind == "release.jpg" and release is None):
        return redirect(f"{cover.get_absolute_url()}#download")
    keys = {"master.png": master_key(cover.storage_prefix)}
    if release is not None:
        keys["release.jpg"] = release.storage_key
    if kind not in keys:
        raise Http404
    if request.method == "GET":
        taken = Download.File.RELEASE if kind == "release.jpg" else Download.File.MASTER
        favourites.record_download(cover=cover, person=request.person, file=taken)
    name = slugify(f"{cover.artist} {cover.title}", allow_unicode=True)[:80] or "cover"
    return private_file(request, keys[kind], download_name=f"{name}-{cover.position + 1}.{kind.rpartition('.')[2]}")
