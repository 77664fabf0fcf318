"""A cover as the engine has drawn it once, put back into the empty tables and buckets of each test: to draw it takes seconds."""

from __future__ import annotations

import copy
import uuid
from dataclasses import dataclass

from uuid_utils.compat import uuid7

from accounts.person import Person
from albumsite.media import storage
from covers.models import Cover, CoverRequest
from covers.object_keys import cover_prefix


@dataclass(frozen=True)
class KeptCover:
    """The only one of its request. files: name in its folder of the private bucket → content."""

    cover: Cover
    files: dict[str, bytes]

    @classmethod
    def of(cls, request: CoverRequest) -> KeptCover:
        """As the workers left it."""
        cover = Cover.objects.select_related("request").get(request=request)
        names = storage.names_below(storage.private(), cover.storage_prefix)
        return cls(cover, {name: storage.read(storage.private(), f"{cover.storage_prefix}/{name}") for name in names})

    def put_back(self, owner: Person) -> Cover:
        """A cover of somebody else's, like it to the pixel: a row of its own, for what a process keeps is kept by its names."""
        request, cover = copy.copy(self.cover.request), copy.copy(self.cover)
        for name, value in owner.owner_fields().items():
            setattr(request, name, value)
        request.pk, cover.pk = uuid7(), uuid7()
        request.submission = uuid.uuid4()
        cover.request = request
        cover.storage_prefix = cover_prefix(request.pk, cover.position, uuid.uuid4())
        CoverRequest.objects.bulk_create([request])
        Cover.objects.bulk_create([cover])
        files = {f"{cover.storage_prefix}/{name}": content for name, content in self.files.items()}
        storage.save_all(storage.private(), files)
        return Cover.objects.get(pk=cover.pk)
