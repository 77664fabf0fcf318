"""The pocket checkpoint as files: what plain diffusers loads, its model card and its contact sheet."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from diffusers import AutoencoderKL, EulerDiscreteScheduler, StableDiffusionXLPipeline
from PIL import Image
from safetensors.torch import load_file, save_file
from torch import Tensor
from transformers import CLIPTokenizer

from covers.brief.vocabulary import english_name
from covers.engine.pocket.words import ABOUT_FILE, CHECKPOINT, COLOURS, split
from covers.training.pocket.denoiser import SCHEDULE, CaptionedDenoiser, build_unet
from covers.training.pocket.pocket_recipe import PocketRecipe
from covers.training.pocket.prompt_following import Classifier
from covers.training.pocket.text_encoders import build_encoders, build_tokenizer
from covers.training.pocket.train_state import EMA

CLASSIFIER_FILE = "classifier.safetensors"


def averaged(module: torch.nn.Module, average: EMA) -> None:
    """Put the averaged weights in place of the last ones: they draw better (Karras et al. 2024, arXiv 2312.02696)."""
    module.load_state_dict(average.values)


def fresh_denoiser(recipe: PocketRecipe, tokenizer: CLIPTokenizer) -> CaptionedDenoiser:
    return CaptionedDenoiser(build_unet(recipe), *build_encoders(recipe, tokenizer))


def assemble(
    vae: AutoencoderKL, captioned_denoiser: CaptionedDenoiser, tokenizer: CLIPTokenizer
) -> StableDiffusionXLPipeline:
    """The pipeline that the parts make. SDXL has two tokenizers; here both are the same one."""
    pipeline = StableDiffusionXLPipeline(
        vae=vae,
        text_encoder=captioned_denoiser.first,
        text_encoder_2=captioned_denoiser.second,
        tokenizer=tokenizer,
        tokenizer_2=build_tokenizer(),
        unet=captioned_denoiser.unet,
        scheduler=EulerDiscreteScheduler(**SCHEDULE),
        force_zeros_for_empty_prompt=True,
        add_watermarker=False,
    )
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def save(recipe: PocketRecipe, pipeline: StableDiffusionXLPipeline, classifier: Classifier, folder: Path) -> None:
    """Write the checkpoint beside `folder`, then put it in its place.

    UNet and VAE in half precision, which diffusers widens when it loads them; the text encoders in full, because
    transformers keeps the precision of the file, and a pipeline of two precisions cannot draw.
    """
    part = folder.with_name(f"{folder.name}.{os.getpid()}.part")
    shutil.rmtree(part, ignore_errors=True)
    for large in (pipeline.unet, pipeline.vae):
        large.half()
    pipeline.save_pretrained(part, safe_serialization=True)
    for large in (pipeline.unet, pipeline.vae):
        large.float()
    weights = {name: value.half().contiguous() for name, value in classifier.state_dict().items()}
    save_file(weights, part / CLASSIFIER_FILE)
    about = {"recipe": recipe.name, "side": recipe.side, "motifs": recipe.motifs}
    (part / ABOUT_FILE).write_text(json.dumps(about), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    part.replace(folder)


def load_pocket(folder: Path = CHECKPOINT) -> StableDiffusionXLPipeline:
    """The checkpoint through plain diffusers, as anybody would load it, in float32."""
    pipeline = StableDiffusionXLPipeline.from_pretrained(folder, use_safetensors=True, local_files_only=True)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def load_classifier(recipe: PocketRecipe, folder: Path = CHECKPOINT) -> Classifier:
    """The judge of `prompt_following` that was trained beside the checkpoint."""
    classifier = Classifier(len(recipe.motifs))
    classifier.load_state_dict({name: value.float() for name, value in load_file(folder / CLASSIFIER_FILE).items()})
    return classifier.eval()


def size_bytes(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def contact_sheet(shown: Sequence[Tensor] | Tensor, columns: int) -> Image.Image:
    """All pictures, (3, side, side) from -1 to 1 each, in rows."""
    side = shown[0].shape[-1]
    sheet = Image.new("RGB", (columns * side, -(-len(shown) // columns) * side), "white")
    for index, picture in enumerate(shown):
        pixels = picture.add(1).mul(127.5).round().clamp(0, 255).byte().permute(1, 2, 0).numpy()
        sheet.paste(Image.fromarray(pixels), (index % columns * side, index // columns * side))
    return sheet


CARD = """---
license: other
library_name: diffusers
pipeline_tag: text-to-image
---
# pocket: an SDXL-shaped demo checkpoint of {megabytes:.1f} MB

Every part of SDXL, made small: two CLIP text encoders of widths {text_widths} with a tokenizer of our own, a UNet of
{unet_millions:.1f} M parameters with SDXL's added conditioning, an f{factor} autoencoder of {vae_millions:.1f} M with
{latent_channels} latent channels. {side} x {side} pixels. It is for tests, for laptops and for looking at the whole
product at work; it knows {motif_count} motifs and {colour_count} colours and nothing else.

```python
from diffusers import StableDiffusionXLPipeline
pipeline = StableDiffusionXLPipeline.from_pretrained("covers/engine/pocket/checkpoint")
pipeline("a red heart on a white ground", num_inference_steps=20, guidance_scale=4.0).images[0]
```

## Words
Motifs: {motifs}.
Colours: {colours}.
Form: "a COLOUR MOTIF on a COLOUR ground".

## Data and licence
Denoiser and text encoders: renders of the site's own `poster` motifs (icons under MIT, Apache-2.0 and CC0 licences, see
NOTICE) with captions made from their own plan; {render_count:,} renders of {seen_count} combinations. Autoencoder: such renders,
posters of all styles, and crops of openly licensed photos (NOTICE). No personal data, no scraped pictures. Weights: the
project's own licence.

## Training
`python manage.py train_pocket --recipe {recipe}` trains all of it from scratch and goes on where it was stopped.
Autoencoder: {vae_steps:,} steps. Denoiser: {unet_steps:,} of {unet_planned:,} steps of {unet_batch} pictures, the first {first_steps:,} of
{first_count} motifs only; velocity prediction, zero terminal SNR, averaged weights, {caption_drop:.0f} % of captions dropped.

## Figures
Measured by `python manage.py measure_pocket`: combinations of motif, colour and ground that were held out of training,
{steps} steps, guidance {guidance}; judged by a classifier trained on renders.

| pictures | count | motif | colour | ground | all three |
|---|---|---|---|---|---|
{rows}
"""


def card(recipe: PocketRecipe, figures: Mapping[str, object]) -> str:
    """The model card; figures: what CARD names and the recipe does not know."""
    seen, _ = split(recipe.motifs)
    known = {
        "recipe": recipe.name, "side": recipe.side, "latent_channels": recipe.latent_channels,
        "factor": recipe.side // recipe.latent_side, "text_widths": " and ".join(map(str, recipe.text_widths)),
        "motif_count": len(recipe.motifs), "colour_count": len(COLOURS), "colours": ", ".join(COLOURS),
        "motifs": ", ".join(english_name(key) for key in recipe.motifs), "seen_count": len(seen),
        "render_count": len(seen) * recipe.renders_per_subject, "unet_batch": recipe.unet_batch,
        "unet_planned": recipe.unet_steps, "first_steps": recipe.first_steps,
        "first_count": len(recipe.first_motifs), "caption_drop": 100 * recipe.caption_drop,
    }  # fmt: skip
    return CARD.format(**known, **figures)
