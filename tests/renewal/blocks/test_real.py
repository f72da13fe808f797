"""Real instances with known optima: no bound on the wrong side, no plan that the checker refuses."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest

from mujun.files.questions import read_question
from mujun.renewal.blocks.plan import Status
from tests.renewal.blocks.judging import solved

REAL = Path(os.environ.get("MUJUN_REAL_DATA", "/nowhere")) / "blocks"
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not REAL.is_dir(), reason="real data are not here")]
CHOSEN = ("HCMV", "lymphoma", "drosophila001", "n-500-", "handsi04")
ROUNDING = 1e-6
"""Known optima are given to six decimals."""


def _known() -> list[tuple[str, str, float]]:
    if not REAL.is_dir():
        return []
    table = pd.read_csv(REAL / "optima.csv")
    table = table[table["file"].map(lambda file: any(name in file for name in CHOSEN))]
    return list(zip(table["file"], table["sense"], table["optimum"], strict=True))


@pytest.mark.parametrize(("file", "sense", "optimum"), _known())
def test_known_optima(file: str, sense: str, optimum: float) -> None:
    question = read_question(REAL / file)
    plan = question.answer(solved(question.problem, time_limit_s=10))
    sign, slack = (1 if sense == "max" else -1), ROUNDING * max(1.0, abs(optimum))
    assert plan.objective is not None
    assert plan.bound is not None
    assert sign * (plan.objective - optimum) <= slack
    assert sign * (optimum - plan.bound) <= slack
    if plan.status is Status.OPTIMAL:
        assert plan.objective == pytest.approx(optimum, abs=slack)


@pytest.mark.parametrize("name", ["tas-k1", "tas-k5"])
def test_planning_units_of_tasmania(name: str) -> None:
    question = read_question(REAL / name)
    plan = solved(question.problem, time_limit_s=10)
    assert plan.objective is not None
    assert plan.bound is not None
    assert plan.bound >= plan.objective * (1 - 1e-9)
    assert len(plan.blocks) <= (question.problem.terms.max_blocks or 0)
