from django.urls import include, path

from tests.reports.site import break_and_log, break_in_sql

urlpatterns = [
    path("break/", break_in_sql, name="break"),
    path("log/", break_and_log, name="log"),
    path("", include("albumsite.urls")),
]
handler500 = "albumsite.views.server_error"
