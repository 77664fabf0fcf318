"""A page of pictures that shows what a training did: the photos, the way, the end, and what the class prompt still draws."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from albumsite.errors import EngineError
from covers.engine.engine_contract import Adapter, DrawSpec
from covers.engine.sdxl import SdxlEngine
from covers.training.lora.base_model import GUIDANCE, NO_BRIEF, SMALL_GUIDANCE, STEPS
from covers.training.lora.lora_recipe import SMALL_WEIGHTS
from personalize.dreambooth.dreambooth_lora import DreamBoothLoraTrainer
from personalize.dreambooth.face_contract import (
    FaceProgress,
    TrainedAdapter,
    TrainingFailed,
    TrainingSpec,
    TrainingStage,
)

TILE, GAP, LABEL = 128, 6, 18
SEEDS = (1, 2, 3, 4)


@dataclass(frozen=True)
class ShowcaseRow:
    """Pictures side by side, with a word above them."""

    label: str
    pictures: Sequence[Image.Image] = field(default_factory=list)


def show(
    spec: TrainingSpec, file: Path, on_progress: Callable[[FaceProgress], bool] = lambda _: True
) -> TrainedAdapter:
    """Train, and write the page to `file` (.webp or .png), with each row beside it as a file of its own.

    Raises EngineError where the training fails.
    """
    looks: dict[int, ShowcaseRow] = {}

    def keep(progress: FaceProgress) -> bool:
        if progress.samples and progress.stage is TrainingStage.TRAIN:
            likeness = "" if progress.likeness is None else f", likeness {progress.likeness:.2f}"
            pictures = [Image.open(io.BytesIO(sample)).convert("RGB") for sample in progress.samples]
            looks[progress.step] = ShowcaseRow(f"step {progress.step}{likeness}", pictures)
        return on_progress(progress)

    result = next(iter(DreamBoothLoraTrainer().train([spec], keep)), None)
    if not isinstance(result, TrainedAdapter):
        why = (result.message_id, result.detail) if isinstance(result, TrainingFailed) else ("engine:failed", "stopped")
        raise EngineError(*why)
    photos = [Image.open(photo.path).convert("RGB") for photo in spec.instance_photos]
    rows = [ShowcaseRow("photos, the last held out", photos), *looks.values(), *after(spec, result)]
    file.parent.mkdir(parents=True, exist_ok=True)
    page(rows).save(file)
    for number, row in enumerate(rows):
        page([row]).save(file.with_name(f"{file.stem}-{number}{file.suffix}"))
    return result


def after(spec: TrainingSpec, result: TrainedAdapter) -> list[ShowcaseRow]:
    """With the adapter's file in the drawing engine: the person, and the class prompt with it and without."""
    model = spec.base_model
    engine = SdxlEngine(model.model, revision=model.revision, config=model.config, sha256=model.sha256)
    weights = sum(weight.numel() for weight in engine._pipeline.unet.parameters())
    guidance = SMALL_GUIDANCE if weights < SMALL_WEIGHTS else GUIDANCE
    adapters = (Adapter(str(result.path)),)
    side = int(str(result.parameters["resolution"]))

    def drawn(prompt: str, over: tuple[Adapter, ...]) -> list[Image.Image]:
        specs = [
            DrawSpec(
                NO_BRIEF,
                place,
                len(SEEDS),
                seed,
                seed,
                side,
                side,
                prompt,
                "",
                STEPS,
                guidance,
                "default",
                adapters=over,
            )
            for place, seed in enumerate(SEEDS)
        ]
        pictures = {one.position: one for one in engine.draw(specs, lambda _step: True)}
        shape = (side, side, 3)
        return [Image.fromarray(np.frombuffer(pictures[n].rgb, np.uint8).reshape(shape)) for n in sorted(pictures)]

    return [
        ShowcaseRow("from the adapter's file, in the drawing engine", drawn(spec.instance_prompt, adapters)),
        ShowcaseRow("class prompt, base model", drawn(spec.class_prompt, ())),
        ShowcaseRow("class prompt, with the adapter", drawn(spec.class_prompt, adapters)),
    ]


def page(rows: Sequence[ShowcaseRow]) -> Image.Image:
    """All rows below each other, tiles of TILE pixels."""
    width = GAP + max(len(row.pictures) for row in rows) * (TILE + GAP)
    height = len(rows) * (LABEL + TILE + GAP) + GAP
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    for number, row in enumerate(rows):
        top = GAP + number * (LABEL + TILE + GAP)
        draw.text((GAP, top), row.label, fill="black")
        for place, picture in enumerate(row.pictures):
            small = picture.resize((TILE, TILE), Image.Resampling.LANCZOS)
            image.paste(small, (GAP + place * (TILE + GAP), top + LABEL))
    return image
