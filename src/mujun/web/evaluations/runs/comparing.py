"""Two frozen runs side by side, as rows to keep."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd

from mujun.evaluation.compare import movers
from mujun.files.runs import load_run
from mujun.web.evaluations.models import Move, Run, RunResult
from mujun.web.evaluations.runs.rows import plain
from mujun.web.frozen import RUNS


def moves_between(before: Run, after: Run) -> tuple[list[Move], dict[str, Any]]:
    """Return the firms whose grade differs (unsaved, worst fall first) and counts per cause and per pair of grades."""
    first, second = load_run(RUNS.folder_of(before.folder)), load_run(RUNS.folder_of(after.folder))
    table = movers(first, second)
    people = {
        firm_id: (name, town)
        for run in (before, after)
        for firm_id, name, town in RunResult.objects.filter(run=run).values_list("firm_id", "name", "town")
        if firm_id in table.index
    }
    rows = [_move(str(firm_id), row, *people.get(str(firm_id), ("", ""))) for firm_id, row in table.iterrows()]
    causes = Counter(row.due_to for row in rows)
    pairs = Counter((row.grade_before, row.grade_after) for row in rows)
    listed = [[*pair, number] for pair, number in sorted(pairs.items())]
    return rows, {"moved": len(rows), "due_to": dict(sorted(causes.items())), "counts": listed}


def _move(firm_id: str, row: pd.Series[Any], name: str, town: str) -> Move:
    held: dict[Any, Any] = {key: None if pd.isna(value) else plain(value) for key, value in row.items()}
    ranks = {key: None if held[key] is None else int(held[key]) for key in ("rank_before", "rank_after")}
    return Move(
        firm_id=firm_id,
        name=name,
        town=town,
        grade_before=held["grade_before"] or "",
        grade_after=held["grade_after"] or "",
        total_before=held["total_before"],
        total_after=held["total_after"],
        due_to=held["due_to"] or "",
        by_rules=held["by_rules"],
        by_data=held["by_data"],
        by_others=held["by_others"],
        **ranks,
    )
