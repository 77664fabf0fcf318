"""Settings of a site like the real one, with a page and a job that break, and what people typed where it could leak."""

from __future__ import annotations

import logging

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from albumsite.settings import *  # noqa: F403

ROOT_URLCONF = "tests.reports.urls"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405


@csrf_exempt
@login_not_required
def break_in_sql(request: HttpRequest) -> HttpResponse:
    """PostgreSQL quotes the lyrics, the exception after it both of them."""
    lyrics, email = request.POST["lyrics"], request.POST["email"]
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s::uuid", [lyrics])
    except Exception as error:
        raise ValueError(f"cannot sing {lyrics} for {email}, {request.COOKIES}") from error
    return HttpResponse()


@csrf_exempt
@login_not_required
def break_and_log(request: HttpRequest) -> HttpResponse:
    logging.getLogger(__name__).error("song not sung request=%s words=%s", request.POST["row"], request.POST["lyrics"])
    logging.getLogger(__name__).error(f"not a template: {request.POST['lyrics']}")
    return HttpResponse("logged")


def job(pk: str) -> None:
    from covers.models import CoverRequest

    row = CoverRequest.objects.get(pk=pk)
    raise RuntimeError(f"worker cannot read {row.lyrics} of {row.artist}")
