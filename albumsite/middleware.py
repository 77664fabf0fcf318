"""Turns errors that speak to a person into a page, and a lost database into an honest one."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from albumsite.errors import UserFacingError
from albumsite.storage import StorageError
from albumsite.views import error_page, unavailable, with_headers

logger = logging.getLogger(__name__)


class UserFacingErrorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, UserFacingError):
            response = error_page(request, exception.status_code, message=str(exception))
            return with_headers(response, exception.headers)
        if isinstance(exception, StorageError):
            logger.error("object store failed path=%s cause=%r", request.path, exception.__cause__)
            return unavailable()
        if isinstance(exception, OperationalError | InterfaceError):
            logger.error("database failed path=%s", request.path)
            return unavailable()
        return None
