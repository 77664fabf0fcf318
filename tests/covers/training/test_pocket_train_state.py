"""Training that is stopped goes on as if it had not been."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from covers.training.pocket.train_state import TrainState


def train_state(file: Path, steps: int = 12, fails_at: int | None = None) -> TrainState[nn.Linear]:
    torch.manual_seed(0)
    module = nn.Linear(4, 2)

    def one_step(step: int) -> Tensor:
        if step == fails_at:
            raise KeyboardInterrupt
        x = torch.randn(8, 4, generator=torch.Generator().manual_seed(step))
        return (module(x) - x[:, :2]).square().mean()

    return TrainState(file, module, one_step, steps, learning_rate=0.05, ema_decay=0.9, warmup=2)


def for_ever() -> float:
    return time.monotonic() + 600


def test_a_killed_slice_goes_on_from_its_last_save_to_the_same_weights(tmp_path: Path) -> None:
    straight = train_state(tmp_path / "straight.pt")
    straight.run(for_ever())
    broken = train_state(tmp_path / "broken.pt", fails_at=7)
    with pytest.raises(KeyboardInterrupt):
        broken.run(for_ever(), save_every_seconds=0)
    resumed = train_state(tmp_path / "broken.pt")
    assert resumed.step == 7
    resumed.run(for_ever())
    assert resumed.is_done
    for name, value in straight.average.values.items():
        assert torch.equal(value, resumed.average.values[name])
        assert torch.equal(straight.module.state_dict()[name], resumed.module.state_dict()[name])


def test_a_slice_ends_with_its_time_and_is_kept(tmp_path: Path) -> None:
    early = train_state(tmp_path / "early.pt")
    early.run(time.monotonic() - 1)
    assert not early.is_done
    assert (tmp_path / "early.pt").is_file()
    assert train_state(tmp_path / "early.pt").step == 0


def test_the_loss_goes_down(tmp_path: Path) -> None:
    learning = train_state(tmp_path / "learning.pt", steps=200)
    first = float(learning.one_step(0).detach())
    learning.run(for_ever())
    assert float(learning.one_step(0).detach()) < 0.2 * first
