"""Turns errors that speak to a person into a page, and a lost database into an honest one."""

from __future__ import annotations

import logging

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.template.loader import get_template
from django.utils.translation import gettext as _

from albumsite import admission
from albumsite.errors import StorageError, UserFacingError
from albumsite.middleware_base import Middleware
from albumsite.views import error_page, unavailable, with_headers

SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")

logger = logging.getLogger(__name__)


PERMISSIONS = (
    "accelerometer", "autoplay", "bluetooth", "browsing-topics", "camera", "display-capture", "geolocation", "gyroscope", "hid",
    "idle-detection", "local-fonts", "magnetometer", "microphone", "midi", "payment", "publickey-credentials-get",
    "screen-wake-lock", "serial", "usb", "window-management", "xr-spatial-tracking",
)  # fmt: skip
PERMISSIONS_POLICY = ", ".join(f"{name}=()" for name in PERMISSIONS)


class CompressionMiddleware(GZipMiddleware):
    """Pages go out compressed: Django pads them by chance, so that their length tells nothing (BREACH). Pictures and files are
    compressed already, and would only take time."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        is_text = response.get("Content-Type", "").startswith(("text/", "application/json"))
        return super().process_response(request, response) if is_text else response


class PermissionsPolicyMiddleware(Middleware):
    """This site asks for none of what a browser can be allowed, and nothing that got into a page may. Photos are chosen as files."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        return response


class AdmissionMiddleware(Middleware):
    """Bounds how much may be sent at all: by member, or by network. Before a form is read, so that a refusal costs nearly nothing."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in SAFE_METHODS:
            try:
                admission.admit_post(request)
            except UserFacingError as error:
                title = _("A short pause, please")
                page = get_template("refusal.html").render({"title": title, "text": str(error)})
                return with_headers(HttpResponse(page, status=error.status_code), error.headers)
        return self.get_response(request)


class UserFacingErrorMiddleware(Middleware):
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
