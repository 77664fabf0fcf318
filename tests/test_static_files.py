"""Static files are collected when something of them changed, and only then."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from albumsite.processes import preparing, static_files
from tests import ready_static

COLLECTED = django_settings.STORAGES
"""As the site has them: a test's own are not packed."""


@pytest.fixture
def sources(tmp_path: Path, settings: Any) -> Path:
    """The site's own static files, one of them."""
    folder = tmp_path / "sources"
    (folder / "css").mkdir(parents=True)
    (folder / "css" / "base.css").write_text("body { margin: 0 }")
    settings.STATICFILES_DIRS = [folder]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    return folder


@pytest.fixture
def root(tmp_path: Path, sources: Path) -> Path:
    """Where they were collected to."""
    folder = tmp_path / "static"
    folder.mkdir()
    (folder / "base.1.css").write_text("body{}")
    (folder / static_files.MANIFEST).write_text('{"paths": {"css/base.css": "base.1.css"}}')
    static_files.note_sources(folder, static_files.fingerprint())
    return folder


def test_what_was_collected_from_these_sources_is_there(root: Path) -> None:
    assert static_files.are_collected(root)


@pytest.mark.parametrize("what", ["edited", "touched", "added", "taken away"])
def test_a_changed_source_is_collected_anew(what: str, root: Path, sources: Path) -> None:
    file = sources / "css" / "base.css"
    if what == "edited":
        file.write_text("body { margin: 1px }")
    elif what == "touched":
        os.utime(file, (1, 1))
    elif what == "added":
        (sources / "css" / "more.css").write_text("")
    else:
        file.unlink()
    assert not static_files.are_collected(root)


@pytest.mark.parametrize("lost", ["base.1.css", static_files.MANIFEST, static_files.NOTE])
def test_a_folder_that_lost_a_file_is_filled_anew(lost: str, root: Path) -> None:
    (root / lost).unlink()
    assert not static_files.are_collected(root)


def test_what_was_collected_otherwise_since_does_not_count(root: Path) -> None:
    (root / static_files.MANIFEST).write_text('{"paths": {}}')
    assert not static_files.are_collected(root)


def test_another_way_of_storing_them_is_another_state(root: Path, settings: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
    }
    assert not static_files.are_collected(root)


def test_collected_once_they_are_not_collected_again(
    tmp_path: Path, settings: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    """By the process that `serve` starts for it, from all that the site's apps bring."""
    ready_static.copy_to(tmp_path / "static")
    capfd.readouterr()  # the first of a checkout collects them
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STORAGES = COLLECTED
    before = (tmp_path / "static").stat().st_mtime_ns
    preparing.collect_static_files()
    assert (tmp_path / "static").stat().st_mtime_ns == before
    assert "Collecting" not in "".join(capfd.readouterr())
