"""Pictures to learn from, each with a content of its own, and sets of them."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

from django.utils import timezone
from PIL import Image

from accounts.person import Person
from albumsite.media import encoding, storage
from covers.datasets import build_dataset, is_held_out
from covers.models import Album, Cover, CoverRequest, Dataset, DatasetItem, Review
from covers.object_keys import cover_prefix, master_key
from covers.weeks import this_week
from tests.covers.learning_factories import make_willing_member
from tests.factories import make_briefed_request, make_member


def picture_of(pk: uuid.UUID) -> bytes:
    """A PNG that no other primary key has."""
    colours = hashlib.sha256(pk.bytes).digest()
    image = Image.new("RGB", (16, 16), tuple(colours[:3]))
    image.putpixel((0, 0), tuple(colours[3:6]))
    return encoding.encode_png(image)


def pk_that_is(held_out: bool) -> uuid.UUID:
    return next(pk for pk in iter(uuid.uuid4, None) if is_held_out(pk) is held_out)


def make_drawn_request(owner: Any = None, *, count: int = 1, held_out: bool = False, **changes: Any) -> CoverRequest:
    """Drawn by sdxl for a member who lets the site learn; its covers have words and pictures of their own, no page sizes."""
    person = owner if isinstance(owner, Person) else Person(user=owner or make_willing_member())
    values = {
        "id": pk_that_is(held_out),
        "engine": "sdxl",
        "count": count,
        "state": "done",
        "finished_at": timezone.now(),
    }
    request = make_briefed_request(person, **(values | changes))
    for position in range(count):
        cover = Cover.objects.create(
            request=request,
            position=position,
            seed=request.seed_of(position),
            prompt=f"a red cat on a blue ground, {position}",
            width=16,
            height=16,
            storage_prefix=cover_prefix(request.pk, position, uuid.uuid4()),
            sha256="0" * 64,
        )
        storage.save_all(storage.private(), {master_key(cover.storage_prefix): picture_of(cover.pk)})
    return request


def rate(cover: Cover, *half_stars: int) -> Cover:
    """By a stranger each."""
    for stars in half_stars:
        Review.objects.create(cover=cover, owner=make_member(), half_stars=stars, comment="Yes", standing="counts")
    return cover


def make_good_cover(owner: Any = None, half_stars: int = 9, **changes: Any) -> Cover:
    """One that goes into this week's set."""
    return rate(make_drawn_request(owner, **changes).covers.get(), half_stars)


def rated_pair(**values: Any) -> CoverRequest:
    """Two covers of one request, the first liked and the second not."""
    request = make_drawn_request(count=2, **values)
    for cover, stars in zip(request.covers.order_by("position"), (9, 2), strict=True):
        rate(cover, stars)
    return request


def make_album(**changes: Any) -> Album:
    """With a picture that may be learnt from."""
    pk = pk_that_is(held_out=False)
    content = picture_of(pk)
    key = f"albums/{pk}.png"
    storage.save_all(storage.private(), {key: content})
    values: dict[str, Any] = {
        "id": pk,
        "row_sha256": hashlib.sha256(pk.bytes).hexdigest(),
        "title": "Red Moon",
        "artist": "Somebody",
        "storage_key": key,
        "sha256": hashlib.sha256(content).hexdigest(),
        "source": "a label",
        "licence": "CC0-1.0",
        "licence_url": "https://creativecommons.org/publicdomain/zero/1.0/",
        "allowed_use": "training",
    }
    return Album.objects.create(**(values | changes))


def make_set(**changes: Any) -> Dataset:
    return build_dataset(**({"week": this_week(), "base_key": "sdxl", "seed": 1} | changes))


def the_item() -> DatasetItem:
    """One picture of one set, made when it is first asked for."""
    if found := DatasetItem.objects.first():
        return found
    make_good_cover()
    return make_set().items.get()
