"""Telling the person from the background: colour models and a random walk, seeded by the face box.

As GrabCut does it (Rother et al. 2004), colours of figure and ground are learnt in turns with the cut; the cut itself is
a random walk with priors (Grady 2005), whose quadratic energy a few conjugate gradient steps minimise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from covers.engine.poster.portrait.filters import Floats, box, matte_coefficients, ramp_up, resized, soft
from covers.engine.poster.portrait.photos import SitterPhoto

SIDE = 200
"""Longer side of the copy that is cut."""

ROUNDS = 3
CLUSTERS = 6


@dataclass(frozen=True)
class Separation:
    """alpha: (rows, columns) of the photo, 1 on the person. small: the same on the small copy, hard-edged but for one
    pixel. quality: 0 to 1, how sound the cut looks; below about 0.5 better not to use it."""

    alpha: Floats
    small: Floats
    quality: float


@dataclass(frozen=True)
class Guess:
    """What the face box alone says. prior: 0..1, likely the person. figure, ground: certain pixels."""

    prior: Floats
    figure: np.ndarray
    ground: np.ndarray


def separate(photo: SitterPhoto) -> Separation:
    columns, rows = photo.size
    share = SIDE / max(columns, rows)
    width, height = max(16, round(columns * share)), max(16, round(rows * share))
    rgb = resized(photo.rgb, width, height)
    scaled = tuple(value * share for value in (photo.left, photo.top, photo.width, photo.height))
    guess = guessed(height, width, scaled)
    features = lab_like(soft(rgb, 0.6))
    walk = cut(features, guess, scaled)
    unit = (scaled[2] + scaled[3]) / 2
    small = cleaned(walk, guess, unit)
    quality = soundness(walk, small, guess, features, unit)
    slope, offset = matte_coefficients(rgb, small)
    fine = (resized(slope, columns, rows) * photo.rgb).sum(-1) + resized(offset, columns, rows)
    near = resized(box(small, 2), columns, rows)  # the matte may only refine the cut near its edge
    alpha = ramp_up(np.where(near > 0.97, 1, np.where(near < 0.03, 0, fine)), 0.12, 0.88)
    return Separation(alpha, small, quality)


def lab_like(rgb: Floats) -> Floats:
    """(rows, columns, 3): lightness and two colour differences of about equal weight to the eye."""
    red, green, blue = rgb[..., 0], rgb[..., 1], rgb[..., 2]
    light = 0.3 * red + 0.59 * green + 0.11 * blue
    return np.stack([light, 1.3 * (red - green), 0.9 * ((red + green) / 2 - blue)], axis=-1).astype(np.float32)


def guessed(rows: int, columns: int, face: tuple[float, ...]) -> Guess:
    """A head and shoulders around the face box, with wide doubt between."""
    left, top, width, height = face
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    across, down = np.abs(x - left - width / 2) / width, (y - top) / height

    def ellipse(middle: float, half_width: float, half_height: float) -> np.ndarray:
        return (across / half_width) ** 2 + ((down - middle) / half_height) ** 2 < 1

    shoulders = np.interp(down, [0.9, 1.25, 1.75, 2.6, 4.0], [0.3, 0.46, 1.15, 1.6, 1.75])
    core = np.interp(down, [0.9, 1.3, 1.9, 2.6, 4.0], [0.2, 0.22, 0.6, 0.95, 1.0])
    likely = ellipse(0.3, 0.74, 0.92) | ((down > 0.9) & (across < shoulders))
    figure = ellipse(0.52, 0.42, 0.5) | ((down > 0.9) & (across < core))
    edge_row = y < max(2.0, rows * 0.015)
    ground = (
        ((down < 0.75) & (across > 1.45)) | (down < -1.0) | ((across > 2.7) & (down < 2.2)) | (edge_row & (down < -0.5))
    )
    prior = 0.04 + 0.92 * soft(likely.astype(np.float32), width * 0.22)
    return Guess(prior, figure, ground & ~figure)


def cut(features: Floats, guess: Guess, face: tuple[float, ...]) -> Floats:
    """(rows, columns) 0..1: where a random walk from each pixel ends, on the person or on the background."""
    rows, columns = guess.prior.shape
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    place = np.stack([x, y], axis=-1) * (0.16 / face[2])
    points = np.concatenate([features, place], axis=-1).reshape(-1, 5)
    terms = quadratic(points)
    prior = np.log(guess.prior / (1 - guess.prior)).ravel()
    weights = edge_weights(features)
    person = guess.prior.copy()
    for turn in range(ROUNDS):
        sure = person.ravel()
        figure = log_density(terms, points[(sure > 0.75) | guess.figure.ravel()])
        ground = log_density(terms, points[(sure < 0.25) | guess.ground.ravel()])
        lean = np.clip(0.55 * (figure - ground), -3.5, 3.5) + prior * (0.9, 0.65, 0.5)[turn]
        unary = (1 / (1 + np.exp(-lean))).reshape(rows, columns).astype(np.float32)
        person = walked(unary, guess, weights, person)
    return person


def log_density(terms: Floats, sample: Floats) -> Floats:
    """Log density of points under a mixture of Gaussians fitted to the sample. terms: `quadratic` of the points."""
    sample = sample[:: max(1, len(sample) // 1600)]
    if len(sample) < CLUSTERS * 8:
        return np.zeros(len(terms), np.float32)
    labels = clustered(sample)
    forms = []
    for label in range(CLUSTERS):
        members = sample[labels == label].astype(np.float64)
        if len(members) < 8:
            continue
        middle = members.mean(0)
        spread = np.linalg.inv(np.cov(members.T) + np.diag([1.2e-3, 8e-4, 8e-4, 4e-3, 4e-3]))
        peak = np.log(len(members) / len(sample)) + 0.5 * np.linalg.slogdet(spread)[1]
        square = -0.5 * spread[UPPER] * np.where(UPPER[0] == UPPER[1], 1, 2)
        forms.append(np.concatenate([square, spread @ middle, [peak - 0.5 * middle @ spread @ middle]]))
    densities = np.exp(np.clip(terms @ np.array(forms, np.float32).T, -60, 30))
    return np.log(densities.sum(-1) + np.float32(1e-12))


UPPER = np.triu_indices(5)


def quadratic(points: Floats) -> Floats:
    """(count, 21): squares and products, the values themselves, 1: any Gaussian's exponent is a weighted sum of them."""
    products = points[:, UPPER[0]] * points[:, UPPER[1]]
    return np.concatenate([products, points, np.ones((len(points), 1), np.float32)], axis=1)


