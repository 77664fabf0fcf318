"""Includes only."""

from __future__ import annotations

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, re_path
from django.views.i18n import set_language

from albumsite import views

admin.autodiscover()
admin.site.site_header = admin.site.site_title = settings.SITE_NAME
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # sign-in limits hold there too

handler400 = "albumsite.views.bad_request"
handler403 = "albumsite.views.forbidden"
handler404 = "albumsite.views.not_found"
handler500 = "albumsite.views.server_error"
handler429 = "albumsite.views.too_many"  # allauth's, where it counts by itself

urlpatterns = [
    path("", include("covers.urls")),
    path("me/", include("accounts.urls")),
    path("faces/", include("personalize.urls")),
    path("accounts/", include("allauth.urls")),
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),
    path("admin/", admin.site.urls),
    path("privacy/", views.privacy, name="privacy"),
    path("favicon.ico", views.favicon, name="favicon"),
]

if not settings.S3_BUCKET:  # published copies come straight from the public bucket when there is one
    urlpatterns.append(re_path(r"^media/(?P<path>.+)$", views.public_file, name="public_file"))
