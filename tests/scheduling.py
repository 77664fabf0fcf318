"""Which tests are long by nature, and which worker of pytest-xdist gets which tests."""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling

SITES = "tests of whole sites"
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
    "tests/personalize/dreambooth/test_prediction.py",
    "tests/personalize/dreambooth/test_reference_recipe.py",
    "tests/personalize/test_real_face.py",
    # every page as every role; a million rows
    "tests/accounts/test_address_crawl.py",
    "tests/growth/",
)
"""Files and folders that `make test` leaves to `make test-all`; single tests elsewhere bear the mark `slow` themselves."""


class FileByFile(LoadScopeScheduling):
    """A file's tests stay together, and all keep their order: those of a file that need the database come before all
    that empty it, then those that need none. Whole sites share the cores badly: they run one after the other.
    """

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
        is_site = file.startswith("tests/browser/") or file == "tests/test_serve.py"
        units[nodeid] = SITES if is_site else f"{file} {number}"
    return units
