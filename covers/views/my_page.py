"""My Page: a member's newest reviews and requests, and the facts about themselves that they may change."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.forms import AccountForm
from accounts.http import SiteRequest, member_of
from albumsite.switching import set_language_cookie, typed
from covers.datasets.consents import answer_of
from covers.models import CoverRequest, Review
from covers.pages import mark_previews


@login_not_required  # itself sends visitors to sign in, with a word on what happens to what they made
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def my_page(request: SiteRequest) -> HttpResponse:
    """The member's reviews and requests, and the two facts about themselves that they may change."""
    if not request.user.is_authenticated:
        messages.info(request, _("Sign in to see your page. What you made in this browser is kept and becomes yours."))
        return redirect_to_login(request.path)
    initial = {"name": request.user.name, "language": request.user.language or get_language(), **typed(request)}
    form = AccountForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        return _saved(request, form)
    return render(request, "covers/my_page.html", _context(request, form), status=422 if form.is_bound else 200)


def _saved(request: SiteRequest, form: AccountForm) -> HttpResponse:
    form.save(member_of(request))
    response = redirect("covers:my_page")
    set_language_cookie(response, form.cleaned_data["language"])
    with override(form.cleaned_data["language"]):
        messages.success(request, _("Your changes are saved."))
    return response


def _context(request: SiteRequest, form: AccountForm) -> dict[str, object]:
    person = request.person
    reviews = list(Review.objects.newest_of(person))
    for review in reviews:  # the inputs are on the request's page for those who may open it, else on the cover's
        made_from, cover = review.cover.request, review.cover
        review.shows_inputs = person.may_take(made_from)  # type: ignore[attr-defined]  # somebody else's lyrics are theirs
        review.inputs_url = (made_from if review.shows_inputs else cover).get_absolute_url()  # type: ignore[attr-defined]
        review.may_join = person.made(made_from) and not (made_from.is_draft or cover.is_hidden)  # type: ignore[attr-defined]
    requests = list(CoverRequest.objects.newest_of(person))
    mark_previews([cover for row in requests for cover in row.covers.all()], person)
    return {
        "reviews": reviews,
        "requests": requests,
        "form": form,
        "masked_email": member_of(request).masked_email,
        "learning": answer_of(member_of(request), get_language() or settings.LANGUAGE_CODE),
    }
