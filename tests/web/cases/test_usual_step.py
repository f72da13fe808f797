"""Of the steps that a case card offers the first is the one that brings the case on."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from mujun.cases.engine import Option
from mujun.cases.load import load_definition
from mujun.web.pages.cases.words import steps_of


def _steps(name: str, state: str) -> list[Any]:
    definition = load_definition(name)
    moves = [move for move in definition.transitions if state in move.source]
    options = [cast(Option, SimpleNamespace(action=move.key, part="", held=(), required=())) for move in moves]
    card = SimpleNamespace(definition=definition, options=options, case=SimpleNamespace(state=state), parts=[])
    return steps_of(cast(Any, card))


@pytest.mark.parametrize(
    ("name", "state", "label"),
    [
        ("hazard", "proof_given", "复查销号"), ("hazard", "returned", "报整改完成"), ("hazard", "cannot_solve", "重新责令整改"),
        ("audit", "assigned", "定措施"), ("audit", "in_progress", "报送佐证"), ("safety", "measure_set", "开始整改"),
        ("objection", "filed", "开始核查"),
        ("request", "waiting_firm", "企业已补充"), ("package", "waiting_firm", "已补正"),
    ],
)  # fmt: skip
def test_it_leads_on(name: str, state: str, label: str) -> None:
    first, *others = _steps(name, state)
    assert (first.label, first.forward) == (label, True)
    assert others


def test_what_leads_aside_or_back_is_never_the_usual_step() -> None:
    aside = {step.label for step in _steps("audit", "assigned") if not step.forward}
    assert aside == {"退还交办", "列为暂不能解决"}
    assert not any(step.forward for step in _steps("hazard", "closed"))
