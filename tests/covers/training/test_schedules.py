"""Sizes that pictures are trained at, and which pictures a step sees."""

from __future__ import annotations

from collections import Counter

import pytest

from covers.engine.sdxl.sizes import BUCKETS
from covers.training.finetune.aspect_buckets import bucket_of, buckets_for
from covers.training.finetune.batch_schedule import BatchSchedule
from covers.training.lora.model_input import time_ids

SQUARE, WIDE = (64, 64), (96, 64)


def test_at_sdxls_own_size_the_buckets_are_the_papers():
    assert buckets_for(1024, 32) == BUCKETS


@pytest.mark.parametrize(("resolution", "unit"), [(128, 32), (512, 32), (768, 32)])
def test_smaller_buckets_keep_about_the_area_and_whole_cells(resolution, unit):
    for width, height in buckets_for(resolution, unit):
        assert width % unit == height % unit == 0
        assert 0.6 < width * height / resolution**2 < 1.6


@pytest.mark.parametrize(
    ("size", "resolution", "expected"),
    [((3000, 3000), 1024, (1024, 1024)), ((1600, 900), 1024, (1344, 768)), ((500, 500), 128, (128, 128)),
     ((900, 1600), 1024, (768, 1344))],
)  # fmt: skip
def test_a_picture_goes_where_least_of_it_is_cut(size, resolution, expected):
    assert bucket_of(*size, resolution, 32) == expected


def test_a_small_picture_says_that_it_is_small_and_a_large_one_does_not():
    assert time_ids((500, 500), (0, 0), (1024, 1024)) == (500.0, 500.0, 0.0, 0.0, 1024.0, 1024.0)
    assert time_ids((3000, 3000), (12, 0), (1024, 1024)) == (1024.0, 1024.0, 12.0, 0.0, 1024.0, 1024.0)


def test_every_picture_comes_in_every_epoch_and_a_batch_has_one_size():
    sizes = [SQUARE] * 5 + [WIDE] * 3
    schedule = BatchSchedule(sizes, [1.0] * 8, 2, 3, "images")
    steps = [step for step in range(1, 40) if schedule.is_epoch_end(step)][:2]
    epoch = [schedule.batch(step) for step in range(steps[0])]
    assert {index for batch in epoch for index in batch} == set(range(8))
    assert all(len({sizes[index] for index in batch}) == 1 for batch in epoch)
    assert schedule.epochs_before(steps[1]) == 2


def test_heavier_pictures_come_as_much_more_often():
    schedule = BatchSchedule([SQUARE] * 4, [1.0, 1.0, 1.0, 3.0], 1, 0, "images")
    counts = Counter(schedule.batch(step)[0] for step in range(600))
    assert counts[3] == pytest.approx(300, abs=10)


def test_the_same_seed_gives_the_same_steps_and_another_one_others():
    def batches(seed: int) -> list[tuple[int, ...]]:
        return [BatchSchedule([SQUARE] * 9, [1.0] * 9, 3, seed, "images").batch(step) for step in range(12)]

    assert batches(1) == batches(1) != batches(2)
