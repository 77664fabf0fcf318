"""Several draw workers on one machine: which card and how many threads each one's engine gets."""

from __future__ import annotations

import os

import pytest

from albumsite.processes.slots import engine_share


def test_draw_workers_of_one_machine_share_its_cards_and_cores(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(17)))
    given = {"CUDA_VISIBLE_DEVICES": "2, 5"}
    shares = [engine_share({**given, "AIBUM_DRAW_SLOT": f"{k}/4"}) for k in (1, 2, 3, 4)]
    assert [share["CUDA_VISIBLE_DEVICES"] for share in shares] == ["2", "5", "2", "5"]
    assert {share["OMP_NUM_THREADS"] for share in shares} == {"4"}
    assert "CUDA_VISIBLE_DEVICES" not in engine_share(given)  # alone, it is the engine's own choice
    assert engine_share({"CUDA_VISIBLE_DEVICES": "", "AIBUM_DRAW_SLOT": "2/2"})["OMP_NUM_THREADS"] == "8"


def test_without_a_word_the_machines_own_cards_are_taken_in_turns(monkeypatch, tmp_path):
    monkeypatch.setattr("albumsite.processes.slots.CARDS_FOLDER", tmp_path)
    for name in ("0000:01:00.0", "0000:02:00.0"):
        (tmp_path / name).mkdir()
    assert [engine_share({"AIBUM_DRAW_SLOT": f"{k}/3"})["CUDA_VISIBLE_DEVICES"] for k in (1, 2, 3)] == ["0", "1", "0"]


@pytest.mark.parametrize("slot", ["0/2", "3/2", "two", "1"])
def test_a_slot_that_makes_no_sense_is_refused(slot):
    with pytest.raises(ValueError, match=r"AIBUM_DRAW_SLOT|invalid literal"):
        engine_share({"AIBUM_DRAW_SLOT": slot})
