"""Pairs of parcels: what a plan freezes of them, who may see it, and decisions that later plans keep to."""

from __future__ import annotations

import datetime as dt
import gzip
import json

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mujun.base.errors import Refused
from mujun.web.audit.models import AuditEvent
from mujun.web.people.rights import Role
from mujun.web.renewal.frozen import frozen_of, unpack
from mujun.web.renewal.models import PairDecision
from mujun.web.renewal.pairs import actions, queries
from tests.web.renewal import ground

NEXT, ACROSS = ("G00", "G01"), ("G00", "G11")
"""Two that touch along a side, and two that touch at a corner."""
WHY = "中间的水渠将加盖"


@pytest.fixture
def as_analyst(analyst) -> Client:
    client = Client()
    client.force_login(analyst)
    return client


def kinds(plan) -> dict[tuple[str, str], str]:
    edges = frozen_of(plan).edges
    return {(row.a, row.b): row.kind for row in edges.itertuples()}


def test_a_plan_freezes_kind_front_and_reason_of_each_pair_and_where_lines_are_drawn(draft):
    frozen = unpack(bytes(draft.instance.content))
    assert set(frozen.edges["kind"]) == {"touches"}
    assert frozen.edges["reason"].str.startswith("相接，公共边界").all()
    assert (frozen.edges["front_m"] > 70).all()
    assert frozen.graph.rule.startswith("两宗地相邻，是指")
    assert frozen.graph.parameters["gap_m"] == 30.0
    assert frozen.graph.points[frozen.position["G00"]] == pytest.approx([120.0004, 28.9004], abs=1e-5)
    assert draft.rehearsal["refused"] == len(frozen.graph.refused)


def test_what_adjacency_refused_and_set_aside_is_frozen_with_its_reason(findings, analyst):
    plan = ground.drafted(findings, analyst, front_m=80.0)  # a side in the county is shorter from west to east
    frozen = frozen_of(plan)
    told = {(row["a"], row["b"]): row for row in frozen.graph.refused}
    assert told[("G00", "G10")]["reason"] == "short"
    assert "不到80米" in told[("G00", "G10")]["sentence"]
    assert ("G00", "G10") not in kinds(plan)


def test_a_decision_joins_two_parcels_in_the_next_plan_and_leaves_the_last_alone(draft, findings, analyst):
    before = draft.instance.digest
    actions.decide_pair("G11", "G00", "joins", WHY, dt.date(2026, 3, 5), by=analyst)
    later = ground.drafted(findings, analyst, "之后的方案")
    draft.refresh_from_db()
    assert draft.instance.digest == before
    assert ACROSS not in kinds(draft)
    assert kinds(later)[ACROSS] == "decided"
    edge = frozen_of(later).edges.query("a == 'G00' and b == 'G11'").iloc[0]
    assert edge["reason"] == f"{analyst.display_name} 2026-03-05 认定相邻：{WHY}"
    [kept] = frozen_of(later).graph.decisions
    assert (kept["a"], kept["b"], kept["joins"], kept["by"], kept["on"], kept["why"]) == (
        "G00", "G11", True, analyst.display_name, "2026-03-05", WHY,
    )  # fmt: skip


def test_a_decision_parts_two_parcels_until_it_is_withdrawn(findings, analyst):
    actions.decide_pair(*NEXT, "separates", "围墙之间是消防通道", by=analyst)
    parted = ground.drafted(findings, analyst, "隔开")
    assert NEXT not in kinds(parted)
    [refused] = [row for row in frozen_of(parted).graph.refused if (row["a"], row["b"]) == NEXT]
    assert refused["reason"] == "decided"
    assert "围墙之间是消防通道" in refused["sentence"]
    actions.withdraw_pair(*NEXT, "通道已取消", by=analyst)
    assert queries.for_adjacency() == []
    assert kinds(ground.drafted(findings, analyst, "又相邻"))[NEXT] == "touches"
    assert [held.verdict for held in queries.about("G01", "G00")] == ["withdrawn", "separates"]


def test_the_newest_decision_about_a_pair_holds(findings, analyst):
    actions.decide_pair(*NEXT, "separates", "先隔开", by=analyst)
    actions.decide_pair(*reversed(NEXT), "joins", "后改为相邻", dt.date(2020, 1, 1), by=analyst)
    [held] = queries.standing()
    assert (held.first, held.second, held.verdict, held.reason) == (*NEXT, "joins", "后改为相邻")


