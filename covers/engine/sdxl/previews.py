"""A small image of what is being drawn, without running the VAE."""

from __future__ import annotations

import io
import math

import numpy as np
import torch
from diffusers import AutoencoderKL
from PIL import Image
from torch import Tensor

from covers.engine.sdxl.vae import scale_latents

MAX_PIXELS = 128
MIN_PIXELS = 64
CALIBRATION_PIXELS = 128


def calibration_image() -> Tensor:
    """A made-up image with what pictures have: slow gradients, edges, many colours. (3, 128, 128) from 0 to 1."""
    y, x = np.mgrid[0:CALIBRATION_PIXELS, 0:CALIBRATION_PIXELS] / (CALIBRATION_PIXELS - 1)
    random = np.random.default_rng(0)
    waves = [(x * a + y * b + c) * 2 * math.pi for a, b, c in random.random((3, 3)) * 1.6]
    image = 0.5 + 0.5 * np.sin(np.stack(waves))
    for _ in range(48):
        centre_x, centre_y, radius, *colour = random.random(6)
        inside = (x - centre_x) ** 2 + (y - centre_y) ** 2 < (0.05 + 0.2 * radius) ** 2
        image[:, inside] = 0.35 * image[:, inside] + 0.65 * np.array(colour)[:, None]
    return torch.from_numpy(image).float()


class LatentPreview:
    """Colours of latents by a linear map, (channels + 1) to 3, that is fitted to the checkpoint's own VAE.

    Fitted once by encoding one small image: about a tenth of one step of drawing. It works for any VAE, where a
    table of known factors would hold for one.
    """

    def __init__(self, vae: AutoencoderKL, device: torch.device) -> None:
        self._factors = self._fit(vae, device)

    @staticmethod
    @torch.no_grad()
    def _fit(vae: AutoencoderKL, device: torch.device) -> Tensor:
        image = calibration_image()
        encoded = vae.encode((image * 2 - 1)[None].to(device, vae.dtype)).latent_dist.mean.float().cpu()
        latents = scale_latents(vae, encoded)[0].flatten(1).T
        colours = torch.nn.functional.interpolate(image[None], size=encoded.shape[-2:], mode="area")[0].flatten(1).T
        features = torch.cat([latents, torch.ones(len(latents), 1)], dim=1)
        factors = torch.linalg.lstsq(features, colours).solution
        return factors if torch.isfinite(factors).all() else torch.full((features.shape[1], 3), 0.2)

    def webp(self, latents: Tensor) -> bytes:
        """latents: (channels, h, w), of any step. A WebP whose longer side has 64 to 128 pixels."""
        values = torch.nan_to_num(latents.detach().float().cpu())
        values = values / values.std().clamp(min=1.0)  # early on, some schedulers hold noise of ten times the range
        _channels, height, width = values.shape
        features = torch.cat([values.flatten(1).T, torch.ones(height * width, 1)], dim=1)
        pixels = (features @ self._factors).clamp(0, 1).mul(255).round().byte().reshape(height, width, 3).numpy()
        image = Image.fromarray(pixels, "RGB")
        longer = max(height, width)
        scale = min(max(1.0, MIN_PIXELS / longer), MAX_PIXELS / longer)
        if scale != 1.0:
            size = max(1, round(width * scale)), max(1, round(height * scale))
            image = image.resize(size, Image.Resampling.BICUBIC)
        stream = io.BytesIO()
        image.save(stream, "WEBP", quality=60, method=2)
        return stream.getvalue()
