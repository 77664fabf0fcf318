"""The worker's side of test pictures: draw one, judge it, and do what was wished for. For draw workers: it needs numpy.

What is judged is coarse on purpose: a picture of one colour, of no numbers (the engine says that itself), or of noise, where
neighbouring places have nothing to do with each other. Whether it is a good picture, a person sees on the model's page.
"""

from __future__ import annotations

import logging
import time
import uuid

import numpy as np
from django.conf import settings
from django.db import transaction
from PIL import Image

from albumsite.errors import EngineError
from albumsite.jobs.claims import Claim, LeaseLost
from albumsite.jobs.shutdown import shutting_down
from albumsite.media import encoding
from covers import registry
from covers.drawing.specs import spec_of
from covers.engine.engine_contract import CoverEngine, Drawn, DrawSpec, Step
from covers.engine.host import EngineHost
from covers.engine_pool import engine_for
from covers.errors import failure_text
from covers.models import CoverRequest, ModelVersion, SmokeTest

logger = logging.getLogger(__name__)

SIDE_MOST = 512
STEPS_MOST = 12
SEED = 7
TRIED_AGAIN = frozenset({"engine:died", "site:storage"})
TRIES_MOST = 2
"""People wait behind a test picture: a model that hangs is not given the time to hang again."""
SHOWN_SIDE = 192
FLAT_BELOW = 2.0
"""Standard deviation, in levels of 255, under which a picture is one colour."""
GRID = 16
NOISE_BELOW = 0.3
"""Correlation of neighbours among GRID x GRID means. Seen at 256 px: poster and pocket 0.8 to 0.9, an untrained SDXL -0.03 to
0.05. Models of very few latents draw blots in place of noise, which pass."""
BRIEF = {
    "subject": "a red clock over the sea",
    "motifs": ["clock", "sea", "moon", "bird"],
    "mood": "quiet",
    "palette": [],
    "style": "",
    "scene": "A red clock hangs over a dark sea at dusk.",
    "avoid": ["text", "watermark"],
    "written_by": "rules",
}


class PoorPicture(EngineError):
    """Drawn, and nothing to show anybody."""


def work(pk: str | uuid.UUID) -> None:
    """Safe to deliver twice, or to kill: the wish and the end of the row are one transaction."""
    with SmokeTest.objects.claimed(pk, stage="draw") as claim:
        if claim is None:
            return
        drawn = None
        try:
            engine, spec, over = prepared(claim)
            started = time.monotonic()  # loading is not drawing
            drawn = draw(claim, engine, spec)
            if drawn is None:
                _end_stopped(claim)
                return
            look_at(drawn)
            _fulfil(claim, drawn, over, time.monotonic() - started)
        except registry.BadModel as error:
            _fail(claim, "model:refused", str(error))
        except PoorPicture as error:
            claim.update(picture=_small(drawn) if drawn else "")
            _fail(claim, error.message_id, error.detail)
        except EngineError as error:
            said = f"{failure_text(error.message_id)} ({' '.join(error.detail.split())})"
            if error.message_id in TRIED_AGAIN and claim.row.attempt < TRIES_MOST:
                claim.update(said=said[:500])
                raise
            _fail(claim, error.message_id, said)


def prepared(claim: Claim[SmokeTest]) -> tuple[CoverEngine, DrawSpec, str]:
    """The engine with the model loaded, what it shall draw, and the key of the choice that draws. Raises EngineError, BadModel."""
    row = request_for(claim.row.version, claim.row.options.get("adapter_scale"))
    spec = spec_of(row, 0)
    engine = engine_for(row)
    if isinstance(engine, EngineHost):
        engine.start()
    return engine, spec, row.choice_key


def draw(claim: Claim[SmokeTest], engine: CoverEngine, spec: DrawSpec) -> Drawn | None:
    """One picture as a visitor's song would be drawn, smaller and in fewer steps. None: told to stop. Raises EngineError."""

    def may_go_on(_step: Step) -> bool:
        return not shutting_down.is_set() and claim.may_be_held

    for drawn in list(engine.draw([spec], may_go_on)):  # to its end: the next call waits for it
        return drawn
    if may_go_on(Step(0, 0, 1)):
        raise EngineError("engine:failed", "the engine gave no picture")
    return None


