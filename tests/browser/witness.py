"""What the library computes, without the pages: ``witness.py pick FOLDER RULES YEAR`` or ``witness.py moves OLD NEW``.

Run in a process of its own, with the ``MUJUN_HOME`` of the installation in question; answers in JSON.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import Any

import pandas as pd

from mujun.evaluation import Evaluation, evaluate
from mujun.evaluation.compare import compare
from mujun.register.tables import Register
from mujun.rulebook.load import load_rules


def pick(folder: str, rules: str, year: str) -> dict[str, Any]:
    """A firm and a yearly tax such that correcting this one cell moves its own grade and somebody else's."""
    from mujun.files.county import read_county

    register, _defects = read_county(Path(folder))
    before = evaluate(register, load_rules(rules), int(year))
    graded = before.grades.query("grade == 'C' and reason == ''").sort_values("rank")["firm_id"]
    measures = register["measures"]
    for firm_id in graded:
        mine = (measures["firm_id"] == firm_id) & (measures["year"] == int(year)) & (measures["tax_wan"] > 0)
        if mine.sum() != 1:
            continue
        held = float(measures.loc[mine, "tax_wan"].iloc[0])
        claimed = round(held * 4 + 20, 2)
        moved = _moved(before, evaluate(_with_tax(register, mine, claimed), before.rules, int(year)))
        if firm_id in moved and len(moved) > 1:
            return {"firm_id": firm_id, "held": held, "claimed": claimed}
    raise SystemExit("no firm of this county moves another one's grade")


def _with_tax(register: Register, row: pd.Series[bool], tax: float) -> Register:
    table = register.tables["measures"]
    data = table.data.copy()
    data.loc[row, "tax_wan"] = tax
    return dataclasses.replace(register, tables={**register.tables, "measures": dataclasses.replace(table, data=data)})


def _moved(before: Evaluation, after: Evaluation) -> dict[str, list[str]]:
    table = compare(before, after).query("moved")
    return {str(firm_id): [row.grade_before, row.grade_after] for firm_id, row in table.iterrows()}


def moves(old: str, new: str) -> dict[str, Any]:
    """Who moves between the registers that two runs were computed from, and whether both replay to the same bytes."""
    from mujun.cli.django_project import start

    start()
    from django.conf import settings

    from mujun.files.replaying import replay
    from mujun.rulebook.load import parse_rules
    from mujun.web.evaluations.models import Run
    from mujun.web.register.queries import load_register

    runs = [Run.objects.select_related("rules").get(pk=int(number)) for number in (old, new)]
    before, after = (
        evaluate(load_register(run.revision), parse_rules(run.rules.text, "rules.yaml"), run.year) for run in runs
    )
    return {
        "moved": _moved(before, after),
        "states": [run.state for run in runs],
        "revisions": [run.revision for run in runs],
        "same": [replay(Path(settings.RUNS_ROOT) / run.folder).same for run in runs],
    }


if __name__ == "__main__":
    print(json.dumps({"pick": pick, "moves": moves}[sys.argv[1]](*sys.argv[2:]), ensure_ascii=False))
