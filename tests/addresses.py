"""Addresses of the site with things in them: what a route of the table in test_access.py stands for."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from accounts.person import Person
from covers.models import (
    Album,
    AlbumImport,
    ContentReport,
    Cover,
    Evaluation,
    MusicRelease,
    Promotion,
    PromptArm,
    Refusal,
    Retraining,
    StaffLook,
    UploadedPicture,
    Withdrawal,
    WithheldPicture,
)
from covers.services import studio
from tests.covers.datasets.dataset_factories import the_item
from tests.covers.own_pictures import make_picture
from tests.covers.reports.report_factories import the_delivery
from tests.factories import make_finished_request, make_music_release, make_withheld
from tests.roles import World


def _the_withheld(world: World) -> WithheldPicture:
    known = WithheldPicture.objects.filter(request__shows_face=True).first()
    return known or make_withheld(make_finished_request(Person(user=world.users["member"]), shows_face=True))


def _the_picture(world: World) -> UploadedPicture:
    return UploadedPicture.objects.first() or make_picture(Person(user=world.users["member"]))


def _the_release(world: World) -> MusicRelease:
    owner = Person(user=world.users["member"])
    return MusicRelease.objects.first() or make_music_release(owner, songs=("One",))


THINGS: dict[str, Callable[[World], Any]] = {
    "admin/auth/group/": lambda world: world.group,
    "admin/accounts/user/": lambda world: world.users["member"],
    "admin/accounts/loginlog/": lambda world: world.line,
    "admin/covers/coverrequest/": lambda world: world.cover_request,
    "admin/covers/cover/": lambda world: world.cover,
    "admin/covers/review/": lambda world: world.review,
    "admin/covers/contentreport/": lambda world: ContentReport.objects.get_or_create(cover=world.cover, reason="spam")[
        0
    ],
    "admin/covers/stafflook/": lambda world: StaffLook.objects.get_or_create(
        staff_number=world.users["moderator"].pk,
        staff_name="m",
        request_number=world.cover_request.pk,
        reason="because",
        defaults={"open_until": timezone.now() + timedelta(hours=1)},
    )[0],
    "admin/covers/coverversion/": lambda world: studio.first_version(cover=world.cover),
    "admin/covers/releasefile/": lambda world: world.release,
    "admin/covers/modelversion/": lambda world: world.model_version,
    "admin/covers/workerhealth/": lambda world: world.worker,
    "admin/covers/dataset/": lambda world: the_item().dataset,
    "admin/covers/datasetitem/": lambda world: the_item(),
    "admin/covers/trainingconsent/": lambda world: the_item().owner.training_consents.get(),  # type: ignore[union-attr]
    "admin/covers/album/": lambda world: Album.objects.get_or_create(row_sha256="1", title="Fighting", artist="KJY")[0],
    "admin/covers/albumimport/": lambda world: AlbumImport.objects.get_or_create(fingerprint="1", name="albums.csv")[0],
    "admin/covers/evaluation/": lambda world: Evaluation.objects.get_or_create(
        version=world.model_version, base_key="pocket", prompt_set="pocket-1", seed=1
    )[0],
    "admin/covers/retraining/": lambda world: Retraining.objects.get_or_create(
        week="2026-W48", base_key="pocket", seed=1
    )[0],
    "admin/covers/promotion/": lambda world: Promotion.objects.get_or_create(change="promoted", reason="better")[0],
    "admin/covers/weeklyreport/": lambda world: the_delivery().report,
    "admin/covers/reportdelivery/": lambda world: the_delivery(),
    "admin/covers/promptarm/": lambda world: PromptArm.objects.get_or_create(engine="poster", kind="style", arm="riso")[
        0
    ],
    "admin/covers/withdrawal/": lambda world: Withdrawal.objects.get_or_create(
        storage_prefix=world.cover.storage_prefix, stage="delete"
    )[0],
    "admin/covers/withheldpicture/": lambda world: _the_withheld(world),
    "admin/covers/refusal/": lambda world: Refusal.objects.get_or_create(reason="child", field="title")[0],
    "admin/personalize/face/": lambda world: world.face,
    "admin/personalize/trainingrun/": lambda world: world.run,
    "admin/personalize/consent/": lambda world: world.face.consent,
    "admin/personalize/erasure/": lambda world: world.erasure,
    "admin/covers/musicrelease/": lambda world: _the_release(world),
    "releases/": lambda world: _the_release(world),
    "faces/": lambda world: world.face,
    "pictures/": lambda world: _the_picture(world),
    "requests/": lambda world: world.cover_request,
    "covers/": lambda world: world.cover,
}
"""Beginning of a route → what stands in it, made when it is asked for."""


def address_of(world: World, route: str) -> str:
    """The route with this world's things in it."""
    thing = next((make(world) for start, make in THINGS.items() if route.startswith(start)), None)
    fixed = {
        "<path:content_type_id>/<path:object_id>": f"{ContentType.objects.get_for_model(Cover).pk}/{world.cover.pk}",
        "<int:step>/<int:place>": "0/0",
        "<uuid:evaluation>/<int:place>/<str:side>": f"{uuid.uuid4()}/0/after",
        "image/<str:name>": "image/320.webp",
        "face/<slug:voice>": "face/dot",
        "draw/<slug:part>": "draw/sky",
        "picture/<str:name>": "picture/chart.png",
        "<str:kind>": "master.png",
        r"^confirm-email/(?P<key>[-:\w]+)/$": "confirm-email/forged/",
        "^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": "password/reset/key/forged-key/",
        "^(?P<app_label>auth|accounts|covers|personalize)/$": "covers/",
        "(?P<url>.*)$": "nothing-here",
        "^media/(?P<path>.+)$": "media/nothing.webp",
    }
    if "<uuid:photo_pk>" in route:
        fixed["<uuid:photo_pk>"] = str(world.face.photos.get().pk)
    if "<uuid:song>" in route:
        fixed["<uuid:song>"] = str(thing.songs.get().pk)
    if "<uuid:version>" in route:
        fixed["<uuid:version>"] = str(studio.first_version(cover=world.cover).pk)
    for part, value in fixed.items():
        route = route.replace(part, value)
    if thing is not None:
        route = re.sub(r"<(uuid:pk|path:object_id)>", str(thing.pk), route)
    assert "<" not in route, f"say here what {route} stands for"
    return "/" + route
