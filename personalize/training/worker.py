"""The train worker: an RQ worker that begins by clearing away what a killed one left."""

from __future__ import annotations

import logging

from covers.drawing.workers import ResidentWorker
from personalize.training.workfolders import delete_orphans

logger = logging.getLogger(__name__)


class TrainWorker(ResidentWorker):
    """Photos of people must not lie in the folder of a process that is gone."""

    def begin(self) -> None:
        if count := delete_orphans():
            logger.info("folders of dead trainings deleted count=%d", count)
