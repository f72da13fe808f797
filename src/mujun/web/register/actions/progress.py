"""The course of long work. Ticks are book-keeping about the work, not changes of the register: they are not audited.

Starting and stopping a job, which a person does, is an action like any other.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks_db.models import DBTaskResult

from mujun.base.errors import Refused
from mujun.web.audit.actions import action, record
from mujun.web.register.models import JobProgress, JobState

MOST_ATTEMPTS = 3
"""A job whose worker was killed begins again, but one that keeps killing its worker does not go on for ever."""
STILL_OPEN = (JobState.WAITING, JobState.RUNNING)


@action
def start_job(
    kind: str, *, title: str, about: str = "", url: str = "", arguments: dict[str, Any] | None = None, by: Any
) -> JobProgress:
    """Queue the job registered as ``kind``; it runs as soon as a worker is free."""
    job = JobProgress.objects.create(
        kind=kind, title=title[:200], about=about[:200], url=url, arguments=arguments or {}, by=by
    )
    _enqueue(job)
    record("job.start", by=by, about=about or f"job:{job.pk}", job=job.pk, kind=kind)
    return job


@action
def request_stop(job_id: int, *, by: Any) -> JobProgress:
    """Ask a job to stop. One that waits stops at once; one that runs stops at its next step, leaving nothing half."""
    job = JobProgress.objects.select_for_update().get(pk=job_id)
    if not job.active:
        raise Refused(_("这项工作已经结束。"))
    job.stop_requested = True
    if job.state == JobState.WAITING:
        job.state, job.finished = JobState.STOPPED, timezone.now()
        DBTaskResult.objects.filter(pk=job.task_id).delete()
    job.save()
    record("job.stop", by=by, about=job.about or f"job:{job.pk}", job=job.pk)
    return job


def _enqueue(job: JobProgress) -> None:
    from mujun.web.register.work import run

    job.task_id = str(run.enqueue(job.pk).id)
    job.save(update_fields=["task_id"])


def begin(job_id: int, worker: str) -> JobProgress | None:
    """Note that ``worker`` now runs the job; None where it is not waiting to be run (stopped in the meantime)."""
    with transaction.atomic():
        job = JobProgress.objects.select_for_update().filter(pk=job_id, state=JobState.WAITING).first()
        if job is None:
            return None
        now = timezone.now()
        job.state, job.worker, job.started, job.phase_started = JobState.RUNNING, worker, now, now
        job.attempts += 1
        job.save()
        return job


def tick(job_id: int, doing: str, done: int, total: int, *, new_phase: bool) -> bool:
    """Note how far a job is; return whether somebody asked it to stop."""
    now = timezone.now()
    values: dict[str, Any] = {"doing": doing[:200], "done": done, "total": total, "updated": now}
    if new_phase:
        values["phase_started"] = now
    JobProgress.objects.filter(pk=job_id).update(**values)
    return bool(JobProgress.objects.filter(pk=job_id, stop_requested=True).exists())


def end(job_id: int, state: JobState, *, error: str = "", result: dict[str, Any] | None = None) -> None:
    """Note how a job ended."""
    values: dict[str, Any] = {"state": state, "error": error, "finished": timezone.now(), "updated": timezone.now()}
    if result is not None:
        values["result"] = result
        values["url"] = (
            result["url"] if "url" in result else JobProgress.objects.values_list("url", flat=True).get(pk=job_id)
        )
    JobProgress.objects.filter(pk=job_id).update(**values)


@action
def take_up_interrupted(job_ids: list[int], *, by: None = None) -> list[JobProgress]:
    """Begin jobs again whose worker is gone; give one up that has lost its worker too often."""
    jobs = []
    for job in JobProgress.objects.select_for_update().filter(pk__in=job_ids, state__in=STILL_OPEN):
        DBTaskResult.objects.filter(pk=job.task_id).delete()
        again = job.attempts < MOST_ATTEMPTS and not job.stop_requested
        job.worker = ""
        if again:
            job.state, job.doing, job.done, job.total = JobState.WAITING, _("被中断后重新开始"), 0, 0
        else:
            job.state, job.finished = JobState.INTERRUPTED, timezone.now()
            job.error = _("后台程序多次中断，这项工作没有完成；登记簿里没有留下一半的结果。")
        job.save()
        if again:
            _enqueue(job)
        record("job.interrupted", by=by, about=job.about or f"job:{job.pk}", job=job.pk, again=again)
        jobs.append(job)
    return jobs
