"""The week's set: what is chosen, how it is frozen and opened again, and which models saw a picture. See docs/datasets.md."""

from covers.loop.datasets.build import build_dataset
from covers.loop.datasets.files import OpenedDataset, open_dataset
from covers.loop.datasets.removal import models_that_saw
from covers.loop.datasets.select import is_held_out

__all__ = ["OpenedDataset", "build_dataset", "is_held_out", "models_that_saw", "open_dataset"]
