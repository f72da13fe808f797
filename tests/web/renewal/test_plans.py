"""The life of a plan: built, solved, locked, chosen, signed; what is refused, and what can be replayed."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from mujun.base.errors import Refused
from mujun.renewal.blocks import solve
from mujun.web.audit.models import AuditEvent
from mujun.web.campaign.models import Block, BlockParcel
from mujun.web.renewal import actions, jobs, queries
from mujun.web.renewal.figures import difference
from mujun.web.renewal.frozen import frozen_of, pack
from mujun.web.renewal.models import Plan, PlanChoice, PlanLock
from tests.web.renewal import ground


def names(plan: Plan) -> list[str]:
    return [f"试验{number}片" for number, _block in enumerate(plan.chosen.blocks, 1)]


def test_the_problem_is_built_before_anything_is_solved(draft):
    said = draft.rehearsal
    assert (said["parcels"], said["pieces"]) == (36, 1)
    assert said["edges"] == 2 * 6 * 5
    assert said["low_parcels"] == said["found"] - 1
    assert said["locked"] == {"保留": 1}
    assert draft.state == "draft"
    assert draft.chosen is None


def test_what_is_frozen_comes_back_to_the_bit(draft):
    frozen = frozen_of(draft)
    digest, content = pack(frozen.nodes, frozen.edges, frozen.problem.terms, frozen.graph)
    assert digest == draft.instance.digest
    assert content == bytes(draft.instance.content)


def test_a_search_keeps_the_best_and_its_alternatives(plan):
    best = plan.chosen
    assert plan.state == "ready"
    assert best.kind == "best"
    assert best.bound >= best.objective
    assert best.cost_wan <= ground.WISHES["budget_wan"]
    assert len(best.blocks) <= ground.WISHES["max_blocks"]
    nodes = ground.frame(plan).set_index("id")
    assert best.benefit == pytest.approx(nodes.loc[sorted(best.codes), "benefit"].sum())
    for block in best.blocks:
        assert nodes.loc[block, "area_mu"].sum() >= ground.WISHES["min_block_mu"]
    for other in plan.choices.filter(kind="alternative"):
        assert other.loss == pytest.approx(1 - other.objective / best.objective)
        assert other.different > 0


def test_a_lock_begins_from_the_chosen_plan_and_says_what_changed(plan, analyst):
    before = plan.chosen
    parcel = sorted(before.codes)[0]
    ground.relocked(plan, parcel, "out", analyst, why="假设拒签")
    after = plan.chosen
    assert (after.kind, after.start_id, after.locks) == ("relocked", before.pk, {parcel: "out"})
    assert parcel not in after.codes
    assert parcel in difference(frozen_of(plan), after.blocks, before.blocks).dropped
    assert after.objective <= before.objective + 1e-9
    lock = PlanLock.objects.get(plan=plan)
    assert (lock.parcel_id, lock.kind, lock.why, lock.by) == (parcel, "out", "假设拒签", analyst)
    ground.relocked(plan, parcel, "free", analyst)
    assert queries.standing_locks(plan) == {}
    assert plan.chosen.objective == pytest.approx(before.objective, rel=0.05)


def test_a_lock_that_cannot_be_is_refused_and_one_without_a_plan_leaves_the_chosen(plan, analyst):
    with pytest.raises(Refused, match="保留"):
        actions.lock_parcel(plan.pk, "G11", "in", by=analyst)
    with pytest.raises(Refused, match="没有宗地"):
        actions.lock_parcel(plan.pk, "不存在", "out", by=analyst)
    chosen = plan.chosen_id
    every = [code for code in ground.frame(plan)["id"] if code != "G11"]
    for code in every[:4]:
        PlanLock.objects.create(plan=plan, parcel_id=code, kind="in", by=analyst)
    for row in range(6):  # what lies between the first row and the last is closed
        PlanLock.objects.create(plan=plan, parcel_id=ground.code(2, row), kind="out", by=analyst)
    for code in ("G50", "G53", "G55"):
        PlanLock.objects.create(plan=plan, parcel_id=code, kind="in", by=analyst)
    ground.relocked(plan, "G33", "out", analyst)
    assert plan.chosen_id == chosen
    assert plan.problem
    with pytest.raises(Refused, match="不一致"):
        actions.sign_plan(plan.pk, names(plan), by=analyst)


def test_an_alternative_that_contradicts_a_lock_is_not_taken(plan, analyst):
    best = plan.chosen
    parcel = sorted(best.codes)[0]
    ground.relocked(plan, parcel, "out", analyst)
    with pytest.raises(Refused, match="锁定"):
        actions.choose(plan.pk, best, by=analyst)


def test_signing_opens_the_blocks_and_closes_the_plan(plan, analyst, leader):
    chosen = plan.chosen
    actions.sign_plan(plan.pk, names(plan), by=leader)
    plan.refresh_from_db()
    blocks = list(Block.objects.filter(plan_ref=f"plan:{plan.pk}").order_by("number"))
    assert plan.state == "signed"
    assert [block.name for block in blocks] == names(plan)
    held = {frozenset(block.parcels.values_list("parcel_id", flat=True)) for block in blocks}
    assert held == {frozenset(block) for block in chosen.blocks}
    assert blocks[0].cost_wan == pytest.approx(ground.frame(plan).set_index("id").loc[chosen.blocks[0], "cost"].sum())
    for act in (
        lambda: actions.lock_parcel(plan.pk, "G33", "out", by=analyst),
        lambda: actions.choose(plan.pk, chosen, by=analyst),
        lambda: actions.solve_plan(plan.pk, by=analyst),
        lambda: actions.discard_plan(plan.pk, by=analyst),
        lambda: actions.sign_plan(plan.pk, names(plan), by=leader),
    ):
        with pytest.raises(Refused, match="不能再改"):
            act()
    assert AuditEvent.objects.get(action="plan.signed").by == leader


def test_the_database_itself_keeps_what_is_signed(plan, leader):
    actions.sign_plan(plan.pk, names(plan), by=leader)
    other = plan.choices.exclude(pk=plan.chosen_id).first()
    for change in ({"title": "另一个"}, {"chosen": other}, {"state": "draft"}, {"round": 9}):
        with pytest.raises(DatabaseError, match="signed plan"), transaction.atomic():
            Plan.objects.filter(pk=plan.pk).update(**change)
    for act in (
        lambda: PlanChoice.objects.filter(pk=plan.chosen_id).update(objective=0),
        lambda: PlanChoice.objects.filter(pk=other.pk).delete(),
    ):
        with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
            act()
    assert connection.vendor in ("sqlite", "postgresql")


def test_a_signed_plan_gives_the_same_blocks_again(plan, leader):
    actions.sign_plan(plan.pk, names(plan), by=leader)
    plan.refresh_from_db()
    chosen = plan.chosen
    assert chosen.status == "optimal"
    again = solve(
        frozen_of(plan).under(chosen.locks, chosen.budget_wan),
        time_limit_s=20,
        gap=plan.wishes["gap"],
        seed=chosen.seed,
    )
    ids = frozen_of(plan).problem.ids
    assert {frozenset(ids[place] for place in block) for block in again.blocks} == {
        frozenset(block) for block in chosen.blocks
    }
    assert again.objective == pytest.approx(chosen.objective)


def test_no_parcel_is_ever_in_two_open_blocks(plan, findings, analyst, leader):
    rival = ground.solved(ground.drafted(findings, analyst, "另一个方案"), analyst)
    assert rival.chosen.codes & plan.chosen.codes
    actions.sign_plan(plan.pk, names(plan), by=leader)
    with pytest.raises(Refused, match="已在区块"):
        actions.sign_plan(rival.pk, names(rival), by=leader)
    rival.refresh_from_db()
    assert rival.state == "ready"
    assert Block.objects.filter(plan_ref=f"plan:{rival.pk}").count() == 0
    later = ground.drafted(findings, analyst, "之后的方案")
    assert later.rehearsal["locked"]["已在整治区块"] == len(plan.chosen.codes)


def test_a_plan_that_replaces_carries_blocks_on(plan, findings, analyst, leader):
    actions.sign_plan(plan.pk, names(plan), by=leader)
    plan.refresh_from_db()
    first = {block.pk: block.number for block in Block.objects.filter(plan_ref=f"plan:{plan.pk}")}
    newer = ground.solved(ground.drafted(findings, analyst, "调整方案", replaces=plan, budget_wan=13_000.0), analyst)
    actions.sign_plan(newer.pk, names(newer), by=leader)
    plan.refresh_from_db()
    assert plan.state == "superseded"
    carried = Block.objects.filter(plan_ref=f"plan:{newer.pk}", state="open")
    assert set(carried.values_list("pk", flat=True)) & set(first)
    inside = list(BlockParcel.objects.filter(to_day=None).values_list("parcel_id", flat=True))
    assert sorted(inside) == sorted(newer.chosen.codes)


def test_a_stopped_search_keeps_its_plan_unfinished_and_cannot_be_signed(draft, analyst, leader, monkeypatch):
    actions.solve_plan(draft.pk, by=analyst)
    ground.forget_queue()
    draft.refresh_from_db()
    monkeypatch.setattr(jobs.Watch, "stop", _stop_once_there_is_a_plan)
    jobs.solve_job(plan=draft.pk, round=draft.round, locks={})
    draft.refresh_from_db()
    assert draft.state == "unfinished"
    assert draft.chosen.codes
    with pytest.raises(Refused, match="未完成"):
        actions.sign_plan(draft.pk, names(draft), by=leader)


def _stop_once_there_is_a_plan(self):
    self.stopped = self._kept is not None
    return self.stopped


def test_two_searches_at_a_time_are_refused(draft, analyst):
    ground.forget_queue()
    actions.solve_plan(draft.pk, by=analyst)
    with pytest.raises(Refused, match="正在计算"):
        actions.solve_plan(draft.pk, by=analyst)
