"""The account sheet out of one stored row is the one out of the whole run."""

from __future__ import annotations

import re

import pytest
import yaml
from django.utils import translation

from mujun.base.errors import Refused
from mujun.evaluation import evaluate
from mujun.evaluation.account import account_sheet
from mujun.rulebook.load import load_rules
from mujun.web.evaluations.cards.queries import account_for
from mujun.web.evaluations.models import RunResult
from mujun.web.evaluations.rulesets.actions import upload_rules
from mujun.web.evaluations.rulesets.queries import rule_set_of
from mujun.web.evaluations.runs.actions import draft_run
from mujun.web.register.queries import load_register
from tests.web.evaluations.web_county import firm_id, rehearsed


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


def test_our_own_words_are_in_the_readers_language_and_those_of_the_rules_stay(county, analyst):
    run = rehearsed(analyst, "HY2022")
    for result in RunResult.objects.filter(run=run):
        with translation.override("en"):
            account = account_for(result)
        assert account.sheet is not None
        theirs = f"{account.rules} {account.sheet['group_label']}"
        for text in _own_words(account.sheet):
            foreign = [word for word in CHINESE.findall(text) if word not in theirs]
            assert not foreign, text


CHINESE = re.compile("[\u4e00-\u9fff]+")


def _own_words(sheet):
    yield from (step["text"] for step in sheet["steps"])
    yield from (item["flag_text"] for item in sheet["items"])
    yield from (figure["label"] for item in sheet["items"] for figure in item["inputs"])
    yield from (row["label"] for row in sheet["area"]["rows"])
    yield from (bar["label"] for bar in sheet["waterfall"])
    for way in (sheet["next_grade"] or {}).get("ways", []):
        yield from (way["label"], way["unit"], way["text"])
    yield sheet["reason_text"]


def test_tenants_pooled_into_their_lessor(county, analyst):
    raw = yaml.safe_load(load_rules("HY2022").text)
    raw["name"], raw["tenants"] = "本县", {"mode": "pooled", "clause": "notice"}
    assert upload_rules(yaml.safe_dump(raw, allow_unicode=True), "本县.yaml", by=analyst).valid
    run = rehearsed(analyst, "本县")
    tenant, landlord = (RunResult.objects.get(run=run, firm_id=firm_id(number)) for number in (1, 0))
    assert tenant.reason == "pooled"
    assert (tenant.grade, tenant.rank, tenant.sheet["head"]) == (landlord.grade, landlord.rank, landlord.firm_id)
    assert account_for(tenant).sheet is None
    assert same_accounts(run) == 24


def test_a_rule_set_with_faults_is_kept_but_not_used(analyst):
    broken = upload_rules("name: 坏\ncards: []\ngroups: []", "坏.yaml", by=analyst)
    assert not broken.valid
    assert broken.faults
    with pytest.raises(Refused, match="没有通过检查"):
        draft_run(broken, 2022, 1, by=analyst)
    again = upload_rules("name: 坏\ncards: []\ngroups: []", "坏.yaml", by=analyst)
    assert again == broken
    for text in ("", "\x00"):
        with pytest.raises(Refused):
            upload_rules(text, "x.yaml", by=analyst)
