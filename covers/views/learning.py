"""What members are told of the weekly models, and whether the site may learn from their covers."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.http import SiteRequest, member_of
from albumsite.media.private_files import private_file
from covers.datasets import consents
from covers.weekly import model_history


@require_POST
def consent(request: SiteRequest) -> HttpResponse:
    """A member lets the site learn from their covers; they agreed to the very text whose hash comes back."""
    language, text_sha256 = request.POST.get("language", ""), request.POST.get("text_sha256", "")
    consents.give_consent(owner=member_of(request), language=language, text_sha256=text_sha256)
    return redirect(f"{reverse('covers:my_page')}#learning")


@require_POST
def withdraw_consent(request: SiteRequest) -> HttpResponse:
    consents.withdraw_consent(owner=member_of(request))
    return redirect(f"{reverse('covers:my_page')}#learning")


@login_not_required
@never_cache
@require_safe
def learning(request: SiteRequest) -> HttpResponse:
    """Your ratings changed the model: which one, in which week, and how."""
    member = request.user if request.user.is_authenticated else None
    return render(request, "covers/learning.html", {"promotions": model_history.promotions(member)})


@login_not_required
@require_safe
def learning_picture(request: SiteRequest, evaluation: uuid.UUID, place: int, side: str) -> HttpResponse:
    """A picture of that page: by the model before, or by the one that was promoted."""
    key = model_history.picture_key(evaluation=evaluation, place=place, side=side)
    if key is None:
        raise Http404
    return private_file(request, key)
