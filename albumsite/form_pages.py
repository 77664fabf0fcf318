"""The page of a form: a refusal of any kind shows it again with all that was typed, and says why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from albumsite.errors import UserFacingError
from albumsite.views import with_headers


def form_page(
    request: HttpRequest,
    template: str,
    *,
    form: BaseForm,
    act: Callable[[], HttpResponse],
    context: Callable[[], dict[str, Any]],
    beside: Sequence[Any] = (),
    refusal: UserFacingError | None = None,
) -> HttpResponse:
    """What `act` answers to a form that was sent and is valid; else the page, whose context is only then made.

    beside: what is sent with the form and must be valid as well. refusal: why it is not acted on whatever it says.
    """
    if form.is_bound and refusal is None and all([form.is_valid(), *(one.is_valid() for one in beside)]):
        try:
            return act()
        except UserFacingError as error:
            form.add_error(None, str(error))
            refusal = error
    status = refusal.status_code if refusal else 422 if form.is_bound else 200
    return with_headers(render(request, template, context(), status=status), refusal.headers if refusal else {})
