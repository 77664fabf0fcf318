"""From a finished picture to a cover: its title is set, its files are stored, its row is written."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from PIL import Image

from albumsite.errors import EngineError
from albumsite.jobs.claims import Claim
from albumsite.media import encoding, outputs
from covers import lettering, registry
from covers.bandit.choosing import cover_values
from covers.brief.brief_contract import Brief
from covers.brief.scenery import PRINTED_PLACE, STILL_LIFE
from covers.engine.engine_contract import Drawn, DrawSpec, Portrait
from covers.lettering.wholeness import loss
from covers.models import Cover, CoverRequest, WithheldPicture
from covers.object_keys import MASTER, art_key, cover_prefix
from covers.safety import picture_check, withholding
from covers.writing.alt import alt_text

DRAWN_FROM = "drawn_from"
"""In a cover's parameters: which photos of a face it was drawn from."""


def mark_of(portraits: Sequence[Portrait]) -> str:
    """Tells whether two pictures were drawn from the same photos in the same order; says nothing of the photos."""
    return hashlib.sha256(" ".join(portrait.name for portrait in portraits).encode()).hexdigest()[:16]


def record_cover(*, claim: Claim[CoverRequest], spec: DrawSpec, drawn: Drawn) -> Cover | WithheldPicture:
    """Set the title on a finished picture, store its files under keys with the claim's token, and record the cover; a picture of a
    model that the picture check refuses, or cannot judge, is recorded as withheld instead.

    Files first, row second: a cover on a page always has its files. Raises LeaseLost, StorageError.
    """
    row, prefix = claim.row, cover_prefix(claim.row.pk, spec.position, claim.token)
    looked = (
        picture_check.look_at_drawn(drawn.rgb, drawn.width, drawn.height)
        if picture_check.is_needed(row.engine)
        else picture_check.NOT_NEEDED
    )
    lettered = _lettered(spec, drawn)
    image = encoding.from_rgb(lettered.rgb if lettered else drawn.rgb, drawn.width, drawn.height)
    master = encoding.encode_png(image)
    cover = Cover(
        **_made_from(row, spec, drawn),
        layout=lettered.layout if lettered else None,
        storage_prefix=prefix,
        sha256=hashlib.sha256(master).hexdigest(),
        placeholder=encoding.placeholder(image),
        dominant_colour=encoding.dominant_colour(image),
    )
    files = {MASTER: master} | encoding.encode_derivatives(image)
    stored = {f"{prefix}/{name}": content for name, content in files.items()}
    if lettered:  # type is set anew whenever its maker changes it, and on a picture that is enlarged
        stored[art_key(prefix)] = encoding.encode_png(encoding.from_rgb(drawn.rgb, drawn.width, drawn.height))
    recorded = [kind.objects.filter(storage_prefix=prefix) for kind in (Cover, WithheldPicture)]
    try:
        with (
            outputs.stored(stored, is_pointed_at=lambda: any(rows.exists() for rows in recorded)),
            transaction.atomic(),
        ):
            claim.lock()  # nothing is computed while it is held: renewals and a cancel wait for it
            if not looked.is_fit:
                return withholding.keep_apart(cover=cover, looked=looked)
            cover.save(force_insert=True)
    except IntegrityError:
        if (known := next((found for rows in recorded if (found := rows.first())), None)) is None:
            raise
        return known  # an earlier try was committed, and its answer was lost
    return cover


def _made_from(row: CoverRequest, spec: DrawSpec, drawn: Drawn) -> dict[str, Any]:
    """The columns of a cover that tell what it was made from, and what it shows."""
    parameters = dict(drawn.parameters)
    prompt = str(parameters.pop("prompt", "") or spec.prompt)  # as it was really spoken; once, for it may name a face
    if spec.portraits:
        parameters[DRAWN_FROM] = mark_of(spec.portraits)
    return {
        "request": row,
        "position": spec.position,
        "seed": spec.seed,
        "prompt": prompt,
        "negative_prompt": spec.negative_prompt,
        "parameters": parameters | registry.provenance(row),
        **cover_values(row, spec.position),
        **alt_texts(row, spec.brief, parameters, row.title, row.artist),
        "width": drawn.width,
        "height": drawn.height,
    }


def alt_texts(
    row: CoverRequest, brief: Brief, parameters: Mapping[str, object], title: str, artist: str
) -> dict[str, str]:
    """The columns that say in words what a cover shows. title, artist: as they stand on it."""
    said = {name: str(parameters.get(name, "")) for name in ("motif", "scene", "hour", "style", "treatment")}
    alt = partial(
        alt_text, brief, title, artist, motif=said["motif"] or None, shows_face=row.shows_face, scene_key=said["scene"],
        hour=said["hour"], style=said["style"], thing=_shown_alone(parameters),
        treatment=_treatment_of(said["style"], parameters),
    )  # fmt: skip
    return {"alt_text": alt(language="en")[:500], "alt_text_ko": alt(language="ko")[:500]}


def set_title(spec: DrawSpec, drawn: Drawn) -> Image.Image:
    """The picture with its title in type, or as it is when the person wants none. Raises EngineError "site:not-whole"."""
    lettered = _lettered(spec, drawn)
    if lettered and loss(lettered.layout, spec.title, spec.artist):
        raise EngineError("site:not-whole", f"request={spec.request_id} position={spec.position}")
    return encoding.from_rgb(lettered.rgb if lettered else drawn.rgb, drawn.width, drawn.height)


def _lettered(spec: DrawSpec, drawn: Drawn) -> lettering.Lettered | None:
    if not spec.with_lettering:
        return None
    return lettering.render(
        drawn.rgb,
        drawn.width,
        drawn.height,
        title=spec.title,
        artist=spec.artist,
        plan=drawn.type_plan,
        seed=spec.seed,
    )


def _treatment_of(style: str, parameters: Mapping[str, object]) -> str:
    """What a brought picture or a place was made into, or nothing."""
    named = {"own": "treatment", PRINTED_PLACE: "composition"}.get(style, "")
    return str(parameters.get(named, ""))


def _shown_alone(parameters: Mapping[str, object]) -> str:
    """The thing of a still life, or nothing."""
    things = parameters.get("things")
    return str(things[0]) if parameters.get("style") == STILL_LIFE and isinstance(things, list) and things else ""
