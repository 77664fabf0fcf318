"""Which processes `make run` starts."""

from __future__ import annotations

import subprocess

from albumsite.processes import worker_commands


def test_one_draw_worker_unless_the_operator_wants_more(settings):
    assert list(worker_commands()) == ["write", "draw", "finish", "train", "sweeper"]
    settings.DRAW_WORKERS = 3
    assert list(worker_commands()) == ["write", "draw-1", "draw-2", "draw-3", "finish", "train", "sweeper"]


def test_each_draw_worker_is_told_which_one_it_is(settings):
    settings.DRAW_WORKERS = 2
    commands = worker_commands()
    for k in (1, 2):
        prefix, worker = commands[f"draw-{k}"][:2], commands[f"draw-{k}"][2:]
        told = subprocess.run([*prefix, "printenv", "AIBUM_DRAW_SLOT"], capture_output=True, text=True, check=True)
        assert told.stdout.strip() == f"{k}/2"
        assert worker[-3:] == ["--worker-class", "covers.engine.worker.DrawWorker", "draw"]
