"""Which tests are long by nature, in which order files come, and which worker of pytest-xdist gets which tests."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

BROWSER = "tests of whole sites in a browser"
DURATIONS = Path(__file__).with_name("durations.json")
"""Seconds of the files that last longer than LEAST_SECONDS, by their names, so that a file may move: `pytest --store-durations`."""
LEAST_SECONDS = 2
LONG = (
    # whole sites
    "tests/browser/",
    "tests/machines/",
    "tests/test_serve.py",
    "tests/test_local_servers.py",
    "tests/covers/test_make_covers.py",
    "tests/personalize/test_train_face_command.py",
    # kills at any line, servers that go and come
    "tests/covers/test_draw_worker_kills.py",
    "tests/covers/training/test_fine_tune_resuming.py",
    "tests/keeping/test_renewing.py",
    "tests/outages/",
    "tests/personalize/dreambooth/test_class_images.py",
    "tests/personalize/dreambooth/test_resuming.py",
    "tests/personalize/test_train_worker_kills.py",
    # whole trainings, and what is judged by many pictures
    "tests/covers/engine/test_pocket_checkpoint.py",
    "tests/covers/training/test_fine_tuning.py",
    "tests/covers/training/test_preferences.py",
    "tests/covers/weekly/test_retrain.py",
    "tests/covers/test_pocket_site.py",
    "tests/personalize/dreambooth/test_people_together.py",
    "tests/personalize/dreambooth/test_pocket_learning.py",
    "tests/personalize/dreambooth/test_memory_planner.py",
    "tests/personalize/dreambooth/test_reference_recipe.py",
    "tests/personalize/test_real_face.py",
    # every benchmark, very small
    "tests/bench/",
    # every page as every role; a million rows
    "tests/accounts/test_address_crawl.py",
    "tests/growth/",
)
"""Files and folders that `make test` leaves to `make test-all`; single tests elsewhere bear the mark `slow` themselves."""


def longest_first(items: list[pytest.Item]) -> None:
    """In place. Those that need the database stay before all that empty it, then those that need none, as pytest-django has it;
    among each of the three, the file that lasts longest is the first, so that no worker ends long after the other.
    """
    known: dict[str, float] = json.loads(DURATIONS.read_text()) if DURATIONS.exists() else {}

    def place(item: pytest.Item) -> tuple[int, bool, float, str]:
        is_browser = item.nodeid.startswith("tests/browser/")
        seconds = sum(known.values()) if is_browser else known.get(item.path.name, 0)
        return _turn(item), not is_browser, -seconds, item.nodeid.partition("::")[0]

    items.sort(key=place)


def _turn(item: pytest.Item) -> int:
    marker = item.get_closest_marker("django_db")
    fixtures = set(getattr(item, "fixturenames", ()))
    empties = marker is not None and (marker.kwargs.get("transaction") or marker.kwargs.get("reset_sequences"))
    if empties or fixtures & {"transactional_db", "live_server"}:
        return 1
    return 0 if marker is not None or "db" in fixtures else 2


class Stopwatch:
    """Writes DURATIONS anew from what the tests of this run took, and keeps it of those that were not run."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[Path(report.nodeid.partition("::")[0]).name] += report.duration  # type: ignore[assignment]

    def pytest_sessionfinish(self) -> None:
        known = json.loads(DURATIONS.read_text()) if DURATIONS.exists() else {}
        known |= {name: round(seconds) for name, seconds in self.seconds.items()}
        known = {name: seconds for name, seconds in sorted(known.items()) if seconds >= LEAST_SECONDS}
        DURATIONS.write_text(json.dumps(known, indent=0) + "\n")


class FileByFile(LoadScopeScheduling):
    """A file's tests stay together, and all keep their order. Those of a browser share one site: they are one file's."""

    def schedule(self) -> None:
        self.config.option.loadscopereorder = False
        if self.collection is None:
            self._units = _units(next(iter(self.registered_collections.values())))
        super().schedule()

    def _split_scope(self, nodeid: str) -> str:
        return self._units[nodeid]


def _units(nodeids: list[str]) -> dict[str, str]:
    units: dict[str, str] = {}
    number, last = 0, ""
    for nodeid in nodeids:
        file = nodeid.partition("::")[0]
        number, last = number + (file != last), file
        units[nodeid] = BROWSER if file.startswith("tests/browser/") else f"{file} {number}"
    return units
