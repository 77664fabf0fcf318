"""OKLab: colours as far apart as the eye sees them. Source: B. Ottosson, A perceptual color space for image processing, 2020."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

TO_LMS = np.array(
    [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566], [0.0883024619, 0.2817188376, 0.6299787005]]
)  # fmt: skip
TO_OKLAB = np.array(
    [[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099], [0.0259040371, 0.7827717662, -0.8086757660]]
)  # fmt: skip


def linear_of(rgb: NDArray[Any]) -> NDArray[np.float64]:
    """Linear light 0 to 1 of sRGB values 0 to 255. Source: IEC 61966-2-1."""
    share = np.asarray(rgb, float) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def oklab_of(rgb: NDArray[Any]) -> NDArray[np.float64]:
    """(…, 3) of sRGB values 0 to 255 (…, 3)."""
    return np.asarray(np.cbrt(linear_of(rgb) @ TO_LMS.T) @ TO_OKLAB.T)


def rgb_of_oklab(lab: NDArray[Any]) -> NDArray[np.float64]:
    """The other way; what no screen shows is cut off."""
    linear = np.clip(((lab @ np.linalg.inv(TO_OKLAB).T) ** 3) @ np.linalg.inv(TO_LMS).T, 0, 1)
    return np.asarray(255 * np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055))
