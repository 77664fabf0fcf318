"""The page of pictures in docs/faces: what pocket draws of a person before, while and after it learns them.

`python -m bench.face_page [FILE] [--steps N] [--images N]`; about three minutes of two cores with as many as the trainer takes by
itself. The photos are NASA's portrait of Eileen Collins (public domain), taken in five ways.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from bench.harness import IS_TINY
from covers.engine.engine_contract import BaseModel
from covers.engine.pocket.words import CHECKPOINT
from covers.training.lora.base_model import LoadedBaseModel
from personalize.dreambooth import showcase
from personalize.dreambooth.face_contract import FaceBox, InstancePhoto, TrainingOptions, TrainingSpec
from personalize.photos.check import check
from tests.personalize.pictures import portrait

PHOTOS = 5
PAGE = Path(__file__).resolve().parents[1] / "docs" / "faces" / "pocket.webp"


def photos(folder: Path) -> tuple[InstancePhoto, ...]:
    """Judged and kept as on the site."""
    kept = []
    for number in range(PHOTOS):
        found, picture = check(portrait(number))
        path = folder / f"photo-{number}.jpg"
        path.write_bytes(picture)
        box = FaceBox(*(found[f"face_{name}"] for name in ("left", "top", "width", "height")))
        kept.append(InstancePhoto(path, box))
    return tuple(kept)


def main() -> None:
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("file", nargs="?", type=Path, default=PAGE)
    parser.add_argument("--steps", type=int, help="default: the trainer's own rule")
    parser.add_argument("--images", type=int, help="class images; default: the trainer's own rule")
    options = parser.parse_args()
    if IS_TINY:
        showcase.STEPS = LoadedBaseModel.num_inference_steps = 2
    target: Path = options.file
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        spec = TrainingSpec(
            run_id="page",
            base_model=BaseModel(str(CHECKPOINT)),
            instance_photos=photos(folder),
            identifier_token="sks",  # noqa: S106 a word of prompts
            class_noun="person",
            work_folder=folder / "work",
            class_folder=folder / "classes",
            options=TrainingOptions(seed=1, max_train_steps=options.steps, num_class_images=options.images),
        )
        result = showcase.show(spec, folder / "page.webp")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((folder / "page.webp").read_bytes())
    print(f"{target}: {result.steps} steps, {result.likeness_metric} {result.likeness_before} -> {result.likeness}")


if __name__ == "__main__":
    main()
