"""The life of a run: drafted, rehearsed, signed, superseded. Results are written once and never changed."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.web.audit.actions import action, record
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
from mujun.web.evaluations.runs import frozen
from mujun.web.evaluations.runs.queries import published_run
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


def run_for_change(pk: int) -> Run:
    """Return a run locked for this transaction; raise Refused where there is none."""
    run = Run.objects.select_for_update().filter(pk=pk).first()
    if run is None:
        raise Refused(_("没有编号为 {pk} 的评价。").format(pk=pk), next_step=_("请回到评价列表重新选择。"))
    return run


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
    about = f"run:{run.pk}"
    record("run.drafted", by=by, about=about, rules=version.name, digest=version.digest, year=year, revision=revision)
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
    run = run_for_change(pk)
    if run.state != RunState.DRAFT:
        raise Refused(_("评价 #{pk} 已经算过，结果不会被改写。").format(pk=pk), next_step=_("需要重算请新建一次评价。"))
    run.problem = ""
    run.save(update_fields=["problem"])
    _queue(run, by=by)
    return run


@action
def keep_rehearsal(pk: int, rehearsal: Rehearsal, *, by: Any) -> Run:
    """Store a computed run wholly: rows, digests, summary. A second rehearsal of the same draft is refused."""
    run = run_for_change(pk)
    if run.state != RunState.DRAFT:
        raise Refused(_("评价 #{pk} 已经算过，结果不会被改写。").format(pk=pk), next_step=_("需要重算请新建一次评价。"))
    RunResult.objects.bulk_create(rehearsal.results, batch_size=BATCH)
    MeasureResult.objects.bulk_create(rehearsal.measures, batch_size=BATCH)
    run.state = RunState.REHEARSED
    run.folder, run.digests, run.code_version = rehearsal.folder, rehearsal.digests, rehearsal.code_version
    run.frame, run.summary, run.moves = rehearsal.frame, rehearsal.summary, rehearsal.moves
    run.previous_id = rehearsal.previous
    run.problem, run.rehearsed_at = "", timezone.now()
    run.save()
    record("run.rehearsed", by=by, about=f"run:{pk}", digests=rehearsal.digests, moved=rehearsal.moves.get("moved", 0))
    return run


@action
def note_problem(pk: int, sentence: str, *, by: Any) -> None:
    """Keep why a draft could not be computed."""
    run = run_for_change(pk)
    run.problem = sentence
    run.save(update_fields=["problem"])
    record("run.refused", by=by, about=f"run:{pk}", reason=sentence)


@action
def publish_run(pk: int, *, by: Any) -> Run:
    """Sign a rehearsed run: it counts from now on, the one before it stays and is marked as superseded.

    Refused where another run was published since the rehearsal, because the list of who moves would be untrue.
    """
    run = run_for_change(pk)
    if run.state != RunState.REHEARSED:
        raise Refused(
            _("评价 #{pk} 现在是“{state}”，只有已试算的评价可以发布。").format(pk=pk, state=run.get_state_display())
        )
    standing = published_run(run.year, run.rule_name)
    if standing is not None and standing.pk != run.previous_id:
        raise Refused(
            _("评价 #{pk} 试算之后，评价 #{standing} 已经发布，变动名单不再准确。").format(pk=pk, standing=standing.pk),
            next_step=_("请用现在的数据新建一次评价，再发布。"),
        )
    now = timezone.now()
    if standing is not None:
        standing.state = RunState.SUPERSEDED
        standing.save(update_fields=["state"])
        record("run.superseded", by=by, about=f"run:{standing.pk}", superseded_by=pk)
    run.state, run.signed_at, run.signed_by = RunState.PUBLISHED, now, by
    run.save(update_fields=["state", "signed_at", "signed_by"])
    record("run.published", by=by, about=f"run:{pk}", digests=run.digests, moves=run.moves.get("counts", []))
    return run


@action
def discard_run(pk: int, *, by: Any) -> None:
    """Give a draft or a rehearsal up; what was published is never discarded."""
    run = run_for_change(pk)
    if run.state not in (RunState.DRAFT, RunState.REHEARSED):
        raise Refused(_("评价 #{pk} 已经发布过，必须保留。").format(pk=pk))
    if run.from_objections.exists():
        raise Refused(
            _("评价 #{pk} 由采纳的异议产生，不能放弃。").format(pk=pk),
            next_step=_("请发布它，或用更新的数据重新评价。"),
        )
    RunResult.objects.filter(run=run).delete()
    MeasureResult.objects.filter(run=run).delete()
    folder, run.folder = run.folder, ""
    run.state = RunState.DISCARDED
    run.save(update_fields=["state", "folder"])
    record("run.discarded", by=by, about=f"run:{pk}")
    if folder:
        transaction.on_commit(lambda: frozen.remove(folder))


@action
def open_result_notice(pk: int, title: str, starts: dt.datetime, ends: dt.datetime, *, by: Any) -> ResultNotice:
    """Open the public notice (公示) of a published run; firms may object from ``starts`` until before ``ends``."""
    run = run_for_change(pk)
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
    run = Run.objects.filter(pk=pk).first()
    if run is None or not run.has_results:
        raise Refused(_("评价 #{pk} 还没有冻结的结果，无从核对。").format(pk=pk), next_step=_("请先试算。"))
    arguments = {"run": pk, "by": by.pk}
    return start_job(
        "replay_run", title=f"重算核对评价 #{pk}", about=f"run:{pk}", url=f"/runs/{pk}/", arguments=arguments, by=by
    )


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
def note_replay(pk: int, same: bool, differing: list[str], *, by: Any) -> None:
    """Keep the answer of a replay: whether every file came out byte for byte."""
    record("run.replayed", by=by, about=f"run:{pk}", same=same, differing=differing)
