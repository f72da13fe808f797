"""Long work: its course, stopping it, and taking it up again."""

from __future__ import annotations

import pytest
from django_tasks_db.models import DBTaskResult

from mujun.base.errors import Refused
from mujun.web.audit.models import AuditEvent
from mujun.web.register import actions, queries, work, workers
from mujun.web.register.actions import progress
from mujun.web.register.models import JobProgress, JobState

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def trial_jobs(monkeypatch):
    monkeypatch.setattr(work, "JOBS", dict(work.JOBS))

    @work.job("trial.count", "数数")
    def count(course, n):
        for number in range(n):
            course("数数", number, n)
        return {"n": n}

    @work.job("trial.refuse", "不肯")
    def refuse(course):
        raise Refused("不行。", next_step="换一个。")

    @work.job("trial.break", "坏的")
    def broken(course):
        raise ValueError("secret detail")

    return {"count": count, "refuse": refuse, "broken": broken}


def run() -> None:
    work.run_worker(until_empty=True, interval=0, signals=False)


def test_a_job_says_how_it_ended(clerk, trial_jobs) -> None:
    job = trial_jobs["count"].start(by=clerk, n=3, url="/there/", about="batch:1")
    assert job.state == JobState.WAITING
    run()
    job.refresh_from_db()
    assert (job.state, job.result, job.url, job.attempts) == (JobState.DONE, {"n": 3}, "/there/", 1)
    assert AuditEvent.objects.get(action="job.start").about == "batch:1"
    assert queries.latest_job("batch:1") == job


def test_a_refusal_is_a_sentence_and_a_fault_is_not_shown(clerk, trial_jobs) -> None:
    refused, broken = trial_jobs["refuse"].start(by=clerk), trial_jobs["broken"].start(by=clerk)
    run()
    refused.refresh_from_db()
    broken.refresh_from_db()
    assert (refused.state, refused.error) == (JobState.FAILED, "不行。 换一个。")
    assert broken.state == JobState.FAILED
    assert "secret detail" not in broken.error
    assert str(broken.pk) in broken.error


def test_a_waiting_job_stops_at_once_and_never_runs(clerk, trial_jobs) -> None:
    job = trial_jobs["count"].start(by=clerk, n=3)
    actions.request_stop(job.pk, by=clerk)
    run()
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.STOPPED, 0)
    with pytest.raises(Refused):
        actions.request_stop(job.pk, by=clerk)


def test_a_running_job_stops_at_its_next_step(clerk, trial_jobs) -> None:
    @work.job("trial.stopped", "停")
    def stopped(course):
        course("第一步", 0, 2)
        actions.request_stop(course.job_id, by=clerk)
        course("第二步", 1, 2)
        raise AssertionError("the second step must not be reached")

    job = stopped.start(by=clerk)
    run()
    job.refresh_from_db()
    assert (job.state, job.doing) == (JobState.STOPPED, "第二步")


def test_a_job_knows_who_started_it(clerk) -> None:
    @work.job("trial.who", "谁")
    def who(course, by):
        return {"by": by}

    job = who.start(by=clerk)
    run()
    job.refresh_from_db()
    assert job.result == {"by": clerk.pk}


def left_behind(job: JobProgress, attempts: int = 1) -> None:
    """Make a job look as a killed worker leaves it."""
    JobProgress.objects.filter(pk=job.pk).update(state=JobState.RUNNING, worker="gone-1", attempts=attempts)
    DBTaskResult.objects.filter(pk=job.task_id).update(status="RUNNING")


def test_a_job_whose_worker_was_killed_begins_again(clerk, trial_jobs) -> None:
    job = trial_jobs["count"].start(by=clerk, n=3)
    left_behind(job)
    job.refresh_from_db()
    assert queries.as_it_stands(job).active
    run()
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.DONE, 2)
    assert AuditEvent.objects.filter(action="job.interrupted").count() == 1


def test_a_job_taken_but_not_begun_when_its_worker_was_killed_begins(clerk, trial_jobs) -> None:
    job = trial_jobs["count"].start(by=clerk, n=3)
    DBTaskResult.objects.filter(pk=job.task_id).update(status="RUNNING", worker_ids=["gone-1"])
    run()
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.DONE, 1)


def test_a_job_that_keeps_killing_its_worker_is_given_up(clerk, trial_jobs) -> None:
    job = trial_jobs["count"].start(by=clerk, n=3)
    left_behind(job, attempts=progress.MOST_ATTEMPTS)
    run()
    job.refresh_from_db()
    assert job.state == JobState.INTERRUPTED
    assert "没有留下一半" in job.error


def test_a_job_of_a_living_worker_is_left_alone(clerk, trial_jobs) -> None:
    job = trial_jobs["count"].start(by=clerk, n=3)
    with workers.seat() as name:
        JobProgress.objects.filter(pk=job.pk).update(state=JobState.RUNNING, worker=name)
        assert work.lost_jobs() == []
        assert workers.alive(name)
    assert not workers.alive(name)
    assert work.lost_jobs() == [job.pk]


def test_the_course_says_what_is_done_and_how_long_it_takes(clerk, trial_jobs) -> None:
    job = trial_jobs["count"].start(by=clerk, n=1)
    progress.begin(job.pk, "somebody")
    assert not progress.tick(job.pk, "数数", 0, 10, new_phase=True)
    progress.tick(job.pk, "数数", 5, 10, new_phase=False)
    job.refresh_from_db()
    assert (job.doing, job.fraction) == ("数数", 0.5)
    assert job.seconds_left is not None
