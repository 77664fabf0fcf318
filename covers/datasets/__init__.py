"""The week's set: what is chosen, how it is frozen and opened again, and which models saw a picture. See docs/datasets.md."""

from covers.datasets.build import build_dataset
from covers.datasets.frozen_files import OpenedDataset, open_dataset
from covers.datasets.picture_lineage import models_that_saw
from covers.datasets.selection import is_held_out

__all__ = ["OpenedDataset", "build_dataset", "is_held_out", "models_that_saw", "open_dataset"]
