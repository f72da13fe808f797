"""Each check finds what it is for, and nothing in a county where all is well."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import pandas as pd
import pytest
import shapely

from mujun.base import creditcode
from mujun.base.defects import Severity
from mujun.register.catalogue import CATALOGUE, SECTIONS, defect
from mujun.register.checks import check_register
from mujun.register.credit_codes import valid
from mujun.register.schema import TABLES
from mujun.register.tables import Register, RegisterTable, conform


def code(number: int) -> str:
    body = f"91330000MA{number:07d}"
    return body + creditcode.check_character(body)


A, B, C = code(1), code(2), code(3)
LON, LAT, STEP = 120.0, 28.9, 0.001
BOX_M2 = 10_820.0


def county(**changes: list[dict[str, Any]]) -> Register:
    """Return a small county in order: three firms, two parcels, one of them let; ``changes`` replace tables."""
    boxes = [shapely.to_wkb(shapely.box(LON + i * STEP, LAT, LON + (i + 1) * STEP, LAT + STEP)) for i in range(2)]
    tables: dict[str, list[dict[str, Any]]] = {
        "firms": [
            {"firm_id": A, "name": "示范甲厂", "town": "示范镇", "above_scale": True, "status": "active", "industry": "3311"},
            {"firm_id": B, "name": "示范乙厂", "town": "示范镇", "above_scale": False, "status": "active", "industry": "C3360"},
            {"firm_id": C, "name": "示范丙厂", "town": "示范镇", "above_scale": False, "status": "deregistered", "industry": "33"},
        ],
        "parcels": [
            {"parcel_id": "G1", "town": "示范镇", "registered_area_m2": BOX_M2, "taxed_area_m2": BOX_M2, "holder_id": A,
             "geometry": boxes[0], "supplied_on": "2015-01-01", "started_on": "2015-06-01", "finished_on": "2016-06-01"},
            {"parcel_id": "G2", "town": "示范镇", "registered_area_m2": BOX_M2, "holder_id": B, "geometry": boxes[1]},
        ],
        "occupancy": [
            {"firm_id": A, "parcel_id": "G1", "kind": "own", "area_m2": BOX_M2, "from": "2015-01-01"},
            {"firm_id": B, "parcel_id": "G1", "kind": "lease", "area_m2": 2000.0, "from": "2018-01-01", "to": "2020-12-31"},
            {"firm_id": B, "parcel_id": "G1", "kind": "lease", "area_m2": 2000.0, "from": "2021-01-01", "lessor_id": A},
            {"firm_id": B, "parcel_id": "G2", "kind": "own", "area_m2": BOX_M2, "from": "2015-01-01"},
        ],
        "measures": [
            {"firm_id": firm, "year": year, "tax_wan": tax, "revenue_wan": tax * 20, "value_added_wan": tax * 4, "employees": 9.0,
             "energy_tce": 30.0, "electricity_kwh": tax * 1e4}
            for firm, tax in ((A, 200.0), (B, 20.0)) for year in (2021, 2022)
        ],
        "taxes": [{"firm_id": A, "year": 2022, "item": "增值税", "amount_wan": 150.0},
                  {"firm_id": A, "year": 2022, "item": "所得税", "amount_wan": 50.0}],
        "marks": [{"firm_id": A, "year": 2022, "code": "bonus_safety", "points": 2.0}],
        "buildings": [{"building_id": "F1", "parcel_id": "G1", "floor_area_m2": 9000.0, "storeys": 3.0, "built_year": 2016}],
        "units": [{"unit_id": "U1", "building_id": "F1"}],
        "projects": [{"project_id": "P1", "contacted_on": "2022-01-01", "signed_on": "2022-02-01"}],
    } | changes  # fmt: skip
    frames = {}
    for name, rows in tables.items():
        frame = pd.DataFrame(rows)
        for column in TABLES[name].columns:
            if column.kind == "date" and column.name in frame:
                frame[column.name] = pd.to_datetime(frame[column.name])
        frames[name] = RegisterTable(conform(frame, TABLES[name]))
    return Register(frames)


def changed(table: str, row: int, **values: Any) -> Register:
    """Return the county with one row changed; a row beyond the last is added as a copy of the last."""
    rows = county()[table].astype(object).where(county()[table].notna(), None).to_dict("records")
    if row == len(rows):
        rows.append(dict(rows[-1]))
    rows[row].update(values)
    return county(**{table: rows})


def codes(register: Register) -> Counter[str]:
    return Counter(found.code for found in check_register(register))


def test_nothing_is_found_where_all_is_well() -> None:
    assert list(check_register(county())) == []


@pytest.mark.parametrize(
    ("table", "row", "values", "expected"),
    [
        ("firms", 1, {"firm_id": B[:17] + ("0" if B[17] != "0" else "1")}, "credit_code_check"),
        ("firms", 1, {"name": ""}, "firm_name_missing"), ("firms", 1, {"name": "示范（甲）厂"}, "firm_name_twice"),
        ("firms", 1, {"town": "甲字镇"}, "town_unknown"), ("firms", 1, {"industry": "五金"}, "industry_bad"),
        ("firms", 1, {"industry": "9933"}, "industry_bad"), ("firms", 1, {"above_scale": None}, "above_scale_blank"),
        ("firms", 1, {"above_scale": True}, "above_scale_doubtful"), ("firms", 0, {"status": "deregistered"}, "deregistered_active"),
        ("firms", 0, {"founded_on": "2020-01-01", "production_on": "2019-01-01"}, "dates_order"),
        ("measures", 0, {"firm_id": code(9)}, "firm_unknown"), ("measures", 0, {"firm_id": "913"}, "credit_code_check"),
        ("occupancy", 1, {"lessor_id": code(9)}, "lessor_unknown"), ("occupancy", 0, {"parcel_id": "G9"}, "parcel_unknown"),
        ("buildings", 0, {"parcel_id": "G9"}, "parcel_unknown"), ("units", 0, {"building_id": "F9"}, "building_unknown"),
        ("occupancy", 2, {"lessor_id": B}, "lessor_is_lessee"), ("occupancy", 2, {"to": "2020-06-01"}, "period_reversed"),
        ("occupancy", 2, {"from": "2020-06-01", "lessor_id": ""}, "periods_overlap"), ("occupancy", 0, {"area_m2": None}, "area_missing"),
        ("occupancy", 4, {"parcel_id": "G1"}, "several_owners"), ("occupancy", 4, {"parcel_id": "G1"}, "shares_exceed_parcel"),
        ("occupancy", 0, {"area_m2": BOX_M2 * 1.5}, "occupancy_exceeds_parcel"), ("occupancy", 0, {"area_m2": 1500.0}, "let_exceeds_held"),
        ("parcels", 0, {"registered_area_m2": BOX_M2 * 3 / 2000}, "area_far_from_drawn"),
        ("parcels", 0, {"taxed_area_m2": BOX_M2 * 2000 / 3}, "taxed_far_from_registered"),
        ("parcels", 0, {"far_min": 2.0, "far_max": 1.0}, "far_reversed"), ("parcels", 0, {"far_max": 25.0}, "far_implausible"),
        ("parcels", 0, {"finished_on": "2014-01-01"}, "dates_order"), ("parcels", 0, {"stopped_on": "1890-01-01", "started_on": None}, "date_implausible"),
        ("parcels", 1, {"geometry": shapely.to_wkb(shapely.box(LON + STEP / 2, LAT, LON + STEP * 1.5, LAT + STEP))}, "parcels_overlap"),
        ("buildings", 0, {"floor_area_m2": 900_000.0}, "floor_area_implausible"), ("buildings", 0, {"built_year": 2005}, "built_before_granted"),
        ("measures", 1, {"tax_wan": 2_000_000.0}, "unit_suspect"), ("measures", 1, {"tax_wan": 5000.0}, "part_exceeds_whole"),
        ("measures", 0, {"energy_tce": 0.0}, "energy_zero"), ("measures", 0, {"employees": 0.0}, "staff_zero"),
        ("marks", 0, {"code": "bonus_safty"}, "mark_unknown"), ("marks", 0, {"points": None}, "points_missing"),
        ("marks", 0, {"year": 2042}, "year_implausible"), ("projects", 0, {"signed_on": "2021-01-01"}, "stage_dates_order"),
    ],
)  # fmt: skip
def test_each_check_finds_its_own(table: str, row: int, values: dict[str, Any], expected: str) -> None:
    assert codes(changed(table, row, **values))[expected] >= 1


def test_nothing_can_be_evaluated_without_firms_or_land() -> None:
    empty = check_register(Register())
    assert {d.code for d in empty if d.severity is Severity.STOPS} == {"firms_missing", "occupancy_missing"}
    assert empty.stops
    assert not check_register(county()).stops


def test_rented_land_of_nobody() -> None:
    parcels = [
        {"parcel_id": "G1", "registered_area_m2": BOX_M2, "town": "示范镇"},
        {"parcel_id": "G2", "registered_area_m2": BOX_M2, "town": "示范镇"},
    ]
    assert codes(county(parcels=parcels)) == {"lessor_missing": 1}


def test_identity_numbers_of_persons_are_holders_too() -> None:
    person = "11010519491231002X"
    assert codes(changed("parcels", 1, holder_id=person)) == {}
    assert codes(changed("parcels", 1, holder_id=person[:17] + "1")) == {"credit_code_check": 1}


def test_a_column_in_another_unit_is_told_once_and_not_row_by_row() -> None:
    rows = [
        {
            "firm_id": code(n),
            "year": year,
            "tax_wan": 20.0 * n * (10_000 if year == 2021 else 1),
            "revenue_wan": 4e6 * n,
        }
        for n in range(1, 41)
        for year in (2020, 2021, 2022)
    ]
    firms = [{"firm_id": code(n), "name": f"示范{n}厂", "above_scale": True} for n in range(1, 41)]
    found = codes(county(measures=rows, firms=firms, taxes=[], marks=[]))
    assert found["unit_suspect_column"] == 1
    assert found["unit_suspect"] == 0


def test_items_of_tax_are_compared_where_most_agree() -> None:
    firms = [{"firm_id": code(n), "name": f"示范{n}厂", "above_scale": False} for n in range(1, 11)]
    measures = [{"firm_id": code(n), "year": 2022, "tax_wan": 100.0, "revenue_wan": 1000.0} for n in range(1, 11)]
    taxes = [
        {"firm_id": code(n), "year": 2022, "item": "增值税", "amount_wan": 130.0 if n == 3 else 100.0}
        for n in range(1, 11)
    ]
    assert codes(county(firms=firms, measures=measures, taxes=taxes))["taxes_not_adding_up"] == 1
    for row in taxes:
        row["amount_wan"] = 60.0
    assert codes(county(firms=firms, measures=measures, taxes=taxes))["taxes_not_adding_up"] == 0


def test_a_parcel_far_from_all_others() -> None:
    boxes = [shapely.box(LON + i * STEP, LAT, LON + (i + 1) * STEP, LAT + STEP) for i in range(30)]
    boxes.append(shapely.box(LON + 0.8, LAT, LON + 0.8 + STEP, LAT + STEP))
    parcels = [
        {"parcel_id": f"G{i}", "geometry": shapely.to_wkb(box), "holder_id": A, "town": "示范镇"}
        for i, box in enumerate(boxes)
    ]
    found = [d for d in check_register(county(parcels=parcels, buildings=[], units=[])) if d.code == "geometry_outlier"]
    assert [d.key for d in found] == ["G30"]


def test_whole_columns_of_codes_are_checked_as_single_codes_are() -> None:
    samples = [A, B, A[:17] + "0", A[:17], A + "0", "", "9133000OMA00000016", "９" * 18, A.lower()]
    assert valid(samples).tolist() == [creditcode.is_valid(sample) for sample in samples]


def test_the_day_under_evaluation_decides_where_it_is_given() -> None:
    found = check_register(county(), year=2019)
    assert {d.code for d in found} == {"measures_missing", "year_implausible"}


def test_every_entry_of_the_catalogue_makes_a_sentence() -> None:
    class Anything(dict[str, str]):
        def __missing__(self, key: str) -> str:
            return f"<{key}>"

    assert sum(len(section) for section in SECTIONS.values()) == len(CATALOGUE)
    for name, entry in CATALOGUE.items():
        sentence = entry.message.format_map(Anything())
        assert sentence.endswith(("。", "}", ">")) or entry.message.endswith("{fault}"), name
        assert entry.mend or entry.severity in (Severity.NOTICE,), name
    with pytest.raises(KeyError):
        defect("no_such_code")


def test_a_long_value_is_shortened_in_its_sentence() -> None:
    found = defect("number_bad", table="measures", field="tax_wan", value="长" * 9000)
    assert len(found.value) < 120
    assert found.message.startswith("税收应是数字")


def test_dates_of_the_county_are_dates() -> None:
    assert county()["occupancy"]["from"].iat[0].date() == dt.date(2015, 1, 1)
