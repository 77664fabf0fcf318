"""Who comes to the site, each with a browser of their own, and a small world of things that one member owns."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import Group, Permission
from django.test import Client

from accounts.models import LoginLog, User
from accounts.person import Person
from albumsite.media import storage
from covers.models import Cover, CoverRequest, ModelVersion, ReleaseFile, Review, WorkerHealth
from covers.receivers import RIGHTS
from covers.services import moderation
from personalize.models import Erasure, Face, TrainingRun
from tests.factories import make_finished_request, make_member, make_model_version, make_review, make_worker
from tests.personalize.factories import make_face, make_run

ROLES = ("visitor", "member", "other", "staff", "moderator", "superuser")
"""member owns the world; other is a member too; staff has no permission; moderator has what the ready-made group gives."""


@dataclass(frozen=True)
class World:
    users: dict[str, User]
    cover_request: CoverRequest
    cover: Cover
    review: Review
    release: ReleaseFile
    line: LoginLog
    group: Group
    email: EmailAddress
    model_version: ModelVersion
    worker: WorkerHealth
    face: Face
    run: TrainingRun
    erasure: Erasure


def make_world() -> World:
    users = {
        "member": make_member("minji.owner@owner-domain.example", name="Minji"),
        "other": make_member("second.person@second-domain.example"),
        "staff": make_member("staff.person@staff-domain.example", is_staff=True),
        "moderator": make_moderator("moderator.person@moderator-domain.example"),
        "superuser": User.objects.create_superuser("root.person@root-domain.example", "correct horse 7"),
    }
    me = Person(user=users["member"])
    request = make_finished_request(me)
    cover = request.covers.get()
    review = make_review(cover, me)
    users["member"].refresh_from_db()
    face = make_face(users["member"], photos=1)
    sample = f"{face.prefix}runs/sample.webp"
    storage.save_all(storage.private(), {sample: b"RIFF....WEBP"})
    run = make_run(face, state="done", samples=[{"step": 0, "keys": [sample], "likeness": None, "metric": ""}])
    SocialAccount.objects.create(user=users["member"], provider="kakao", uid="77", extra_data={"name": "Minji"})
    for role in ("moderator", "superuser"):  # it is private, and both have given a reason
        moderation.look_inside(staff=users[role], request=request, reason="Its maker wrote to us")
    return World(
        users=users,
        cover_request=request,
        cover=Cover.objects.get(),
        review=review,
        release=ReleaseFile.objects.get(),
        line=LoginLog.objects.create(
            user=users["member"], event="signed_in", masked_email=users["member"].masked_email
        ),
        group=Group.objects.create(name="Editors"),
        model_version=make_model_version(state="active"),
        worker=make_worker(),
        face=face,
        run=run,
        erasure=Erasure.objects.create(prefix=f"faces/{uuid.uuid4()}/", stage="erase"),
        email=EmailAddress.objects.get(user=users["member"]),
    )


def make_moderator(email: str = "") -> User:
    user = make_member(email, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="covers", codename__in=RIGHTS))
    return user


def browser(world: World, role: str) -> Client:
    client = Client(raise_request_exception=False)
    if role != "visitor":
        client.force_login(world.users[role], backend="django.contrib.auth.backends.ModelBackend")
    return client
