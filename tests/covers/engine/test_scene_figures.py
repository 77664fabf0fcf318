"""People in scenes: every pose and every kind of company draws, stands where it is put, and has a body's proportions."""

from __future__ import annotations

import numpy as np
import pytest
import skia

from covers.brief.brief_contract import Concept
from covers.brief.scenery import PEOPLE
from covers.engine.poster.page import Page
from covers.engine.poster.palettes import MOOD_FAMILIES, keyed
from covers.engine.poster.scenes.figures import POSES, Look, draw_person, people
from covers.engine.poster.scenes.shot import Shot

FOOT, HEIGHT = 0.9, 0.6
PLAIN = Look("man", "short", top="shirt", top_color="#303030", bag="")


def shot_of(side: int = 256, seed: int = 3, hour: str = "noon") -> Shot:
    page = Page(side, side)
    page.ground("#8a8a94")
    concept = Concept("scene", scene="pier", hour=hour, weather="cloudy")
    return Shot(page, concept, keyed(MOOD_FAMILIES["quiet"][0], "dark"), "quiet", seed, 0.2, lambda: None)


def changed(shot: Shot) -> np.ndarray:
    """Where somebody is drawn: (side, side) of bool."""
    pixels = shot.page.pixels(shot.page.width, shot.page.height).astype(int)
    return np.abs(pixels - np.array([0x8A, 0x8A, 0x94])).max(axis=2) > 14


def drawn(pose: str, **options: object) -> np.ndarray:
    shot = shot_of()
    draw_person(shot, pose, 0.5, FOOT, HEIGHT, shadow=False, **options)  # type: ignore[arg-type]
    return changed(shot)


def span(mask: np.ndarray) -> tuple[float, float]:
    """Top and bottom of what is drawn, in pages."""
    rows = np.flatnonzero(mask.any(axis=1))
    return float(rows[0] / len(mask)), float((rows[-1] + 1) / len(mask))


@pytest.mark.parametrize("pose", POSES)
def test_a_pose_is_drawn_where_it_is_put_and_no_larger_than_a_body(pose: str) -> None:
    mask = drawn(pose, look=PLAIN)
    assert 0.02 * HEIGHT * HEIGHT < mask.mean() < 0.7 * HEIGHT * HEIGHT
    top, bottom = span(mask)
    assert bottom - top < 1.42 * HEIGHT
    if POSES[pose].on == "ground" and pose not in ("run_side", "run_away", "dance_leap"):
        assert bottom == pytest.approx(FOOT, abs=0.045 * HEIGHT)


def test_somebody_standing_has_a_body_s_proportions() -> None:
    mask = drawn("stand_away", look=PLAIN)
    top, bottom = span(mask)
    assert bottom - top == pytest.approx(HEIGHT, rel=0.05)

    def width(share: float) -> float:
        """Of the outline at a share of the height from the top, in heights."""
        row = mask[round((top + (bottom - top) * share) * len(mask))]
        return float(row.sum() / len(mask) / HEIGHT)

    head, neck, shoulders, knees = width(0.06), width(0.145), width(0.24), width(0.72)
    assert 0.07 < head < 0.13
    assert neck < 0.85 * head
    assert 1.7 * head < shoulders < 3.2 * head
    assert knees < 0.75 * shoulders


def test_a_child_is_smaller_and_has_the_larger_head() -> None:
    adult, child = (
        span(drawn("stand_away", look=PLAIN)),
        span(drawn("stand_away", look=Look("child", "short", top="shirt"))),
    )
    assert 0.55 < (child[1] - child[0]) / (adult[1] - adult[0]) < 0.75


def test_facing_the_other_way_is_the_mirror_image() -> None:
    right, left = drawn("walk_side", look=PLAIN), drawn("walk_side", look=PLAIN, facing=-1)
    assert (right != left[:, ::-1]).mean() < 0.01
    assert (right & left).sum() < 0.9 * right.sum()


@pytest.mark.parametrize("kind", PEOPLE)
def test_every_company_draws_and_keeps_the_type_away(kind: str) -> None:
    shot = shot_of()
    outline = people(shot, kind, 0.5, FOOT, 0.3)
    assert outline is not None
    assert not outline.isEmpty()
    assert changed(shot).mean() > 0.004
    assert shot.figures
    covered = np.zeros((256, 256, 4), np.uint8)
    surface = skia.Surface(covered)
    surface.getCanvas().scale(256, 256)
    for path in shot.figures:
        surface.getCanvas().drawPath(path, skia.Paint(Color=0xFFFFFFFF))
    # heads and shoulders are inside what the type keeps off
    inside = covered[..., 3] > 0
    mask = changed(shot)
    upper = mask & (np.arange(256)[:, None] < 0.8 * 256)
    if kind != "crowd":
        assert (upper & inside).sum() > 0.8 * upper.sum()


def test_nobody_and_an_unknown_kind_draw_nobody() -> None:
    shot = shot_of()
    assert people(shot, "", 0.5, FOOT, 0.3) is None
    assert people(shot, "dragon", 0.5, FOOT, 0.3) is None
    assert not changed(shot).any()


@pytest.mark.parametrize("kind", PEOPLE)
def test_the_same_seed_gives_the_same_people_at_any_size(kind: str) -> None:
    def picture(side: int) -> np.ndarray:
        shot = shot_of(side)
        people(shot, kind, 0.5, FOOT, 0.3)
        return shot.page.pixels(256, 256).astype(int)

    small = picture(256)
    assert (small == picture(256)).all()
    assert np.abs(small - picture(1024)).mean() < 4.0


def test_another_seed_gives_somebody_else() -> None:
    def picture(seed: int) -> np.ndarray:
        shot = shot_of(seed=seed)
        people(shot, "walking", 0.5, FOOT, 0.5)
        return shot.page.pixels(256, 256).astype(int)

    pictures = [picture(seed) for seed in range(6)]
    assert all((np.abs(a - b).max(axis=2) > 20).mean() > 0.01 for i, a in enumerate(pictures) for b in pictures[:i])
