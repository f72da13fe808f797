"""What a parcel brings and costs, by hand."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely

from mujun.base.errors import RuleError
from mujun.register.schema import TABLES
from mujun.register.tables import Register, RegisterTable, conform
from mujun.renewal.adjacency import Rule, parcel_adjacency
from mujun.renewal.blocks.problem import Terms, build_problem
from mujun.renewal.instance import Instance, Options, Together, build_instance
from mujun.rulebook.worth import NAMES, load_worth

DAY = dt.date(2024, 12, 31)
STEP = 0.0002
PRICES = {
    "target_tax_wan_per_mu": 20.0, "land_wan_per_mu": 40.0, "building_wan_per_m2": 0.1,
    "illegal_building_wan_per_m2": 0.01, "moving_wan_per_m2": 0.02,
}  # fmt: skip


def square(column: float, width: float = 1.0) -> bytes:
    west = 120 + column * STEP
    return bytes(shapely.to_wkb(shapely.box(west, 29, west + width * STEP, 29 + STEP)))


def register(**tables: dict[str, Any]) -> Register:
    parcels = {
        "parcel_id": ["甲", "乙", "丙", "丁"],
        "geometry": [square(0), square(1), square(2), square(9)],
        "holder_id": ["H1", "H1", "H2", "H1"],
        "protected": [False, False, True, False],
    }
    frames = {"parcels": parcels | tables.pop("parcels", {}), **tables}
    return Register({n: RegisterTable(conform(pd.DataFrame(f), TABLES[n])) for n, f in frames.items()})


def built(
    given: Register, tax: list[float], found: Any = None, options: Options | None = None, **used: Any
) -> Instance:
    figures = pd.DataFrame({"area_mu": [10.0, 20, 30, 0], "tax_per_mu": tax, "used": used.get("used", True)})
    return build_instance(given, figures, parcel_adjacency(given["parcels"], Rule()), PRICES, DAY, found, options)


def test_benefit_is_area_times_shortfall_and_a_loss_above_the_target() -> None:
    got = built(register(), [5, 30, 20, 0])
    assert got.nodes["benefit"].tolist() == [150, -200, 0, 0]
    assert got.notes == ("1宗地没有面积，按0亩计。",)


def test_only_what_was_found_gains_but_good_land_is_a_loss_all_the_same() -> None:
    got = built(register(), [5, 30, 15, 0], found={"丙", "戊"})
    assert got.nodes["benefit"].tolist() == [0, -200, 150, 0]
    assert "认定结果中有1宗地不在宗地表里，没有使用。" in got.notes


def test_unknown_tax_counts_as_nothing_and_is_told_and_unused_land_yields_nothing() -> None:
    got = built(register(), [np.nan, np.nan, 5, 5], used=[True, False, True, True])
    assert got.nodes["benefit"].tolist()[:2] == [0, 400]
    assert "1宗地有企业在用而税收不明，效益按0计。" in got.notes


def test_cost_is_land_buildings_and_moving() -> None:
    buildings = {
        "building_id": ["1", "2", "3"],
        "parcel_id": ["甲", "甲", "无"],
        "floor_area_m2": [1000.0, 500, 900],
        "legal": [True, False, True],
    }
    dates = {"approved_on": [None, "2024-01-01", None, None], "supplied_on": [None, None, None, None]}
    days = {name: pd.to_datetime(pd.Series(column)) for name, column in dates.items()}
    got = built(register(parcels=days, buildings=buildings), [5, 5, 5, 5])
    assert got.nodes["cost"].tolist() == pytest.approx([10 * 40 + 1000 * 0.1 + 500 * 0.01 + 1500 * 0.02, 0, 1200, 0])
    assert got.nodes["floor_m2"].tolist() == [1500, 0, 0, 0]


def test_displaced_floor_by_sector() -> None:
    tables = {
        "buildings": {"building_id": ["1", "2"], "parcel_id": ["甲", "乙"], "floor_area_m2": [1000.0, 600]},
        "firms": {"firm_id": ["H1", "T1", "T2"], "industry": ["C3311", "3441", ""]},
        "occupancy": {
            "firm_id": ["H1", "T1", "T2", "T1", "H1"],
            "parcel_id": ["甲", "甲", "甲", "乙", "乙"],
            "kind": ["own", "lease", "lease", "lease", "own"],
            "area_m2": [5000.0, 1000, 3000, 500, 500],
            "floor_area_m2": [400.0, np.nan, np.nan, 900, 300],
            "from": pd.Timestamp("2020-01-01"),
            "to": [pd.NaT, pd.NaT, pd.NaT, pd.NaT, pd.Timestamp("2023-12-31")],
        },
    }
    got = built(register(**tables), [5, 5, 5, 5]).nodes
    # 甲: the owner says 400; 600 left for two tenants 1 : 3. 乙: 900 claimed of 600; the owner's row has ended.
    assert got["floor_33_m2"].tolist() == [400, 0, 0, 0]
    assert got["floor_34_m2"].tolist() == [150, 600, 0, 0]
    assert got["floor_00_m2"].tolist() == [450, 0, 0, 0]


def test_locks_say_why() -> None:
    use = {"land_use": ["0601", "1004", "0601", "0601"]}
    got = built(register(parcels=use), [5, 5, 5, 5]).nodes
    assert got["lock"].tolist() == ["", "out", "out", ""]
    assert got["lock_reason"].tolist() == ["", "道路", "保留", ""]
    assert got["benefit"].tolist()[1] == 0
    shared = built(register(), [5, 5, 5, 5], options=Options(protected_share=0.2)).nodes
    assert shared["lock"].tolist() == [""] * 4
    assert shared["protected"].tolist() == [False, False, True, False]


def test_what_goes_together() -> None:
    crossing = {"building_id": ["1"], "parcel_id": ["乙"], "geometry": [square(1.6, 0.8)]}
    given = register(buildings=crossing)
    wanted = {
        Together.NONE: ["", "", "", ""],
        Together.BUILDING: ["", "乙", "乙", ""],
        Together.HOLDER: ["甲", "甲", "", ""],
        Together.BOTH: ["甲", "甲", "甲", ""],
    }
    for together, names in wanted.items():
        assert built(given, [5, 5, 5, 5], options=Options(together)).nodes["together"].tolist() == names


def test_tables_make_a_problem() -> None:
    got = built(register(), [5, 5, 5, 5])
    problem = build_problem(got.nodes, got.edges, Terms(resources={"floor_00_m2": 10.0}))
    assert problem.edges.tolist() == [[0, 1], [1, 2]]
    assert problem.front_m.tolist() == pytest.approx(got.edges["front_m"].tolist())
    assert problem.lock.tolist() == [0, 0, -1, 0]


def test_prices_are_dated_and_have_an_origin(tmp_path: Path) -> None:
    shipped = load_worth()
    assert set(shipped.on(DAY)) == set(NAMES)
    assert all("系统缺省" in sentence for sentence in shipped.sentences(DAY))
    own = tmp_path / "县.yaml"
    lines = [f"{name}: {{2023: 1, 2025: 2}}" for name in NAMES]
    own.write_text(
        "\n".join(line.replace("{2023", "{value: {2023").replace("2}", "2}}") for line in lines), encoding="utf-8"
    )
    assert load_worth(own).on(DAY)["land_wan_per_mu"] == 1
    assert load_worth(own).on(dt.date(2025, 1, 1))["land_wan_per_mu"] == 2
    with pytest.raises(RuleError, match="还没有生效"):
        load_worth(own).on(dt.date(2022, 1, 1))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("land_wan_per_mu: 3", "缺少“target_tax_wan_per_mu”"),
        ("grass: 3", "不认识“grass”"),
        ("land_wan_per_mu: {value: dear}", "既不是数"),
        ("land_wan_per_mu: -1", "不能是负数"),
        ("a: [", "不是合法的 YAML"),
    ],
)
def test_bad_prices_are_refused(tmp_path: Path, text: str, sentence: str) -> None:
    own = tmp_path / "县.yaml"
    own.write_text(text, encoding="utf-8")
    with pytest.raises(RuleError, match=sentence):
        load_worth(own)
