"""A cover as the engine has drawn it once, put back into the empty tables and buckets of each test: to draw it takes seconds."""

from __future__ import annotations

import copy
from dataclasses import dataclass

from accounts.person import Person
from albumsite.media import storage
from covers.models import Cover, CoverRequest


@dataclass(frozen=True)
class KeptCover:
    """The only one of its request. files: its folder in the private bucket."""

    cover: Cover
    files: dict[str, bytes]

    @classmethod
    def of(cls, request: CoverRequest) -> KeptCover:
        """As the workers left it."""
        cover = Cover.objects.select_related("request").get(request=request)
        keys = [one.key for one in storage.listed(storage.private(), f"{cover.storage_prefix}/")]
        return cls(cover, {key: storage.read(storage.private(), key) for key in keys})

    def put_back(self, owner: Person) -> Cover:
        """The same rows and files, as somebody else's."""
        request = copy.copy(self.cover.request)
        for name, value in owner.owner_fields().items():
            setattr(request, name, value)
        CoverRequest.objects.bulk_create([request])
        Cover.objects.bulk_create([copy.copy(self.cover)])
        storage.save_all(storage.private(), self.files)
        return Cover.objects.get(pk=self.cover.pk)
