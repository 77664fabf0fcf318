"""Pictures of a row of the admin, by an address of its own."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from albumsite.media.private_files import private_file


class WithPictures(admin.ModelAdmin):
    def key_of(self, row: Any, name: str) -> str | None:
        """Of one of the row's pictures in the private bucket; None for a name that it has not."""
        raise NotImplementedError

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.image, cacheable=True)
        name = f"{self.opts.app_label}_{self.opts.model_name}_image"
        return [path("<uuid:pk>/image/<str:name>", view, name=name), *super().get_urls()]

    @method_decorator(require_safe)
    def image(self, request: HttpRequest, pk: uuid.UUID, name: str) -> HttpResponse:
        """For staff who may see such rows, of those that they may see."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        key = self.key_of(get_object_or_404(self.get_queryset(request), pk=pk), name)
        if key is None:
            raise Http404
        return private_file(request, key)