@pytest.mark.parametrize(
    ("one", "other", "verdict", "reason", "days", "sentence"),
    [
        ("G00", "G00", "joins", WHY, 0, "两宗不同"),
        ("G00", "没有", "joins", WHY, 0, "没有宗地 没有"),
        ("G00", "G01", "joins", "  ", 0, "写明理由"),
        ("G00", "G01", "maybe", WHY, 0, "请选择"),
        ("G00", "G01", "joins", WHY, 1, "不能晚于今天"),
    ],
)
def test_a_decision_that_says_nothing_usable_is_refused(findings, analyst, one, other, verdict, reason, days, sentence):
    with pytest.raises(Refused, match=sentence):
        actions.decide_pair(
            one, other, verdict, reason, timezone.localdate() + dt.timedelta(days=days), by=analyst
        )  # fmt: skip
    assert not PairDecision.objects.exists()


def test_the_same_again_and_a_withdrawal_of_nothing_are_refused(findings, analyst):
    with pytest.raises(Refused, match="没有现行的决定"):
        actions.withdraw_pair(*NEXT, WHY, by=analyst)
    actions.decide_pair(*NEXT, "joins", WHY, by=analyst)
    with pytest.raises(Refused, match="已经是这样"):
        actions.decide_pair(*NEXT, "joins", WHY, by=analyst)
    actions.withdraw_pair(*NEXT, WHY, by=analyst)
    with pytest.raises(Refused, match="没有现行的决定"):
        actions.withdraw_pair(*NEXT, WHY, by=analyst)


def test_the_database_itself_keeps_decisions(findings, analyst):
    held = actions.decide_pair(*NEXT, "joins", WHY, by=analyst)
    for act in (
        lambda: PairDecision.objects.filter(pk=held.pk).update(verdict="separates"),
        lambda: PairDecision.objects.filter(pk=held.pk).delete(),
    ):
        with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
            act()
    day = timezone.localdate()
    for wrong in ({"second": "G00"}, {"reason": ""}):
        fields = {"first": "G00", "second": "G01", "verdict": "joins", "on": day, "reason": WHY, "by": analyst} | wrong
        with pytest.raises(IntegrityError), transaction.atomic():
            PairDecision.objects.create(**fields)


def test_each_decision_leaves_its_trace(findings, analyst):
    actions.decide_pair(*NEXT, "joins", WHY, by=analyst)
    actions.withdraw_pair(*NEXT, "不再需要", by=analyst)
    events = AuditEvent.objects.filter(about="adjacency:G00+G01").order_by("pk")
    assert [(event.action, event.by, event.reason) for event in events] == [
        ("adjacency.decided", analyst, WHY), ("adjacency.withdrawn", analyst, "不再需要"),
    ]  # fmt: skip


