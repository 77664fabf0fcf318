"""Where the files of covers, albums and registered models lie in the buckets."""

from __future__ import annotations

import uuid

from albumsite.media.encoding import DERIVATIVES, PUBLISHED

MASTER, ART, FULL_SIZE, MASK = "master.png", "art.png", "full-size.webp", "mask.png"


def request_prefix(request_pk: uuid.UUID) -> str:
    """The folder of everything that was drawn for one request."""
    return f"covers/{request_pk}/"


def cover_prefix(request_pk: uuid.UUID, position: int, token: uuid.UUID) -> str:
    """The token of the claim is in the key, so that two workers never write to the same one."""
    return f"{request_prefix(request_pk)}{position}-{token.hex}"


def request_of(prefix: str) -> uuid.UUID:
    """The request that a cover's folder belongs to: rows are found by it, for no index has folders. Raises ValueError."""
    return uuid.UUID(prefix.split("/")[1])


def master_key(prefix: str) -> str:
    return f"{prefix}/{MASTER}"


def art_key(prefix: str) -> str:
    """The picture before its title was set."""
    return f"{prefix}/{ART}"


def plain_key(prefix: str, layout: object) -> str:
    """The picture without type. layout: of the type that is set on it; where there is none, the master is that picture."""
    return art_key(prefix) if layout else master_key(prefix)


def full_size_key(prefix: str) -> str:
    """The same at the size of store files: of covers that had one."""
    return f"{prefix}/{FULL_SIZE}"


def mask_key(prefix: str) -> str:
    """Which part of a picture is drawn anew."""
    return f"{prefix}/{MASK}"


def cover_keys(prefix: str) -> list[str]:
    """Every file that a cover may have, the master first."""
    return [f"{prefix}/{name}" for name in (MASTER, ART, FULL_SIZE, *DERIVATIVES)]


def public_keys(prefix: str) -> list[str]:
    """What is copied to the public bucket: the sizes that pages show to everybody."""
    return [f"{prefix}/{name}" for name in PUBLISHED]


def picture_prefix(picture_pk: uuid.UUID) -> str:
    """The folder of a picture that somebody brought."""
    return f"pictures/{picture_pk}/own"


def picture_key(picture_pk: uuid.UUID) -> str:
    return f"{picture_prefix(picture_pk)}/picture.jpg"


def model_prefix(key: str, sha256: str) -> str:
    """The folder of a registered model. Its fingerprint is in the key, so that a second upload never changes the first."""
    return f"models/{key}/{sha256[:16]}"


def album_key(sha256: str) -> str:
    """A picture of an imported album, by its content: written twice it is the same object."""
    return f"albums/{sha256[:2]}/{sha256}.jpg"