def request_for(version: ModelVersion, adapter_scale: float | None = None) -> CoverRequest:
    """A request that is never stored. Raises BadModel."""
    values = registry.values_with(version, adapter_scale)
    side = min(settings.COVER_SIZE_PIXELS, SIDE_MOST)
    row = CoverRequest(**values, title="Test", artist="Test", brief=BRIEF, seed=SEED, count=1, width=side, height=side,
                       with_lettering=False)  # fmt: skip
    row.num_inference_steps = min(row.num_inference_steps, STEPS_MOST)
    return row


def look_at(drawn: Drawn) -> None:
    """Raises PoorPicture for one colour and for noise."""
    levels = np.frombuffer(drawn.rgb, np.uint8).reshape(drawn.height, drawn.width, 3).astype(np.float64)
    spread = float(levels.std(axis=(0, 1)).max())
    if spread < FLAT_BELOW:
        raise PoorPicture("model:flat", f"the picture is of one colour (its values spread by {spread:.1f} of 255).")
    similarity = likeness_of_neighbours(levels)
    if similarity < NOISE_BELOW:
        raise PoorPicture(
            "model:noise",
            f"the picture is noise (neighbours are alike by {similarity:.2f} of 1). Does the model predict v, and say so? "
            "Are weights and configuration of the same model?",
        )


def likeness_of_neighbours(levels: np.ndarray) -> float:
    """levels: (height, width, 3). How much the means of neighbouring squares have in common, of GRID x GRID: 1 is all."""
    high, wide = (max(1, side // GRID) for side in levels.shape[:2])
    cut = levels[: high * (levels.shape[0] // high), : wide * (levels.shape[1] // wide)]
    means = cut.reshape(cut.shape[0] // high, high, cut.shape[1] // wide, wide, 3).mean(axis=(1, 3))
    means = means - means.mean(axis=(0, 1))
    power = float((means**2).mean())
    across, down = (means[:, 1:] * means[:, :-1]).mean(), (means[1:] * means[:-1]).mean()
    return float(across + down) / 2 / power if power else 1.0


def _fulfil(claim: Claim[SmokeTest], drawn: Drawn, over: str, seconds: float) -> None:
    """The picture is well: do what was wished for, and end, together. Raises BadModel, LeaseLost."""
    with transaction.atomic():
        claim.lock()
        claim.row.refresh_from_db(fields=["wish", "options", "asked_by"])
        options = {**claim.row.options, "over": over}
        # first: what is done looks whether it passed
        claim.finish(seconds=seconds, picture=_small(drawn), said="", options=options)
        _do(claim.row)
    logger.info("test picture drawn version=%s seconds=%.1f wish=%s", claim.row.version.key, seconds, claim.row.wish)


def _do(test: SmokeTest) -> None:
    from covers.weekly import rollout

    version, options = test.version, test.options
    approval = rollout.Approval(by=test.asked_by, reason=options.get("reason", ""))
    match test.wish:
        case SmokeTest.Wish.USE:
            registry.activate(version=version, adapter_scale=options.get("adapter_scale"))
        case SmokeTest.Wish.PROMOTE:
            rollout.promote(version=version, approval=approval, force=options.get("force", False))
        case SmokeTest.Wish.TRIAL:
            rollout.begin_trial(version=version, percent=options["percent"], approval=approval)


def _fail(claim: Claim[SmokeTest], message_id: str, said: str) -> None:
    claim.update(said=said[:500])
    claim.fail(message_id)
    logger.warning("test picture failed version=%s reason=%s %s", claim.row.version.key, message_id, said)


def _end_stopped(claim: Claim[SmokeTest]) -> None:
    if shutting_down.is_set():
        claim.hand_back()
    else:
        raise LeaseLost


def _small(drawn: Drawn) -> str:
    """For the model's page: a WebP as a data URL, about 5 kB."""
    picture = Image.frombytes("RGB", (drawn.width, drawn.height), drawn.rgb)
    picture.thumbnail((SHOWN_SIDE, SHOWN_SIDE))
    return encoding.as_data_url(encoding.saved(picture, "WEBP", quality=70))
