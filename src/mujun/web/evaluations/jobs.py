"""Long work of the evaluation. Each may be killed and begun again: what it writes is one action."""

from __future__ import annotations

import datetime as dt
from typing import Any

from mujun.base.errors import MujunError, Refused
from mujun.web.evaluations.models import Comparison, Run, RunState
from mujun.web.evaluations.notices.actions import keep_area_notice
from mujun.web.evaluations.notices.areas import area_rows
from mujun.web.evaluations.runs.actions import LIFE, keep_comparison, note_problem, note_replay
from mujun.web.evaluations.runs.comparing import moves_between
from mujun.web.evaluations.runs.rehearsing import rehearse
from mujun.web.people.models import User
from mujun.web.register.jobs import Course, job
from mujun.web.register.queries import load_register


@job("rehearse_run", "试算评价")
def rehearse_run(course: Course, run: int) -> dict[str, Any]:
    """Compute a drafted run. One that is no draft any more is left as it is."""
    held = Run.objects.select_related("rules", "by").get(pk=run)
    if held.state == RunState.DRAFT:
        try:
            rehearse(held, by=held.by, progress=course)
        except Refused:
            raise
        except MujunError as error:
            note_problem(run, str(error), by=held.by)
            raise
    held.refresh_from_db()
    if held.state == RunState.REHEARSED and held.previous_id is not None:
        course("找出等级变动的企业和原因", 0, 0)
        _compare(held.previous_id, run, held.by)
    return {"url": f"/runs/{run}/"}


@job("replay_run", "重算核对")
def replay_run(course: Course, run: int, by: int) -> dict[str, Any]:
    """Compute a frozen run again from its own snapshot and compare byte for byte."""
    course("由冻结的数据重算", 0, 0)
    reasons = LIFE.replay(run)
    note_replay(run, reasons, by=User.objects.get(pk=by))
    return {"url": f"/runs/{run}/", "same": not reasons}


def _compare(before: int, after: int, by: User) -> None:
    if not Comparison.objects.filter(before=before, after=after).exists():
        runs = Run.objects.in_bulk([before, after])
        moves, summary = moves_between(runs[before], runs[after])
        keep_comparison(before, after, moves, summary, by=by)


@job("compare_runs", "比较两次评价")
def compare_runs(course: Course, before: int, after: int, by: int) -> dict[str, Any]:
    """Hold two frozen runs side by side: who moved, and what it is due to."""
    course("由冻结数据重算并比较", 0, 0)
    _compare(before, after, User.objects.get(pk=by))
    return {"url": f"/runs/{before}/compare/{after}/"}


@job("area_notice", "生成面积公示")
def area_notice(
    course: Course, title: str, year: int, revision: int, starts: str, ends: str, by: int
) -> dict[str, Any]:
    """Freeze the list of evaluated areas as known at ``revision`` and publish it for the window."""
    course("读取登记数据", 0, 0)
    day = dt.date(year, 12, 31)
    rows = area_rows(load_register(revision, tables=("firms", "parcels", "occupancy")), day)
    course("写入公示名单", 0, len(rows))
    window = dt.datetime.fromisoformat(starts), dt.datetime.fromisoformat(ends)
    notice = keep_area_notice(title, year, day, revision, window, rows, by=User.objects.get(pk=by))
    return {"url": f"/notices/areas/{notice.pk}/"}
