"""The week's set: what is chosen, how it is frozen and opened again, and which models saw a picture. See docs/datasets.md.

`selection` and `preference_pairs` choose rows, `captions` words an album, `dataset_pictures` reads files, `manifest` writes down what
was chosen, `build` freezes it all; `frozen_files` opens a set again, `export` writes it for other tools, `picture_lineage` finds the
models that learnt from a picture, `consents` asks members.
"""

from covers.datasets.build import build_dataset
from covers.datasets.frozen_files import OpenedDataset, open_dataset
from covers.datasets.picture_lineage import models_that_saw
from covers.datasets.selection import is_held_out

__all__ = ["OpenedDataset", "build_dataset", "is_held_out", "models_that_saw", "open_dataset"]
