"""Long work: registering it, starting it, showing its course, and taking it up again after a crash.

A job is a function ``(course, **arguments) -> dict | None`` registered with :func:`job`. It must be safe to kill at
any moment and to begin again: it writes only through actions, each wholly there or not there. A job that has a
parameter ``by`` gets the number of the user who started it. ::

    @job("tiles", "生成地图切片")
    def build_tiles(course: Course, revision: int) -> None:
        for number, tile in enumerate(tiles):
            course("切片", number, len(tiles))

    build_tiles.start(by=request.user, revision=7)
"""

from __future__ import annotations

import dataclasses
import inspect
import logging
import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from django_tasks import TaskResultStatus, task
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from mujun.base.errors import MujunError
from mujun.web.register import workers
from mujun.web.register.actions import progress
from mujun.web.register.models import JobProgress, JobState
from mujun.web.register.periodic import Ticker, do_all_once

logger = logging.getLogger(__name__)

TICK_SECONDS = 0.5
Work = Callable[..., "dict[str, Any] | None"]


class Stopped(Exception):
    """Somebody asked the job to stop."""


class Course:
    """Reports how far a job is; raises :class:`Stopped` where somebody asked it to stop.

    Inside a transaction it stays silent: nobody could see the report before the end, and what is being written
    is written to its end.
    """

    def __init__(self, job_id: int) -> None:
        self.job_id = job_id
        self._doing = ""
        self._due = 0.0

    def __call__(self, doing: str, done: int = 0, total: int = 0) -> None:
        """Say what is being done and how much of it; reports come at most twice a second."""
        if connection.in_atomic_block or (doing == self._doing and time.monotonic() < self._due):
            return
        stop = progress.tick(self.job_id, doing, done, total, new_phase=doing != self._doing)
        self._doing, self._due = doing, time.monotonic() + TICK_SECONDS
        if stop:
            raise Stopped


class Silent(Course):
    """A course that nobody watches: for calls outside a job."""

    def __init__(self) -> None:
        super().__init__(0)

    def __call__(self, doing: str, done: int = 0, total: int = 0) -> None:
        """Say nothing."""


@dataclasses.dataclass(frozen=True, slots=True)
class Job:
    """A registered job. Calling it runs it here and now (tests, command line)."""

    kind: str
    title: Any
    work: Work

    def start(self, *, by: Any, title: str = "", about: str = "", url: str = "", **arguments: Any) -> JobProgress:
        """Queue the job with ``arguments`` (as JSON holds them); ``url`` is where to go when it is done."""
        return progress.start_job(
            self.kind, title=title or str(self.title), about=about, url=url, arguments=arguments, by=by
        )

    def __call__(self, **arguments: Any) -> dict[str, Any] | None:
        """Run the work in this process."""
        return self.work(Silent(), **arguments)

    def run(self, held: JobProgress) -> dict[str, Any] | None:
        """Do the queued job ``held``; work that asks for ``by`` is told the number of who started it."""
        who = {"by": held.by_id} if "by" in inspect.signature(self.work).parameters else {}
        return self.work(Course(held.pk), **{**held.arguments, **who})


JOBS: dict[str, Job] = {}
"""Every registered job by its kind."""


def job(kind: str, title: Any) -> Callable[[Work], Job]:
    """Register a function as the job ``kind``; ``title`` is what people read."""

    def register(work: Work) -> Job:
        if kind in JOBS and JOBS[kind].work.__module__ != work.__module__:
            raise ValueError(f"the job {kind} is registered twice")
        JOBS[kind] = Job(kind, title, work)
        return JOBS[kind]

    return register


_seat = ""


@task()
def run(job_id: int) -> None:
    """Run one queued job to its end and note how it ended."""
    if not _seat:  # called by something other than run_worker: hold a seat for as long as this job runs
        with workers.seat() as name:
            _run(job_id, name)
    else:
        _run(job_id, _seat)


def _run(job_id: int, seat: str) -> None:
    held = progress.begin(job_id, seat)
    if held is None:
        return
    try:
        result = JOBS[held.kind].run(held)
    except Stopped:
        progress.end(job_id, JobState.STOPPED, error=_("已按要求停止，没有写入任何内容。"))
    except MujunError as error:
        progress.end(job_id, JobState.FAILED, error=str(error))
    except Exception:
        logger.exception("job %s (%s) failed", job_id, held.kind)
        sentence = _("程序出错，没有写入任何内容。请把这个编号告诉管理员：{number}。").format(number=job_id)
        progress.end(job_id, JobState.FAILED, error=sentence)
    else:
        progress.end(job_id, JobState.DONE, result=result or {})


def lost_jobs() -> list[int]:
    """Return the jobs that nobody will end: their worker is gone, or died between taking them and beginning them."""
    running = JobProgress.objects.filter(state=JobState.RUNNING).values_list("pk", "worker")
    lost = [pk for pk, worker in running if not workers.alive(worker)]
    waiting = list(JobProgress.objects.filter(state=JobState.WAITING).values_list("pk", "task_id"))
    found = DBTaskResult.objects.filter(pk__in=[task_id for _pk, task_id in waiting if task_id])
    tasks = {str(pk): (status, held) for pk, status, held in found.values_list("pk", "status", "worker_ids")}
    return lost + [pk for pk, task_id in waiting if not _will_run(*tasks.get(task_id, ("", [])))]


def _will_run(status: str, held_by: list[str]) -> bool:
    if status == TaskResultStatus.RUNNING:
        return bool(held_by) and workers.alive(held_by[-1])
    return status == TaskResultStatus.READY


def recover() -> list[JobProgress]:
    """Take up again what killed workers left behind."""
    lost = lost_jobs()
    return progress.take_up_interrupted(lost, by=None) if lost else []


class _Worker(Worker):
    """The worker of django-tasks-db that looks for lost jobs whenever it has done one."""

    def run_task(self, db_task_result: Any) -> None:
        super().run_task(db_task_result)
        recover()


def run_worker(*, until_empty: bool = False, interval: float = 0.3, signals: bool = True) -> None:
    """Work off queued jobs until told to end (SIGTERM, Ctrl+C), or until there are none (``until_empty``).

    ``signals=False`` where the caller is not the main thread or handles signals itself. Periodic work is done beside
    the jobs; with ``until_empty`` once, before them.
    """
    global _seat
    ticker = None if until_empty else Ticker()
    with workers.seat() as name:
        before, _seat = _seat, name
        try:
            recover()
            if ticker is None:
                do_all_once()
            else:
                ticker.start()
            worker = _Worker(
                queue_names=["*"], interval=interval, batch=until_empty, backend_name="default",
                startup_delay=False, max_tasks=None, worker_id=name, excluded_queue_names=[],
            )  # fmt: skip
            if signals:
                worker.configure_signals()
            worker.run()
        finally:
            _seat = before
            if ticker is not None and ticker.is_alive():
                ticker.stop()
