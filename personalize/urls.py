from __future__ import annotations

from django.urls import path

from personalize import views

app_name = "faces"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", views.create, name="create"),
    path("<uuid:pk>/", views.face_page, name="face"),
    path("<uuid:pk>/status/", views.status, name="status"),
    path("<uuid:pk>/photos/", views.add_photos, name="add_photos"),
    path("<uuid:pk>/photos/<uuid:photo_pk>/", views.photo, name="photo"),
    path("<uuid:pk>/photos/<uuid:photo_pk>/delete/", views.delete_photo, name="delete_photo"),
    path("<uuid:pk>/start/", views.start, name="start"),
    path("<uuid:pk>/agree/", views.agree, name="agree"),
    path("<uuid:pk>/cancel/", views.cancel, name="cancel"),
    path("<uuid:pk>/samples/<int:step>/<int:place>/", views.sample, name="sample"),
    path("<uuid:pk>/delete/", views.delete, name="delete"),
]
