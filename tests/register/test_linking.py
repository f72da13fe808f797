"""Firms without a code linked by name and address; rows of one key merged."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd
import pytest

from mujun.register.firm_names import core_name, plain_name, split_place
from mujun.register.linking import PAIR_COLUMNS, FirmIndex, link_firms
from mujun.register.merging import merge_rows
from mujun.register.schema import TABLES
from mujun.register.tables import Register, RegisterTable, Source, conform, origin_code

FIRMS = pd.DataFrame(
    [
        ("F1", "示范县宏达五金有限公司", "示范县甲镇工业路1号"), ("F2", "示范县宏达一五金厂", "示范县甲镇工业路2号"),
        ("F3", "示范县宏达二五金厂", "示范县甲镇工业路2号"), ("F4", "样板市长春机械有限公司", "样板市乙镇1号"),
        ("F5", "示范县长春机械有限公司", "示范县乙镇9号"), ("F6", "示范县同名厂", "示范县丙镇1号"), ("F7", "示范县同名厂", "示范县丙镇2号"),
        ("F8", "示范县金磐锁业有限公司", "示范县丁镇示范8路18号"),
    ],
    columns=["firm_id", "name", "address"],
)  # fmt: skip


def register(rows: list[dict[str, Any]], table: str = "measures") -> Register:
    columns = {column.name: ("A", column.label) for column in TABLES[table].columns}
    frame = conform(pd.DataFrame(rows), TABLES[table])
    codes = origin_code(0, pd.RangeIndex(2, len(rows) + 2).to_numpy())
    return Register(
        {
            "firms": RegisterTable(conform(FIRMS, TABLES["firms"])),
            table: RegisterTable(frame, {name: codes for name in TABLES[table].column_names}),
        },
        [Source("用电.csv", "", columns)],
    )


@pytest.mark.parametrize(
    ("name", "address", "expected"),
    [
        ("示范县宏达五金有限公司", "", "F1"), ("示范县宏达五金有限责任公司", "", "F1"), ("宏达五金有限公司", "", "F1"),
        ("示范县 宏达五金（有限公司）", "", "F1"), ("示范县同名厂", "示范县丙镇2号", "F7"), ("示范县金盘锁业有限公司", "示范县丁镇示范8路18号", None),
        ("示范县宏达三五金厂", "示范县甲镇工业路2号", None), ("示范县同名厂", "", None), ("长春机械有限公司", "", None),
        ("另外县长春机械有限公司", "", None), ("天外来客食品厂", "", None),
    ],
)  # fmt: skip
def test_only_what_is_certain_is_linked(name: str, address: str, expected: str | None) -> None:
    match = FirmIndex(conform(FIRMS, TABLES["firms"])).find(name, address)
    assert (match.firm.firm_id if match.firm else None) == expected


def test_a_long_name_with_one_slip_at_the_same_address_is_safe() -> None:
    name = "示范县金磐精密锁业配件制造科技发展有限公司"
    firms = conform(
        pd.DataFrame([("F1", name, "示范县丁镇示范8路18号")], columns=["firm_id", "name", "address"]), TABLES["firms"]
    )
    slip = name.replace("磐", "盘")
    index = FirmIndex(firms)
    there = index.find(slip, "丁镇示范8路18号")
    assert there.firm is not None
    assert there.firm.firm_id == "F1"
    assert index.find(slip, "").firm is None
    assert index.find(slip, "").candidates


def test_linked_doubtful_and_missing_rows_are_told_apart() -> None:
    rows = [
        {"firm_name": "示范县宏达五金有限公司", "year": 2022, "electricity_kwh": 5.0},
        {"firm_name": "宏达五金有限公司", "year": 2021, "electricity_kwh": 6.0},
        {"firm_name": "示范县金盘锁业有限公司", "year": 2022, "electricity_kwh": 7.0},
        {"firm_name": "天外来客食品厂", "year": 2022, "electricity_kwh": 8.0},
        {"firm_id": "F1", "firm_name": "示范县宏达五金有限公司", "year": 2022, "tax_wan": 1.0},
    ]
    linked, log, pairs = link_firms(register(rows))
    measures = linked["measures"]
    assert Counter(d.code for d in log) == {
        "linked_exactly": 1, "linked_by_name": 1, "link_doubtful": 1, "link_missing": 1, "rows_merged": 1,
    }  # fmt: skip
    assert measures["firm_id"].tolist() == ["F1", "F1", "", ""]
    assert measures.loc[0, ["electricity_kwh", "tax_wan"]].tolist() == [5.0, 1.0]
    assert tuple(pairs.columns) == PAIR_COLUMNS
    assert pairs["firm_id"].iat[0] == "F8"
    doubtful = next(d for d in log if d.code == "link_doubtful")
    assert (doubtful.file, doubtful.row) == ("用电.csv", 4)
    cell = linked.cell("measures", 0, "tax_wan")
    assert cell is not None
    assert cell.row == 6


def test_the_given_register_is_not_changed() -> None:
    before = register([{"firm_name": "示范县宏达五金有限公司", "year": 2022}])
    link_firms(before)
    assert before["measures"]["firm_id"].tolist() == [""]


def test_complementary_rows_become_one_and_contradictions_are_told() -> None:
    rows = [
        {"firm_id": "F1", "year": 2022, "tax_wan": 1.0},
        {"firm_id": "F1", "year": 2022, "energy_tce": 2.0, "tax_wan": 1.0},
        {"firm_id": "F1", "year": 2022, "tax_wan": 3.0},
        {"firm_id": "F1", "year": 2022, "tax_wan": 1.0},
        {"firm_id": "F1", "year": 2022, "energy_tce": 5.0},
        {"firm_id": "", "year": 2022, "tax_wan": 1.0},
        {"firm_id": "", "year": 2022, "tax_wan": 1.0},
    ]
    county = register(rows)
    found = merge_rows(county, "measures")
    measures = county["measures"]
    assert measures[["firm_id", "tax_wan"]].to_numpy().tolist() == [["F1", 1.0], ["", 1.0], ["", 1.0]]
    assert measures["energy_tce"].iat[0] == 2.0
    assert [(d.code, d.row, d.value) for d in found if d.code == "conflict"] == [
        ("conflict", 4, "3"),
        ("conflict", 6, "5"),
    ]
    assert [(d.code, d.row) for d in found if d.code == "duplicate_row"] == [("duplicate_row", 5)]
    energy, tax = county.cell("measures", 0, "energy_tce"), county.cell("measures", 0, "tax_wan")
    assert energy is not None
    assert tax is not None
    assert (energy.row, tax.row) == (3, 2)


def test_names_as_they_are_compared() -> None:
    assert plain_name("示范（永）五金 有限责任公司") == "示范永五金有限公司"
    assert split_place("示范县宏达五金厂") == ("示范县", "宏达五金厂")
    assert core_name("示范县宏达五金有限公司") == "宏达五金"