def clustered(sample: Floats) -> np.ndarray:
    """k-means, started from points far apart so that the answer is always the same."""
    centers = [sample.mean(0)]
    nearest = ((sample - centers[0]) ** 2).sum(-1)
    for _ in range(CLUSTERS - 1):
        centers.append(sample[np.argmax(nearest)])
        nearest = np.minimum(nearest, ((sample - centers[-1]) ** 2).sum(-1))
    middle = np.array(centers)
    for _ in range(6):
        labels = np.argmin(((sample[:, None] - middle) ** 2).sum(-1), axis=1)
        middle = np.array(
            [sample[labels == label].mean(0) if (labels == label).any() else middle[label] for label in range(CLUSTERS)]
        )
    return labels


def edge_weights(features: Floats) -> tuple[Floats, Floats]:
    """How easily the walk passes to the pixel on the right and below: nearly not at all across an edge."""
    across = (np.diff(features, axis=1) ** 2).sum(-1)
    down = (np.diff(features, axis=0) ** 2).sum(-1)
    typical = (across.mean() + down.mean()) / 2 + 1e-6
    return tuple(9 * np.exp(-steps / (1.2 * typical)) + 0.05 for steps in (across, down))


def walked(unary: Floats, guess: Guess, weights: tuple[Floats, Floats], start: Floats) -> Floats:
    """Minimises sum w_ij (x_i - x_j)^2 + sum (x_i - unary_i)^2 with the certain pixels held, by conjugate gradients."""
    hold = np.where(guess.figure | guess.ground, 60.0, 1.0).astype(np.float32)
    aim = hold * np.where(guess.figure, 1.0, np.where(guess.ground, 0.0, unary)).astype(np.float32)
    right, below = weights
    diagonal = hold.copy()
    diagonal[:, :-1] += right
    diagonal[:, 1:] += right
    diagonal[:-1] += below
    diagonal[1:] += below

    def spread(x: Floats) -> Floats:
        result = diagonal * x
        result[:, :-1] -= right * x[:, 1:]
        result[:, 1:] -= right * x[:, :-1]
        result[:-1] -= below * x[1:]
        result[1:] -= below * x[:-1]
        return result

    x = start.copy()
    rest = aim - spread(x)
    scaled = rest / diagonal
    way, size = scaled, float((rest * scaled).sum())
    for _ in range(45):
        moved = spread(way)
        step = size / (float((way * moved).sum()) + 1e-12)
        x = x + step * way
        rest = rest - step * moved
        scaled = rest / diagonal
        before, size = size, float((rest * scaled).sum())
        if size < 1e-3:
            break
        way = scaled + (size / before) * way
    return np.clip(x, 0, 1)


