"""The life of a run: drafted, rehearsed, signed, superseded. Results are written once and never changed."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from mujun.base.errors import Refused
from mujun.web.audit.actions import action, record
from mujun.web.evaluations.life.actions import Life
from mujun.web.evaluations.models import (
    Comparison,
    MeasureResult,
    Move,
    ResultNotice,
    RuleSetVersion,
    Run,
    RunResult,
    RunState,
)
from mujun.web.evaluations.runs.queries import published_run
from mujun.web.frozen import RUNS
from mujun.web.register.actions.progress import start_job
from mujun.web.register.models import JobProgress

BATCH = 2_000


@dataclasses.dataclass(slots=True)
class Rehearsal:
    """What computing a run gave: the frozen folder, what all rows share, and the rows (not yet saved)."""

    folder: str
    digests: dict[str, str]
    code_version: str
    frame: dict[str, Any]
    summary: dict[str, Any]
    moves: dict[str, Any]
    previous: int | None
    results: Iterable[RunResult]
    measures: Iterable[MeasureResult]


LIFE = Life(Run, "run", lambda: pgettext("run", "评价"), RUNS)


@action
def draft_run(
    version: RuleSetVersion, year: int, revision: int, note: str = "", policies: Sequence[str] = (), *, by: Any
) -> Run:
    """Fix what will be computed (rule set version, year, revision of the register) and queue the rehearsal."""
    if not version.valid:
        raise Refused(
            _("规则集 {name} 没有通过检查，不能用于评价。").format(name=version.name),
            next_step=_("请按提示修改后重新上传。"),
        )
    if revision < 1:
        raise Refused(_("登记数据还是空的，不能评价。"), next_step=_("请先导入数据。"))
    run = Run.objects.create(
        rules=version,
        rule_name=version.name,
        year=year,
        revision=revision,
        note=note[:200],
        policies=list(policies),
        by=by,
    )
    LIFE.record("drafted", run.pk, by=by, rules=version.name, digest=version.digest, year=year, revision=revision)
    _queue(run, by=by)
    return run


def _queue(run: Run, *, by: Any) -> None:
    title = f"试算 {run.year} 年评价（{run.rule_name}）"
    start_job(
        "rehearse_run", title=title, about=f"run:{run.pk}", url=f"/runs/{run.pk}/", arguments={"run": run.pk}, by=by
    )


@action
def rehearse_again(pk: int, *, by: Any) -> Run:
    """Queue a draft again that could not be computed, for example after missing figures were imported."""
    run: Run = LIFE.tried_again(pk)
    _queue(run, by=by)
    return run


@action
def keep_rehearsal(pk: int, rehearsal: Rehearsal, *, by: Any) -> Run:
    """Store a computed run wholly: rows, digests, summary. A second rehearsal of the same draft is refused."""
    run: Run = LIFE.draft(pk)
    RunResult.objects.bulk_create(rehearsal.results, batch_size=BATCH)
    MeasureResult.objects.bulk_create(rehearsal.measures, batch_size=BATCH)
    run.state = RunState.REHEARSED
    run.folder, run.digests, run.code_version = rehearsal.folder, rehearsal.digests, rehearsal.code_version
    run.frame, run.summary, run.moves = rehearsal.frame, rehearsal.summary, rehearsal.moves
    run.previous_id = rehearsal.previous
    run.problem, run.rehearsed_at = "", timezone.now()
    run.save()
    LIFE.record("rehearsed", pk, by=by, digests=rehearsal.digests, moved=rehearsal.moves.get("moved", 0))
    return run


@action
def note_problem(pk: int, sentence: str, *, by: Any) -> None:
    """Keep why a draft could not be computed."""
    LIFE.fail(pk, sentence, by=by)


@action
def publish_run(pk: int, *, by: Any) -> Run:
    """Sign a rehearsed run; see :meth:`Life.publish`."""
    run: Run = LIFE.publish(pk, lambda run: published_run(run.year, run.rule_name), by=by)
    LIFE.record("published", pk, by=by, digests=run.digests, moves=run.moves.get("counts", []))
    return run


@action
def discard_run(pk: int, *, by: Any) -> None:
    """Give a draft or a rehearsal up; what was published is never discarded."""
    LIFE.discard(pk, lambda run: (RunResult.objects.filter(run=run), MeasureResult.objects.filter(run=run)), by=by)


@action
def open_result_notice(pk: int, title: str, starts: dt.datetime, ends: dt.datetime, *, by: Any) -> ResultNotice:
    """Open the public notice (公示) of a published run; firms may object from ``starts`` until before ``ends``."""
    run: Run = LIFE.held(pk)
    if run.state != RunState.PUBLISHED:
        raise Refused(_("只有已发布的评价才能公示。"), next_step=_("请先签字发布。"))
    if ends <= starts:
        raise Refused(_("公示结束时间应晚于开始时间。"))
    if ResultNotice.objects.filter(run=run).exists():
        raise Refused(_("评价 #{pk} 已经公示过。").format(pk=pk))
    notice = ResultNotice.objects.create(run=run, title=title[:200], starts=starts, ends=ends, by=by)
    record("notice.opened", by=by, about=f"run:{pk}", starts=starts.isoformat(), ends=ends.isoformat())
    return notice


def queue_replay(pk: int, *, by: Any) -> JobProgress:
    """Queue a replay of the frozen folder of a run."""
    return LIFE.queue_replay(pk, "replay_run", f"/runs/{pk}/", by=by)


def queue_comparison(before: int, after: int, *, by: Any) -> JobProgress:
    """Queue the comparison of two frozen runs."""
    runs = Run.objects.in_bulk([before, after])
    if len(runs) < 2 or not all(run.has_results for run in runs.values()):
        raise Refused(_("只有两次不同的、已有结果的评价才能比较。"), next_step=_("请重新选择。"))
    return start_job(
        "compare_runs", title=f"比较评价 #{before} 与 #{after}", about=f"run:{before}:{after}",
        url=f"/runs/{before}/compare/{after}/", arguments={"before": before, "after": after, "by": by.pk}, by=by,
    )  # fmt: skip


@action
def keep_comparison(before: int, after: int, moves: Sequence[Move], summary: dict[str, Any], *, by: Any) -> Comparison:
    """Keep who moved between two runs; a comparison kept before is the same and stays."""
    held, new = Comparison.objects.get_or_create(
        before_id=before, after_id=after, defaults={"summary": summary, "by": by}
    )
    if new:
        for move in moves:
            move.comparison = held
        Move.objects.bulk_create(moves, batch_size=BATCH)
    record("run.compared", by=by, about=f"run:{after}", before=before, moved=summary["moved"])
    return held


@action
def note_replay(pk: int, differing: list[str], *, by: Any) -> None:
    """Keep the answer of a replay: what did not come out byte for byte."""
    LIFE.note_replay(pk, differing, by=by)
