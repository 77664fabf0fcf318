"""Commands around the pocket checkpoint and the sample pictures: what they print, write and refuse."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from covers.brief.brief_contract import STYLES
from covers.management.commands import draw_samples


@pytest.mark.slow
def test_measuring_prints_a_table_with_a_line_for_pictures_and_one_for_the_judge(capsys):
    call_command("measure_pocket", "--count", "2")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "| pictures | count | motif | colour | ground | all three |"
    assert [line.split("|")[1].strip() for line in lines[2:]] == ["pocket, unseen combinations", "the judge on renders"]
    assert lines[2].split("|")[2].strip() == "2"


def test_training_refuses_a_folder_of_photos_that_is_not_there(tmp_path: Path, settings):
    settings.VAR_DIR = tmp_path
    with pytest.raises(CommandError, match="photos is not a folder"):
        call_command("train_pocket", "--photos", str(tmp_path / "photos"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_the_sample_pictures_are_drawn_where_the_pages_look_for_them(tmp_path: Path, settings, monkeypatch):
    settings.BASE_DIR = tmp_path
    monkeypatch.setattr(draw_samples, "SIDE", 256)
    call_command("draw_samples")
    folder = tmp_path / "static" / "img"
    assert {path.name for path in folder.glob("*.webp")} == {
        "sample-b.webp",
        *(f"sample-a{one}.webp" for one in "1234"),
    }
    assert {path.stem for path in (folder / "styles").iterdir()} == set(STYLES)
    assert Image.open(folder / "sample-a1.webp").size == (320, 320)