def cleaned(walk: Floats, guess: Guess, unit: float) -> Floats:
    """One connected person without pinholes or frayed edges. unit: size of the face in pixels."""
    mask = soft(walk, unit * 0.035) > 0.5
    mask = connected(mask | guess.figure, guess.figure)
    rim = np.zeros_like(mask)
    rim[0], rim[:, 0], rim[:, -1] = True, True, True
    mask = ~connected(~mask, rim & ~mask)
    smooth = soft(mask.astype(np.float32), max(0.8, unit * 0.04))
    return ramp_up(smooth, 0.3, 0.7)


def connected(mask: np.ndarray, seeds: np.ndarray) -> np.ndarray:
    """What of the mask can be reached from the seeds through it, up, down, left and right: run by run, in turns."""
    across, down = runs(mask), runs(mask.T).T
    reached = seeds & mask
    count = 0
    while (now := int(reached.sum())) != count:
        count = now
        for labels in (across, down):
            touched = np.bincount(labels[reached], minlength=int(labels.max()) + 1) > 0
            reached = mask & touched[labels]
    return reached


def runs(mask: np.ndarray) -> np.ndarray:
    """A number for each unbroken run of True in a row, the same for all its cells."""
    starts = np.diff(np.pad(mask, ((0, 0), (1, 0))).astype(np.int8), axis=1) == 1
    return np.cumsum(starts, dtype=np.int64).reshape(mask.shape)


def soundness(walk: Floats, small: Floats, guess: Guess, features: Floats, unit: float) -> float:
    """0 to 1: a person-like share of the picture, a decided cut, a smooth outline, a likely shape."""
    mask = small > 0.5
    doubt = float((4 * walk * (1 - walk)).mean())
    expected = guess.prior > 0.5
    overlap = float((mask & expected).sum() / max(1, (mask | expected).sum()))
    coarse = soft(mask.astype(np.float32), unit * 0.16) > 0.5
    frayed = float((mask ^ coarse).sum()) / (unit * unit)
    clear = backed(mask, features, unit)
    marks = np.array([overlap, 0.65 - doubt, clear, 1.25 - frayed], np.float32)
    lows, highs = np.array([0.4, 0.2, 0.3, 0.35]), np.array([0.62, 0.45, 0.62, 0.9])
    return float(np.prod(ramp_up((marks - lows) / (highs - lows), 0.0, 1.0)))


def backed(mask: np.ndarray, features: Floats, unit: float) -> float:
    """Share of the outline along which the picture itself changes from one side to the other."""
    inside, reach = mask.astype(np.float32), max(1.5, unit * 0.05)
    share = np.clip(box(inside, reach), 1e-3, 1 - 1e-3)
    within = box(features * inside[..., None], reach) / share[..., None]
    beyond = box(features * (1 - inside[..., None]), reach) / (1 - share[..., None])
    outline = (share > 0.3) & (share < 0.7)
    step = np.sqrt(((within - beyond) ** 2).sum(-1))
    typical = max(0.03, 0.45 * float(features[..., 0].std()))
    return float((step[outline] > typical).mean()) if outline.any() else 0.0
