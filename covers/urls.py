from __future__ import annotations

from django.urls import path

from covers.views.add_to_release import add_to_release
from covers.views.cover_versions import compare, delete_version, show_version, studio_status, version_image
from covers.views.covers import (
    cover_page,
    download,
    download_status,
    favourite,
    image,
    publish,
    report,
    review,
    unpublish,
)
from covers.views.learning import consent, learning, learning_picture, withdraw_consent
from covers.views.more_like_this import more
from covers.views.music_releases import (
    add_release_covers,
    add_release_songs,
    change_release_song,
    delete_music_release,
    draw_music_release,
    music_release,
    music_release_status,
    music_releases_page,
    new_music_release,
    rename_music_release,
    stop_music_release,
)
from covers.views.my_page import my_page
from covers.views.redrawing import cancel_version, draw_anew, draw_version_again, ready_part
from covers.views.requests import (
    add_picture,
    cancel,
    create,
    delete_picture,
    home,
    picture,
    picture_colours,
    redraw,
    request_page,
    request_status,
    retry,
    without,
)
from covers.views.studio import studio_face, studio_look, studio_page

app_name = "covers"
urlpatterns = [
    path("", home, name="home"),
    path("create/", create, name="create"),
    path("create/picture/", add_picture, name="add_picture"),
    path("create/colours/", picture_colours, name="picture_colours"),
    path("pictures/<uuid:pk>/", picture, name="picture"),
    path("pictures/<uuid:pk>/delete/", delete_picture, name="delete_picture"),
    path("requests/<uuid:pk>/", request_page, name="request"),
    path("requests/<uuid:pk>/status/", request_status, name="request_status"),
    path("requests/<uuid:pk>/cancel/", cancel, name="cancel"),
    path("requests/<uuid:pk>/redraw/", redraw, name="redraw"),
    path("requests/<uuid:pk>/retry/", retry, name="retry"),
    path("requests/<uuid:pk>/without/", without, name="without"),
    path("covers/<uuid:pk>/", cover_page, name="cover"),
    path("covers/<uuid:pk>/more/", more, name="more"),
    path("covers/<uuid:pk>/favourite/", favourite, name="favourite"),
    path("covers/<uuid:pk>/review/", review, name="review"),
    path("covers/<uuid:pk>/publish/", publish, name="publish"),
    path("covers/<uuid:pk>/unpublish/", unpublish, name="unpublish"),
    path("covers/<uuid:pk>/report/", report, name="report"),
    path("covers/<uuid:pk>/image/<str:name>", image, name="image"),
    path("covers/<uuid:pk>/download/", download_status, name="download_status"),
    path("covers/<uuid:pk>/download/<str:kind>", download, name="download"),
    path("covers/<uuid:pk>/studio/", studio_page, name="studio"),
    path("covers/<uuid:pk>/studio/look/", studio_look, name="studio_look"),
    path("covers/<uuid:pk>/studio/status/", studio_status, name="studio_status"),
    path("covers/<uuid:pk>/studio/face/<slug:voice>.png", studio_face, name="studio_face"),
    path("covers/<uuid:pk>/studio/draw/", draw_anew, name="draw_anew"),
    path("covers/<uuid:pk>/studio/draw/<slug:part>.png", ready_part, name="ready_part"),
    path("covers/<uuid:pk>/studio/compare/", compare, name="compare"),
    path("covers/<uuid:pk>/versions/<uuid:version>/show/", show_version, name="show_version"),
    path("covers/<uuid:pk>/versions/<uuid:version>/delete/", delete_version, name="delete_version"),
    path("covers/<uuid:pk>/versions/<uuid:version>/cancel/", cancel_version, name="cancel_version"),
    path("covers/<uuid:pk>/versions/<uuid:version>/again/", draw_version_again, name="draw_version_again"),
    path("covers/<uuid:pk>/versions/<uuid:version>/image/<str:name>", version_image, name="version_image"),
    path("learning/", learning, name="learning"),
    path("learning/<uuid:evaluation>/<int:place>/<str:side>.webp", learning_picture, name="learning_picture"),
    path("learning/consent/", consent, name="consent"),
    path("learning/consent/withdraw/", withdraw_consent, name="withdraw_consent"),
    path("covers/<uuid:pk>/release/", add_to_release, name="add_to_release"),
    path("releases/", music_releases_page, name="music_releases"),
    path("releases/new/", new_music_release, name="new_music_release"),
    path("releases/<uuid:pk>/", music_release, name="music_release"),
    path("releases/<uuid:pk>/status/", music_release_status, name="music_release_status"),
    path("releases/<uuid:pk>/songs/", add_release_songs, name="add_release_songs"),
    path("releases/<uuid:pk>/covers/", add_release_covers, name="add_release_covers"),
    path("releases/<uuid:pk>/draw/", draw_music_release, name="draw_music_release"),
    path("releases/<uuid:pk>/stop/", stop_music_release, name="stop_music_release"),
    path("releases/<uuid:pk>/rename/", rename_music_release, name="rename_music_release"),
    path("releases/<uuid:pk>/delete/", delete_music_release, name="delete_music_release"),
    path("releases/<uuid:pk>/songs/<uuid:song>/", change_release_song, name="change_release_song"),
    path("me/", my_page, name="my_page"),
]
