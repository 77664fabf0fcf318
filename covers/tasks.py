"""What RQ workers run. Each takes a primary key, claims the row under a lease, and may be delivered twice or die anywhere."""

from __future__ import annotations

import logging
import time
from functools import cache

from django.conf import settings
from django.db import close_old_connections
from django.db.models import F
from django.db.models.functions import Coalesce, Now

from albumsite import images, jobs, storage
from albumsite.errors import EngineError
from albumsite.jobs import Claim
from covers import registry, services, writing
from covers.engine import DRAWS_AT_ANY_SIZE
from covers.engine.contract import Drawn, DrawSpec
from covers.engine.worker import engine_for
from covers.models import Cover, CoverRequest, ReleaseFile, Stage
from covers.progress import Progress
from covers.writing.prompts import prompt_for

logger = logging.getLogger(__name__)


@cache
def _writer() -> writing.BriefWriter:
    return writing.load_writer(
        api_key=settings.OPENAI_API_KEY,
        base_url=settings.OPENAI_BASE_URL,
        model=settings.OPENAI_MODEL,
        timeout_seconds=settings.OPENAI_TIMEOUT_SECONDS,
    )


def write_brief(pk: str) -> None:
    """Turn the song of one request into a brief, then queue its drawing."""
    close_old_connections()
    with CoverRequest.objects.claimed(pk, stage=Stage.WRITE) as claim:
        if claim is None:
            return
        brief = writing.write_brief(claim.row.song, writer=_writer())
        services.store_brief(claim=claim, brief=brief)
        logger.info("brief written request=%s by=%s", pk, brief.written_by)


def draw_covers(pk: str) -> None:
    """Draw what one request still lacks. Only the holder of the lease draws, only its token may finish."""
    close_old_connections()
    started = time.monotonic()
    with CoverRequest.objects.claimed(pk, stage=Stage.DRAW) as claim:
        if claim is None:
            return
        claim.update(draw_started_at=Coalesce(F("draw_started_at"), Now()))
        specs = {spec.position: spec for spec in missing_specs(claim.row)}
        if _draw(claim, specs):
            claim.finish(progress={})
            logger.info("covers drawn request=%s seconds=%.1f", pk, time.monotonic() - started)


def _draw(claim: Claim[CoverRequest], specs: dict[int, DrawSpec]) -> bool:
    """Draw and record. False when it was stopped on the way: by its person, or by a worker that must go."""
    if not specs:
        return True
    progress = Progress(claim)
    pictures = engine_for(claim.row).draw(list(specs.values()), on_step=progress.report)
    left = set(specs)
    for drawn in pictures:
        progress.saving(drawn.position)
        try:
            services.record_cover(claim=claim, spec=specs[drawn.position], drawn=drawn)
        except storage.StorageError as error:
            raise EngineError("site:storage", str(error)) from error
        progress.saved(drawn.position)
        left.discard(drawn.position)
    if not left:
        return True
    if jobs.shutting_down.is_set():
        claim.hand_back()
        return False
    if claim.cancel():
        return False
    raise EngineError("engine:failed", f"the engine left out {sorted(left)}")


def missing_specs(row: CoverRequest) -> list[DrawSpec]:
    """What of the request is not drawn yet; everything random comes from the row."""
    have = set(Cover.objects.filter(request=row).values_list("position", flat=True))
    return [spec_of(row, position) for position in range(row.count) if position not in have]


def spec_of(row: CoverRequest, position: int, side: int | None = None) -> DrawSpec:
    """One picture of the request, at its own size or at another."""
    brief = row.parsed_brief()
    prompt, negative_prompt = prompt_for(brief, position, row.count)
    return DrawSpec(
        brief=brief,
        position=position,
        count=row.count,
        seed=row.seed_of(position),
        set_seed=row.seed,
        width=side or row.width,
        height=side or row.height,
        prompt=registry.prompt_with_triggers(row, prompt),
        negative_prompt=negative_prompt,
        num_inference_steps=row.num_inference_steps,
        guidance_scale=row.guidance_scale,
        guidance_rescale=row.guidance_rescale,
        guidance_end=row.guidance_end,
        clip_skip=row.clip_skip,
        feature_reuse=row.feature_reuse,
        scheduler=row.scheduler,
        adapters=registry.drawn_adapters(row),
        with_lettering=row.with_lettering,
        title=row.title,
        artist=row.artist,
    )


def make_release(pk: str) -> None:
    """Make the store-ready file of one cover: drawn again at full size where the engine can, else enlarged."""
    close_old_connections()
    with ReleaseFile.objects.claimed(pk, stage="render") as claim:
        if claim is None:
            return
        cover = Cover.objects.select_related("request").get(pk=claim.row.cover_id)
        spec = spec_of(cover.request, cover.position, side=settings.RELEASE_SIZE_PIXELS)
        image = services.set_title(spec, _at_release_size(cover, spec))
        try:
            services.record_release(claim=claim, jpeg=images.encode_release_jpeg(image))
        except storage.StorageError as error:
            raise EngineError("site:storage", str(error)) from error


def _at_release_size(cover: Cover, spec: DrawSpec) -> Drawn:
    """The picture without type, at the size of the spec."""
    if cover.request.engine in DRAWS_AT_ANY_SIZE:
        return next(iter(engine_for(cover.request).draw([spec], on_step=lambda _step: True)))
    key = storage.art_key(cover.storage_prefix) if cover.layout else storage.master_key(cover.storage_prefix)
    art = images.open_png(storage.read(storage.private(), key))
    large = images.upscale(art, spec.width)
    return Drawn(position=spec.position, rgb=large.tobytes(), width=spec.width, height=spec.height)
