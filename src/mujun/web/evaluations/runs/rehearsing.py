"""Computing a run without publishing it: register as known then → evaluation → frozen folder → rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
from django.utils import timezone

from mujun import __version__
from mujun.evaluation import Evaluation, evaluate
from mujun.evaluation.measures import load_measures, measures_for
from mujun.evaluation.scoring import FLAG
from mujun.files.runs import TABLES_READ, write_run
from mujun.web.evaluations.models import MeasureResult, Run, RunResult, RunState
from mujun.web.evaluations.rulesets.queries import rule_set_of
from mujun.web.evaluations.runs import actions
from mujun.web.evaluations.runs.queries import grades_of, referred_folders, run_to_compare_with
from mujun.web.evaluations.runs.rows import Rows, frame_of, group_labels, plain
from mujun.web.frozen import RUNS
from mujun.web.register.queries import load_register

Progress = Callable[[str, int, int], None]
NO_DATA_FLAGS = ("no_data", "mean", "full", "skip")


def silent(doing: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def rehearse(run: Run, *, by: Any, progress: Progress = silent) -> Run:
    """Compute a draft and keep the result; nothing is published. Raises MujunError with a sentence where it cannot."""
    RUNS.sweep(referred_folders())
    progress("读取登记数据", 0, 0)
    register = load_register(run.revision, TABLES_READ)
    progress("计算指标、得分、名次和等级", 0, 0)
    evaluation = evaluate(register, rule_set_of(run.rules), run.year)
    progress("冻结数据与结果", 0, 0)
    folder, digests = RUNS.freeze(run.pk, lambda place: write_run(evaluation, place))
    try:
        previous = run_to_compare_with(run)
        before = grades_of(previous)
        rows = Rows(evaluation, run.pk, before)
        rehearsal = actions.Rehearsal(
            folder=folder,
            digests=digests,
            code_version=__version__,
            frame=frame_of(evaluation),
            summary=summary_of(evaluation),
            moves=moves_of(evaluation, before),
            previous=previous.pk if previous else None,
            results=_watched(rows, len(evaluation.frame), progress),
            measures=measures_of(run, evaluation),
        )
        return actions.keep_rehearsal(run.pk, rehearsal, by=by)
    except Exception:
        if folder not in referred_folders():
            RUNS.remove(folder)
        raise


def _watched(rows: Rows, total: int, progress: Progress) -> list[RunResult]:
    kept = []
    for number, row in enumerate(rows):
        if number % 500 == 0:
            progress("整理每家企业的算账单", number, total)
        kept.append(row)
    progress("写入结果", 0, 0)
    return kept


def measures_of(run: Run, evaluation: Evaluation) -> list[MeasureResult]:
    """Return what follows from each firm's grade under the measures that the run names."""
    chosen = [measure for measure in load_measures() if measure.name in run.policies]
    if not chosen:
        return []
    table = measures_for(evaluation, chosen, timezone.localdate(), published_history(run))
    rows: Iterator[Any] = table.itertuples(index=False)
    return [
        MeasureResult(
            run=run,
            firm_id=row.firm_id,
            measure=row.measure,
            label=row.label,
            years_running=int(row.years_running),
            value=plain(row.value),
            unit=row.unit,
            base=plain(row.base),
            amount_fen=None if pd.isna(row.amount_fen) else int(row.amount_fen),
            text=row.text[:200],
            clause=row.clause[:300],
        )
        for row in rows
    ]


def published_history(run: Run) -> pd.DataFrame:
    """Return ``firm_id``, ``year``, ``grade`` of the years before, as published under the same rule set."""
    earlier = RunResult.objects.filter(
        run__state=RunState.PUBLISHED, run__rule_name=run.rule_name, run__year__lt=run.year
    )
    return pd.DataFrame(
        list(earlier.values_list("firm_id", "run__year", "grade")), columns=["firm_id", "year", "grade"]
    )


def summary_of(evaluation: Evaluation) -> dict[str, Any]:
    """Count grades per group, why firms are not ranked, and how many ranked firms lack data per indicator."""
    grades, groups, reasons = evaluation.grade_names, evaluation.groups, evaluation.reasons
    labels = group_labels(evaluation.rules)
    counted: dict[str, Counter[str]] = {}
    for group, grade in zip(groups.tolist(), grades.tolist(), strict=True):
        if group:
            counted.setdefault(str(group), Counter())[str(grade)] += 1
    lacking = np.array([FLAG[name] for name in NO_DATA_FLAGS], dtype=np.int8)
    missing = {}
    for indicator in evaluation.rules.indicators:
        scores = evaluation.results.items[indicator.name]
        number = int((scores.on_card & np.isin(scores.flag, lacking)).sum())
        if number:
            missing[indicator.label] = number
    return {
        "firms": len(evaluation.frame),
        "ranked": int(evaluation.results.scope.ranked.sum()),
        "groups": [
            {"name": name, "label": labels.get(name, name), "grades": dict(counted[name])} for name in sorted(counted)
        ],
        "reasons": {str(reason): number for reason, number in Counter(reasons.tolist()).items() if reason},
        "missing": missing,
    }


def moves_of(evaluation: Evaluation, before: dict[str, str]) -> dict[str, Any]:
    """Count the firms whose grade is another than before, per ``[from, to]``; also new and gone firms."""
    counts: Counter[tuple[str, str]] = Counter()
    new = 0
    for firm_id, grade in _pairs(evaluation):
        if firm_id not in before:
            new += bool(before)
        elif before[firm_id] != grade:
            counts[before[firm_id], grade] += 1
    gone = len(before.keys() - set(map(str, evaluation.frame.firm_ids)))
    listed = [[*move, number] for move, number in sorted(counts.items())]
    return {"moved": sum(counts.values()), "new": new, "gone": gone, "counts": listed}


def _pairs(evaluation: Evaluation) -> Iterator[tuple[str, str]]:
    return zip(map(str, evaluation.frame.firm_ids), map(str, evaluation.grade_names), strict=True)
