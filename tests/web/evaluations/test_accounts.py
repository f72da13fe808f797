"""The account sheet out of one stored row is the one out of the whole run."""

from __future__ import annotations

import pytest

from mujun.evaluation import evaluate
from mujun.evaluation.account import account_sheet
from mujun.web.evaluations.cards.queries import account_for
from mujun.web.evaluations.models import RunResult
from mujun.web.evaluations.rulesets.queries import rule_set_of
from mujun.web.register.queries import load_register
from tests.web.evaluations.web_county import rehearsed


def same_accounts(run):
    evaluation = evaluate(load_register(run.revision), rule_set_of(run.rules), run.year)
    checked = 0
    for result in RunResult.objects.filter(run=run):
        account = account_for(result)
        if account.sheet is None:
            continue
        assert account.sheet == account_sheet(evaluation, result.firm_id)
        assert len(account.land_keys) == len(account.sheet["area"]["rows"])
        checked += 1
    return checked


@pytest.mark.parametrize("name", ["HY2022", "WL2022", "HA2024"])
def test_stored_rows_give_the_same_sheets(county, analyst, name):
    assert same_accounts(rehearsed(analyst, name)) == 25
