from __future__ import annotations

from django.urls import path

from covers import views

app_name = "covers"
urlpatterns = [
    path("", views.home, name="home"),
    path("create/", views.create, name="create"),
    path("requests/<uuid:pk>/", views.request_page, name="request"),
    path("requests/<uuid:pk>/status/", views.request_status, name="request_status"),
    path("requests/<uuid:pk>/cancel/", views.cancel, name="cancel"),
    path("requests/<uuid:pk>/redraw/", views.redraw, name="redraw"),
    path("requests/<uuid:pk>/retry/", views.retry, name="retry"),
    path("covers/<uuid:pk>/", views.cover_page, name="cover"),
    path("covers/<uuid:pk>/favourite/", views.favourite, name="favourite"),
    path("covers/<uuid:pk>/review/", views.review, name="review"),
    path("covers/<uuid:pk>/publish/", views.publish, name="publish"),
    path("covers/<uuid:pk>/unpublish/", views.unpublish, name="unpublish"),
    path("covers/<uuid:pk>/report/", views.report, name="report"),
    path("covers/<uuid:pk>/image/<str:name>", views.image, name="image"),
    path("covers/<uuid:pk>/download/", views.download_status, name="download_status"),
    path("covers/<uuid:pk>/download/<str:kind>", views.download, name="download"),
    path("learning/", views.learning, name="learning"),
    path("learning/<uuid:evaluation>/<int:place>/<str:side>.webp", views.learning_picture, name="learning_picture"),
    path("learning/consent/", views.consent, name="consent"),
    path("learning/consent/withdraw/", views.withdraw_consent, name="withdraw_consent"),
]
