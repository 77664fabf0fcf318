"""The diffusion engine: any SDXL-family checkpoint. One of the few places that may import torch."""

from covers.engine.sdxl.engine import SdxlEngine

__all__ = ["SdxlEngine"]
