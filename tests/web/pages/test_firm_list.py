"""The firm list: scope, filters, results of the run the reader may see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from mujun.web.evaluations.models import Run, RunResult
from mujun.web.people.rights import Role
from mujun.web.register.models import Revision
from tests.filling import rule_set
from tests.web.conftest import FIRM, OTHER_FIRM, OTHER_TOWN

SignedIn = Callable[..., Client]


@pytest.fixture
def run(county: Revision, person: Callable[..., Any]) -> Run:
    by = person(Role.ANALYST, "test-signer")
    version = rule_set(by)
    held = Run.objects.create(rules=version, year=2022, revision=county.pk, state="published", by=by, signed_by=by)
    RunResult.objects.create(run=held, firm_id=FIRM, grade="A", group="规上", rank=1, total_e4=1_234_567)
    RunResult.objects.create(run=held, firm_id=OTHER_FIRM, grade="", group="", reason="new_firm")
    return held


def found(client: Client, **address: str) -> list[str]:
    answer = client.get(reverse("firms"), address)
    assert answer.status_code == 200
    return [row.firm_id for row in answer.context["table"].page] if answer.context["any"] else []


@pytest.mark.parametrize("role", Role)
def test_firms_inside_the_scope_only(role: Role, run: Run, signed_in: SignedIn) -> None:
    narrow = role in (Role.TOWN, Role.FIRM)
    assert set(found(signed_in(role))) == ({FIRM} if narrow else {FIRM, OTHER_FIRM})


def test_filters(run: Run, signed_in: SignedIn) -> None:
    client = signed_in(Role.ANALYST)
    assert found(client, grade="A") == [FIRM]
    assert found(client, grade="none") == [OTHER_FIRM]
    assert found(client, group="规上") == [FIRM]
    assert found(client, town=OTHER_TOWN) == [OTHER_FIRM]
    assert found(client, industry="33", scale="above", q="乙字") == [OTHER_FIRM]
    assert found(client, scale="below") == []
    assert found(client, sort="-total_e4") == [FIRM, OTHER_FIRM]


def test_the_score_of_a_run_stands_beside_the_name(run: Run, signed_in: SignedIn) -> None:
    page = signed_in(Role.TOWN).get(reverse("firms")).content.decode()
    assert "123.46" in page
    assert "2022" in page


def test_a_draft_is_not_shown_to_a_cadre(run: Run, signed_in: SignedIn) -> None:
    Run.objects.filter(pk=run.pk).update(state="rehearsed", signed_by=None)
    assert "123.46" not in signed_in(Role.TOWN).get(reverse("firms"), {"run": str(run.pk)}).content.decode()
    assert "123.46" in signed_in(Role.ANALYST).get(reverse("firms")).content.decode()


def test_no_tax_is_in_the_list(run: Run, signed_in: SignedIn) -> None:
    page = signed_in(Role.ANALYST).get(reverse("firms")).content.decode()
    assert "3,022" not in page
    assert "3022" not in page


def test_an_empty_list_says_how_to_fill_it(db: None, signed_in: SignedIn) -> None:
    assert reverse("import_new") in signed_in(Role.ANALYST).get(reverse("firms")).content.decode()
    assert "请业务人员导入" in signed_in(Role.LEADER).get(reverse("firms")).content.decode()
