"""Pages on which one cover leads to the next: more like it, and what it shows in another style."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.http import SiteRequest
from accounts.person import Person
from albumsite.admission import admitted
from albumsite.errors import UserFacingError
from albumsite.form_pages import form_page
from albumsite.switching import typed
from covers.brief.family_contract import PALETTE
from covers.forms.more_like_this import InStyleForm, KeepForm
from covers.models import Cover, CoverRequest
from covers.services import more_like_this
from covers.views.requests import GET_OR_POST

IN_STYLE = "in_style"
"""What the form of styles brings along, so that it is told from the other one."""


@login_not_required
@never_cache
@require_http_methods(GET_OR_POST)
def more(request: SiteRequest, pk: uuid.UUID) -> HttpResponse:
    """Four more covers that keep what is ticked; or what this one shows, in a style that is chosen. Its maker's alone."""
    person: Person = request.person
    mine = Cover.objects.filter(person.owns("request__"), request__is_draft=False, request__brief__isnull=False)
    related = ("request__model_version", "request__learned_version", "request__face", "request__picture")
    cover = get_object_or_404(mine.exclude(visibility="hidden").select_related(*related), pk=pk)
    sent = request.POST if request.method == "POST" else None
    is_in_style = sent is not None and IN_STYLE in sent
    again = typed(request)
    keep = KeepForm(None if is_in_style else sent, cover=cover)
    styles = InStyleForm(sent if is_in_style else None, cover=cover, initial=again, auto_id="in_%s")
    form: KeepForm | InStyleForm = styles if is_in_style else keep
    return form_page(
        request,
        "covers/more.html",
        form=form,
        act=lambda: redirect(_asked(person, cover, form.cleaned_data).get_secret_url()),
        context=lambda: {"cover": cover, "more_form": keep, "form": styles, "sent_form": form, **gone(cover)},
    )


def _asked(person: Person, cover: Cover, values: dict[str, Any]) -> CoverRequest:
    """The same form sent twice is admitted once. Raises what the gate and the service raise."""
    submission = values["submission"]
    if known := CoverRequest.objects.filter(person.owns(), submission=submission).first():
        return known
    keep = values["keep"] if "keep" in values else [PALETTE] * values["with_colours"]
    more_like_this.refuse_what_is_gone(cover=cover)
    with admitted("create", person, pictures=more_like_this.COVERS, side=cover.request.width):
        return more_like_this.make_more(
            owner=person, cover=cover, keep=keep, style=values.get("style", ""), submission=submission
        )


def gone(cover: Cover) -> dict[str, str]:
    """Why there can be no more like it, in words; empty where there can."""
    try:
        more_like_this.refuse_what_is_gone(cover=cover)
    except UserFacingError as error:
        return {"why_no_more": str(error)}
    return {"why_no_more": ""}


def more_context(request: SiteRequest, cover: Cover) -> dict[str, object]:
    """What the cover's own page shows of it, to its maker."""
    if not more_like_this.may_make_more(cover=cover, person=request.person):
        return {}
    has_styles = bool(more_like_this.styles_for(cover=cover))
    return {"more_form": KeepForm(cover=cover), "has_styles": has_styles, **gone(cover)}
