"""The draw worker: an RQ worker that keeps its engine loaded, in a process of its own, from job to job."""

from __future__ import annotations

import logging
import uuid
from types import FrameType
from typing import Any

from django.db import connection
from redis.exceptions import RedisError
from rq import SimpleWorker
from rq.exceptions import StopRequested
from rq.job import Job

from albumsite import error_reports
from albumsite.errors import EngineError
from albumsite.jobs.shutdown import shutting_down
from covers import registry
from covers.engine.host import EngineHost
from covers.engine_pool import close_engines, engine_for

logger = logging.getLogger(__name__)

COME_ROUND_AFTER_SECONDS = 1.0


class ResidentWorker(SimpleWorker):
    """Runs jobs in its own process, where engine handles, imports and the writer's circuit breaker stay from job to job.

    Told to stop, it hands the running row back. RQ would notice its death late; the lease notices in time. RQ's own worker
    ends when Redis is away for a while; this one waits for it, for nobody may be there to start it again.
    """

    def work(self, burst: bool = False, **kwargs: Any) -> bool:  # type: ignore[override]  # named, as the command gives them
        heartbeat = registry.Heartbeat(self.queues[0].name)
        heartbeat.start()
        is_bounded = burst or bool(kwargs.get("max_jobs")) or kwargs.get("max_idle_time") is not None
        try:
            self.begin()
            while True:
                has_worked = self._work_until_redis_goes(burst, **kwargs)
                if is_bounded or shutting_down.wait(COME_ROUND_AFTER_SECONDS):
                    return has_worked
                self.name = uuid.uuid4().hex  # Redis may still list the old name as at work
        except StopRequested:  # from a signal while it waits
            return False
        finally:
            close_engines()
            heartbeat.stop()

    def begin(self) -> None:
        """What there is to do before the first job, while the site knows already that this worker lives."""

    def _work_until_redis_goes(self, burst: bool, **kwargs: Any) -> bool:
        try:
            return super().work(burst, **kwargs)
        except RedisError as error:
            logger.warning("Redis is away, waiting for it queues=%s cause=%s", self.queue_names(), type(error).__name__)
            return False

    def handle_exception(self, job: Job, *exc_info: Any) -> None:
        super().handle_exception(job, *exc_info)
        error_reports.report(exc_info[1], task=str(job.func_name), **_row_of(job))

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        shutting_down.set()
        super().request_stop(signum, frame)


def _row_of(job: Job) -> dict[str, str]:
    """Only a primary key comes through Redis; what is none is not told."""
    try:
        return {"row": str(uuid.UUID(str(job.args[0])))}
    except (ValueError, IndexError):
        return {}


class DrawWorker(ResidentWorker):
    """Loads the site's engine before the first person waits for it, and says how it fares."""

    def begin(self) -> None:
        warm_up()

    def run_maintenance_tasks(self) -> None:
        """RQ's own, at the start and every ten minutes; then forget here whom the site has forgotten."""
        super().run_maintenance_tasks()
        try:
            registry.drop_forgotten_faces()
        except Exception:  # the database may be away; in ten minutes it may be back
            logger.exception("adapters of forgotten faces not looked for")
        finally:
            connection.close()


def warm_up() -> None:
    """Load the engine of a request that nobody has made yet. What is wrong with it is said on the request that needs it."""
    try:
        engine = engine_for(registry.default_choice().key)
        if isinstance(engine, EngineHost):
            engine.start()
            registry.report_health(queue="draw", engine=engine.name, is_warm=True, now=True)
    except EngineError as error:
        logger.warning("engine not loaded yet reason=%s", error)
        registry.report_health(queue="draw", error=error.message_id)
    finally:
        connection.close()
