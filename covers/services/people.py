"""When a person changes: a face is forgotten, or a visitor becomes a member, and what was made follows."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db import transaction

from accounts.person import Person
from covers import registry
from covers.drawing.recording import DRAWN_FROM
from covers.models import Cover, CoverRequest, Download, MusicRelease, ReleaseSong, UploadedPicture, WithheldPicture
from covers.object_keys import request_prefix
from covers.services.reviews import hand_over_reviews


@transaction.atomic
def forget_face_on_covers(*, face_pk: uuid.UUID, with_covers: bool) -> list[str]:
    """A face is being forgotten: nothing more is drawn with it, and what was drawn goes, or keeps no trace of it.

    Drafts always go. with_covers: all its other covers as well, with their requests. Returns the folders whose files must go
    in both buckets, every version of them.
    """
    theirs = CoverRequest.objects.filter(face=face_pk)
    WithheldPicture.objects.filter(request__in=theirs).delete()  # nobody was shown them
    doomed = theirs if with_covers else theirs.filter(is_draft=True)
    folders = [request_prefix(pk) for pk in doomed.values_list("pk", flat=True)]
    doomed.delete()  # a worker that draws for one of these has lost its claim
    theirs.active().end_cancelled()  # the claim as well: what is stored after this would name the face again
    for request in theirs:
        kept = [record for record in request.adapters if record["key"] != registry.face_record_key(face_pk)]
        CoverRequest.objects.filter(pk=request.pk).update(face=None, subject="", adapters=kept, progress={})
        _scrub(request.covers.all(), request.subject)
    return folders


def _scrub(covers: Iterable[Cover], subject: str) -> None:
    """Take what names the face out of its covers' provenance."""
    for cover in covers:
        parameters = {
            name: value for name, value in cover.parameters.items() if "adapter" not in name and name != DRAWN_FROM
        }
        prompt = cover.prompt.replace(subject, "a person") if subject else cover.prompt
        Cover.objects.filter(pk=cover.pk).update(parameters=parameters, prompt=prompt)


@transaction.atomic
def hand_over(*, visitor: Person, member: Person) -> None:
    """Requests, releases, brought pictures, reviews, downloads and the side of a trial. A second review of the same cover is dropped."""
    if visitor.visitor is None or member.user is None:
        return
    CoverRequest.objects.filter(visitor.owns()).update(owner=member.user, visitor=None, network="")
    ReleaseSong.objects.filter(visitor.owns("release__")).update(asked_from="")
    MusicRelease.objects.filter(visitor.owns()).update(owner=member.user, visitor=None)
    UploadedPicture.objects.filter(visitor.owns()).update(owner=member.user, visitor=None)
    registry.hand_over_sides(visitor=visitor, member=member)
    hand_over_reviews(visitor=visitor, member=member.user)
    Download.objects.filter(visitor.owns()).update(owner=member.user, visitor=None)