def test_the_map_gets_every_pair_once_with_its_row(findings, analyst, as_analyst):
    actions.decide_pair(*ACROSS, "joins", WHY, by=analyst)
    plan = ground.drafted(findings, analyst)
    answer = as_analyst.get(reverse("plan_adjacency", args=[plan.pk]), headers={"Accept-Encoding": "gzip"})
    found = json.loads(gzip.decompress(answer.content))
    frozen = frozen_of(plan)
    rows = {
        kind: [numbers[at : at + 3] for at in range(0, len(numbers), 3)] for kind, numbers in found["lines"].items()
    }
    assert sum(len(rows[kind]) for kind in rows if kind != "refused") == len(frozen.edges) == 61
    for kind in ("touches", "decided"):
        for a, b, row in rows[kind]:
            edge = frozen.edges.iloc[row]
            assert (frozen.problem.ids[a], frozen.problem.ids[b], kind) == (edge["a"], edge["b"], edge["kind"])
    assert len(found["points"]) == 36
    again = as_analyst.get(reverse("plan_adjacency", args=[plan.pk]), headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


def test_a_parcel_without_a_shape_has_no_line():
    from mujun.web.pages.planning.layer import lines_of
    from mujun.web.renewal.frozen import Frozen
    from mujun.web.renewal.graph import Graph

    import pandas as pd  # isort: skip

    edges = pd.DataFrame({"a": ["x", "y"], "b": ["y", "z"], "kind": ["touches", "decided"]})
    graph = Graph("", {}, [[1.0, 2.0], [3.0, 4.0], None], [], [], [], [], [])
    frozen = Frozen(edges, edges, None, {"x": 0, "y": 1, "z": 2}, graph)  # type: ignore[arg-type]
    assert lines_of(frozen)["lines"]["touches"] == [0, 1, 0]
    assert lines_of(frozen)["lines"]["decided"] == []


@pytest.mark.parametrize("role", list(Role))
def test_lines_and_cards_are_for_who_may_read_plans(role, draft, person):
    client = Client()
    client.force_login(person(role))
    allowed = role in (Role.ANALYST, Role.LEADER, Role.AUDITOR)
    for address in (
        reverse("plan_adjacency", args=[draft.pk]),
        reverse("plan_pair", args=[draft.pk]) + "?edge=0",
        reverse("pair_decisions"),
    ):
        assert client.get(address).status_code == (200 if allowed else 403), address
    form = {"first": "G00", "second": "G01", "verdict": "separates", "reason": WHY}
    answer = client.post(reverse("pair_decision"), form)
    assert answer.status_code == (302 if role == Role.ANALYST else 403)
    assert PairDecision.objects.exists() is (role == Role.ANALYST)


def test_a_card_says_the_reason_of_a_line_and_of_two_parcels(draft, as_analyst):
    address = reverse("plan_pair", args=[draft.pk])
    edge = frozen_of(draft).edges.iloc[3]
    text = as_analyst.get(address, {"edge": "3"}, headers={"HX-Request": "true"}).content.decode()
    assert edge["reason"] in text
    assert edge["a"] in text
    assert "<html" not in text
    assert "<html" in as_analyst.get(address, {"edge": "3"}).content.decode()
    corner = as_analyst.get(address, {"first": "G00", "second": "G11"}).content.decode()
    assert "既不相接，也不隔空相对" in corner or "不算相邻" in corner
    for wrong in ({"edge": "999"}, {"edge": "-1"}, {"edge": "x"}, {"refused": "99"}, {"first": "G00"}, {},
                  {"first": "G00", "second": "G00"}, {"first": "G00", "second": "没有"}):  # fmt: skip
        assert as_analyst.get(address, wrong).status_code == 404, wrong


def test_the_parcel_panel_lists_neighbours_with_kind_and_reason(findings, analyst, as_analyst):
    actions.decide_pair(*NEXT, "separates", "围墙之间是消防通道", by=analyst)
    plan = ground.drafted(findings, analyst)
    text = as_analyst.get(reverse("plan_parcel", args=[plan.pk, "G00"])).content.decode()
    assert "相接，公共边界" in text
    assert "围墙之间是消防通道" in text
    assert "不算相邻" in text


def test_the_desk_shows_the_rule_and_the_numbers_beside_the_map(draft, as_analyst, monkeypatch):
    from mujun.web.maps.models import MapBuild
    from mujun.web.pages.planning import views

    monkeypatch.setattr(views, "newest_build", lambda: MapBuild(digest="0" * 64))
    text = as_analyst.get(reverse("plan", args=[draft.pk])).content.decode()
    assert frozen_of(draft).graph.rule in text
    assert reverse("plan_adjacency", args=[draft.pk]) in text
    for kind in ("touches", "faces", "bridged", "decided", "refused"):
        assert f'data-kind="{kind}"' in text


def test_a_decision_is_made_changed_and_withdrawn_on_its_page(draft, as_analyst):
    address = reverse("pair_decision")
    form = {"first": "G00", "second": "G11", "verdict": "joins", "on": "", "reason": WHY}
    wrong = as_analyst.post(address, form | {"reason": ""})
    assert wrong.status_code == 422
    part = as_analyst.post(address, form | {"given": "1"}, headers={"HX-Request": "true"}).content.decode()
    assert "已登记" in part
    assert WHY in part
    again = as_analyst.post(address, form)
    assert again.status_code == 422
    assert "已经是这样认定" in again.content.decode()
    answer = as_analyst.post(address, form | {"verdict": "withdrawn", "reason": "不再需要"}, follow=True)
    assert "没有现行的决定" in answer.content.decode()
    table = as_analyst.get(reverse("pair_decisions"))
    assert "不再需要" in table.content.decode()
    excel = as_analyst.get(reverse("pair_decisions"), {"format": "xlsx"})
    assert excel.status_code == 200


def test_a_backup_holds_the_decisions(findings, analyst, tmp_path):
    from django.apps import apps

    from mujun.cli.dump import dump

    held = actions.decide_pair(*NEXT, "joins", WHY, dt.date(2026, 3, 5), by=analyst)
    assert dump(apps, "default", tmp_path)["renewal.pairdecision"] == 1
    names, row = map(json.loads, (tmp_path / "renewal.pairdecision.jsonl").read_text(encoding="utf-8").splitlines())
    kept = dict(zip(names, row, strict=True))
    assert (kept["id"], kept["first"], kept["second"], kept["verdict"], kept["reason"], kept["by_id"]) == (
        held.pk, *NEXT, "joins", WHY, analyst.pk,
    )  # fmt: skip
