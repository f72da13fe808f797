from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from mujun.register.ledger import ShareLedger, share_ledger
from mujun.register.tables import Register
from tests.register.shapes import boxes, register

DAY = dt.date(2024, 12, 31)
FIRMS = pd.DataFrame({"firm_id": ["H", "T1", "T2", "S"], "name": ["示范甲", "示范乙", "示范丙", "示范丁"]})


def county(rows: list[dict[str, Any]], **parcel: Any) -> Register:
    land = boxes(P=(0, 0, 100, 100)).assign(**{"registered_area_m2": 10_000.0, "holder_id": "H", **parcel})
    occupancy = pd.DataFrame(rows).assign(parcel_id="P")
    return register(parcels=land, occupancy=occupancy, firms=FIRMS)


def row(firm: str, kind: str, area: float | None, lessor: str = "") -> dict[str, Any]:
    return {"firm_id": firm, "kind": kind, "area_m2": area, "lessor_id": lessor, "from": pd.Timestamp("2020-01-01")}


def uses(ledger: ShareLedger) -> dict[str, float]:
    return dict(zip(ledger.rows["party"], ledger.rows["uses_m2"], strict=True))


def test_holder_tenant_and_subtenant_add_up() -> None:
    rows = [
        row("H", "own", 10_000),
        row("T1", "lease", 4_000),
        row("S", "sublease", 1_500, "T1"),
        row("H", "excluded", 300),
    ]
    ledger = share_ledger(county(rows), "P", DAY)
    assert uses(ledger) == {"H": 6_000, "T1": 2_500, "S": 1_500}
    assert ledger.rows.set_index("party").loc["H", "excluded_m2"] == 300
    assert ledger.rows["name"].tolist() == ["示范甲", "示范乙", "示范丁"]
    assert ledger.adds_up
    assert ledger.sentences == []
    assert ledger.difference_m2 == 0


def test_a_village_that_is_no_firm_holds_the_whole_parcel() -> None:
    held = county([row("T1", "lease", 4_000)], holder_id="", holder_name="示范村合作社")
    ledger = share_ledger(held, "P", DAY)
    assert uses(ledger) == {"示范村合作社": 6_000, "T1": 4_000}
    assert ledger.adds_up
    assert ledger.sentences == ["这一天没有自有记录，按权利人“示范村合作社”持有整宗地计。"]


def test_what_is_over_let_is_said() -> None:
    ledger = share_ledger(
        county([row("H", "own", 10_000), row("T1", "lease", 7_000), row("T2", "lease", 5_000)]), "P", DAY
    )
    assert not ledger.adds_up
    assert "“示范甲”持有和租入10,000.00平方米，出租12,000.00平方米，多租出2,000.00平方米。" in ledger.sentences


def test_own_areas_that_miss_the_parcel_are_said() -> None:
    ledger = share_ledger(county([row("H", "own", 8_000)]), "P", DAY)
    assert not ledger.adds_up
    assert ledger.difference_m2 == -2_000
    assert ledger.sentences == ["自有面积合计8,000.00平方米，比宗地面积10,000.00平方米少2,000.00平方米。"]


def test_a_lessor_without_land_is_said() -> None:
    ledger = share_ledger(county([row("H", "own", 10_000), row("T1", "lease", 2_000, "S")]), "P", DAY)
    assert "出租方“示范丁”在这宗地上既不持有也不承租土地，却出租2,000.00平方米。" in ledger.sentences
    assert not ledger.adds_up


def test_a_lease_of_nobody_is_said() -> None:
    ledger = share_ledger(county([row("T1", "lease", 2_000)], holder_id=""), "P", DAY)
    assert any("没有出租方" in sentence for sentence in ledger.sentences)
    assert not ledger.adds_up


def test_areas_that_are_missing_and_firms_that_are_unknown_are_said() -> None:
    ledger = share_ledger(county([row("H", "own", 10_000), row("X", "lease", None)]), "P", DAY)
    assert "有1条用地关系没有面积，按0计。" in ledger.sentences
    assert "企业表里没有：X。" in ledger.sentences
    assert ledger.adds_up


def test_without_a_registered_area_the_drawn_one_counts() -> None:
    ledger = share_ledger(county([row("H", "own", 10_000)], registered_area_m2=None), "P", DAY)
    assert ledger.basis == "drawn"
    assert ledger.adds_up
    assert ledger.sentences[0].startswith("没有登记面积")


def test_a_parcel_nobody_knows_has_an_area_nobody_knows() -> None:
    ledger = share_ledger(county([row("H", "own", 10_000)]), "Q", DAY)
    assert not ledger.adds_up
    assert ledger.as_dict()["area_m2"] is None
    assert json.loads(json.dumps(ledger.as_dict()))["sentences"][0] == "宗地表里没有这宗地的面积，无法核对各家份额。"


def test_only_what_is_in_force_counts() -> None:
    ended = row("T1", "lease", 4_000) | {"to": pd.Timestamp("2024-12-30")}
    assert uses(share_ledger(county([row("H", "own", 10_000), ended]), "P", DAY)) == {"H": 10_000}


@settings(max_examples=15, deadline=None)
@given(
    lets=st.lists(st.integers(1, 4_000), max_size=6),
    passed_on=st.lists(st.floats(0.0, 1.0), max_size=6),
)
def test_letting_on_never_changes_the_sum(lets: list[int], passed_on: list[float]) -> None:
    """What one party lets another uses: the uses of all always add up to what is held."""
    rows = [row("H", "own", 10_000)]
    for number, area in enumerate(lets):
        rows.append(row(f"L{number}", "lease", float(area), "H"))
        if number < len(passed_on):
            rows.append(row(f"U{number}", "sublease", area * passed_on[number], f"L{number}"))
    ledger = share_ledger(county(rows), "P", DAY)
    assert abs(ledger.difference_m2) < 1e-6
    assert ledger.adds_up == (sum(lets) <= 10_001)
