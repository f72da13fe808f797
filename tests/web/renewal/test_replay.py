"""A signed plan is replayed from what was frozen, and what was changed since is found."""

from __future__ import annotations

import dataclasses
import gzip

import pytest
from django.db import connection

from mujun.base.errors import Refused
from mujun.renewal.blocks.plan import Plan as Found
from mujun.renewal.blocks.plan import Status
from mujun.web.audit.models import AuditEvent
from mujun.web.renewal import actions, jobs, queries, replaying
from mujun.web.renewal.frozen import frozen_of, pack
from mujun.web.renewal.models import FrozenInstance, Plan, PlanChoice
from tests.web.renewal import ground


@pytest.fixture
def signed(plan, leader):
    actions.sign_plan(plan.pk, [f"试验{number}片" for number, _block in enumerate(plan.chosen.blocks, 1)], by=leader)
    plan.refresh_from_db()
    ground.forget_queue()
    return plan


def reread(plan):
    return Plan.objects.select_related("chosen", "chosen__start", "instance").get(pk=plan.pk)


def tampered(plan, **values):
    """The plan with another choice than the one that was signed; only in memory, as the database refuses it."""
    held = reread(plan)
    for name, value in values.items():
        setattr(held.chosen, name, value)
    return held


def test_a_signed_plan_comes_out_the_same(signed, analyst):
    queued = actions.replay_signed_plan(signed.pk, by=analyst)
    assert (queued.kind, queued.about) == ("plan_replay", f"plan:{signed.pk}")
    assert jobs.replay_job(plan=signed.pk, by=analyst.pk)["verdict"] == "same"
    last = queries.last_replay(signed)
    assert (last.by, last.detail["verdict"], len(last.detail["reasons"])) == (analyst, "same", 2)


def test_only_what_is_signed_is_replayed(plan, analyst):
    with pytest.raises(Refused, match="没有签字"):
        actions.replay_signed_plan(plan.pk, by=analyst)
    jobs.replay_job(plan=plan.pk, by=analyst.pk)
    assert not AuditEvent.objects.filter(action="plan.replayed").exists()


def test_a_plan_under_locks_is_searched_again_from_where_it_began(plan, analyst, leader):
    parcel = sorted(plan.chosen.codes)[0]
    ground.relocked(plan, parcel, "out", analyst)
    ground.forget_queue()
    actions.sign_plan(plan.pk, [f"试验{number}片" for number, _block in enumerate(plan.chosen.blocks, 1)], by=leader)
    answer = replaying.replay_plan(reread(plan))
    assert answer.verdict in ("same", "worth", "checked")
    assert (answer.verdict == "checked") == (plan.chosen.status != "optimal")


def test_an_alternative_is_checked_and_not_called_the_best(plan, analyst, leader):
    other = plan.choices.filter(kind="alternative").first()
    actions.choose(plan.pk, other, by=analyst)
    plan.refresh_from_db()
    actions.sign_plan(plan.pk, [f"试验{number}片" for number, _block in enumerate(other.blocks, 1)], by=leader)
    answer = replaying.replay_plan(reread(plan))
    assert answer.verdict == "checked"
    assert "没有证明是最优" in answer.reasons[1]


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"objective": 1.0}, "目标值重算为"),
        ({"area_mu": 1.0}, "面积重算为"),
        ({"cost_wan": 1.0}, "费用重算为"),
        ({"bound": 1.0}, "上限低于"),
        ({"blocks": [["G00", "G02"]]}, "没有连成一片"),
        ({"blocks": [["G00", "没有这宗"]]}, "没有这宗"),
        ({"asked": {"budget_wan": 1.0}}, "超出预算"),
        ({"asked": {"budget_wan": 11_000.0, "locks": {"G33": "in"}}}, "宗地G33与锁定不符"),
    ],
)
def test_what_does_not_follow_from_the_frozen_problem_is_said(signed, values, reason):
    answer = replaying.replay_plan(tampered(signed, **values))
    assert answer.verdict == "differs"
    assert any(reason in sentence for sentence in answer.reasons), answer.reasons


def test_changed_frozen_data_are_found(signed):
    frozen = frozen_of(signed)
    nodes = frozen.nodes.copy()
    nodes.loc[0, "benefit"] += 1
    _digest, content = pack(nodes, frozen.edges, frozen.problem.terms, frozen.graph)
    for held, reason in ((content, "校验值不同"), (b"no gzip", "已损坏"), (content[:-9], "已损坏")):
        plan = reread(signed)
        plan.instance.content = held
        answer = replaying.replay_plan(plan)
        assert (answer.verdict, reason in answer.reasons[0]) == ("differs", True), answer.reasons
    assert gzip.decompress(content)
    assert FrozenInstance.objects.get(pk=signed.instance_id).digest == signed.instance.digest
    assert connection.vendor in ("sqlite", "postgresql")


def test_a_second_search_is_judged_honestly(signed):
    frozen = frozen_of(signed)
    choice: PlanChoice = signed.chosen
    blocks = tuple(tuple(block) for block in frozen.places(choice.blocks))
    problem = frozen.under(choice.locks, choice.budget_wan)
    same = Found(Status.OPTIMAL, choice.objective, choice.bound, blocks)

    def verdict(found):
        return replaying.judged(problem, found, frozen.places(choice.blocks), choice, ()).verdict

    assert verdict(same) == "same"
    assert verdict(dataclasses.replace(same, blocks=tuple(reversed(blocks)))) == "same"
    assert verdict(dataclasses.replace(same, status=Status.FEASIBLE)) == "checked"
    assert verdict(Found(Status.NO_PLAN, None, choice.bound, ())) == "checked"
    assert verdict(Found(Status.INFEASIBLE, None, None, ())) == "differs"
    assert verdict(dataclasses.replace(same, objective=choice.objective + 1)) == "differs"
    assert verdict(dataclasses.replace(same, blocks=((0, 2),))) == "differs"
    other = next(one for one in signed.choices.filter(kind="alternative"))
    apart = tuple(tuple(block) for block in frozen.places(other.blocks))
    assert verdict(dataclasses.replace(same, blocks=apart)) == "worth"


def test_the_desk_of_a_signed_plan_shows_its_replay(signed, analyst, client):
    client.force_login(analyst)
    page = client.get(f"/plans/{signed.pk}/")
    assert "还没有核对过" in page.content.decode()
    assert client.post(f"/plans/{signed.pk}/replay/").status_code == 302
    ground.forget_queue()
    jobs.replay_job(plan=signed.pk, by=analyst.pk)
    page = client.get(f"/plans/{signed.pk}/").content.decode()
    assert "重新求解得到同样的区块" in page
    assert "一致" in page
