"""Any day as it was known then and as it is known now; undo; corrections; lineage."""

from __future__ import annotations

import json

import pandas as pd
import pytest
import shapely
from pandas.testing import assert_frame_equal

from mujun.base.errors import Refused
from mujun.web.audit.models import AuditEvent
from mujun.web.register import actions, imports, queries
from mujun.web.register.models import BatchState, Correction, Firm, ParcelLineage, Revision
from tests.web.register.conftest import code, firms, measures, upload


def table(name: str, revision: int | None = None) -> pd.DataFrame:
    frame = queries.load_register(revision, [name])[name]
    keys = [key for key in ("firm_id", "parcel_id", "year") if key in frame]
    return frame.sort_values(keys).reset_index(drop=True)


def test_the_register_as_known_then_and_as_known_now(take, clerk) -> None:
    take(measures((code(1), 2023, 12, 100), (code(2), 2023, 1, 1)))
    first, then = queries.current_revision(), table("measures")
    take(measures((code(1), 2023, 13, 100), (code(3), 2023, 3, 3)))
    actions.correct_cell("measures", [code(2), "2023"], "tax_wan", "2", reason="漏报", by=clerk)
    assert_frame_equal(table("measures", first), then)
    assert table("measures")["tax_wan"].tolist() == [13, 2, 3]
    assert table("measures", first - 1).empty


def test_the_revision_of_a_moment(take) -> None:
    take(firms((code(1), "甲厂", "是", "甲镇")))
    take(firms((code(2), "乙厂", "是", "甲镇")))
    first, second = Revision.objects.order_by("id")
    assert queries.revision_at(first.at) == first.pk
    assert queries.revision_at(second.at) == second.pk == queries.current_revision()


def test_cells_as_known_then_still_open(take) -> None:
    one = take(measures((code(1), 2023, 12, 100)))
    revision = queries.current_revision()
    take(measures((code(1), 2023, 13, 100)))
    register = queries.load_register(revision, ["measures"])
    cell = register.cell("measures", 0, "tax_wan")
    assert cell is not None
    assert (cell.batch, cell.row) == (str(one.pk), 2)


def test_undo_brings_back_what_a_batch_replaced(take, clerk) -> None:
    take(firms((code(1), "甲厂", "是", "甲镇"), (code(2), "乙厂", "是", "甲镇")))
    before = table("firms")
    batch = take(firms((code(1), "甲厂改名", "否", "乙镇"), (code(3), "丙厂", "是", "甲镇")), whole_tables=["firms"])
    assert set(table("firms")["firm_id"]) == {code(1), code(3)}
    changed = queries.current_revision()
    actions.undo_import(batch.pk, reason="交错了", by=clerk)
    assert_frame_equal(table("firms"), before)
    assert table("firms", changed)["name"].tolist() == ["甲厂改名", "丙厂"]
    batch.refresh_from_db()
    assert batch.state == BatchState.UNDONE
    assert AuditEvent.objects.get(action="import.undo").reason == "交错了"


def test_undo_is_refused_while_a_later_change_depends_on_it(take, clerk) -> None:
    first = take(firms((code(1), "甲厂", "是", "甲镇")))
    second = take(firms((code(1), "甲厂改名", "是", "甲镇")))
    with pytest.raises(Refused, match="1 行后来又被改动"):
        actions.undo_import(first.pk, by=clerk)
    actions.undo_import(second.pk, by=clerk)
    actions.undo_import(first.pk, by=clerk)
    assert table("firms").empty


def test_undo_is_refused_where_a_row_it_ended_was_written_anew(take, clerk) -> None:
    take(firms((code(1), "甲厂", "是", "甲镇"), (code(2), "乙厂", "是", "甲镇")))
    ending = take(firms((code(2), "乙厂", "否", "甲镇")), whole_tables=["firms"])
    take(firms((code(1), "甲厂又来", "是", "甲镇")))
    with pytest.raises(Refused, match="后来又被改动"):
        actions.undo_import(ending.pk, by=clerk)


def test_undo_asks_other_apps(take, clerk, monkeypatch) -> None:
    batch = take(firms((code(1), "甲厂", "是", "甲镇")))
    monkeypatch.setattr("mujun.web.register.imports.plan.dependants", [lambda revision: [f"r{revision.pk} 已用于公布"]])
    assert imports.what_depends_on(batch.revision) == [f"r{batch.revision_id} 已用于公布"]
    with pytest.raises(Refused, match="已用于公布"):
        actions.undo_import(batch.pk, by=clerk)
    assert Firm.objects.filter(until=None).count() == 1


def test_a_batch_cannot_be_undone_twice(take, clerk) -> None:
    batch = take(firms((code(1), "甲厂", "是", "甲镇")))
    actions.undo_import(batch.pk, by=clerk)
    with pytest.raises(Refused, match="已撤销"):
        actions.undo_import(batch.pk, by=clerk)


def test_a_correction_says_who_why_and_what_it_was(take, clerk) -> None:
    take(measures((code(1), 2023, 12, 100)))
    actions.correct_cell(
        "measures", f"{code(1)}|2023", "tax_wan", "1,250.5", reason="重复扣减", document="甲税〔2024〕3号", by=clerk
    )
    correction = Correction.objects.get()
    assert (correction.before, correction.after, correction.by) == ("12", "1250.5", clerk)
    cell = queries.cells_of("measures", [code(1), "2023"])["tax_wan"]
    assert (cell.file, cell.sheet, cell.row) == ("甲税〔2024〕3号", "更正", correction.pk)
    assert queries.cells_of("measures", [code(1), "2023"])["electricity_kwh"].file == "年度指标.xlsx"
    versions = queries.history("measures", [code(1), "2023"])
    assert versions[0]["changes"] == {"tax_wan": ("12", "1250.5")}
    assert queries.corrections_of("measures", [code(1), "2023"]) == [correction]


@pytest.mark.parametrize(
    ("column", "value", "reason", "said"),
    [
        ("tax_wan", "十二", "改", "请写一个数"),
        ("tax_wan", "12", "改", "没有改动"),
        ("tax_wan", "13", " ", "没有写理由"),
        ("electricity_kwh", "-5", "改", "不能小于"),
        ("year", "2024", "改", "不能更正"),
        ("tax_wan", "inf", "改", "请写一个数"),
    ],
)
def test_a_correction_that_makes_no_sense_is_refused_and_changes_nothing(
    take, clerk, column, value, reason, said
) -> None:
    take(measures((code(1), 2023, 12, 100)))
    before = queries.current_revision()
    with pytest.raises(Refused, match=said):
        actions.correct_cell("measures", [code(1), "2023"], column, value, reason=reason, by=clerk)
    assert (queries.current_revision(), Correction.objects.count()) == (before, 0)


def test_a_row_that_is_not_there_cannot_be_corrected(clerk) -> None:
    with pytest.raises(Refused, match="没有"):
        actions.correct_cell("measures", [code(1), "2023"], "tax_wan", "1", reason="改", by=clerk)


def square(x: float, width: float = 0.002) -> shapely.Polygon:
    return shapely.box(x, 28.5, x + width, 28.502)


def parcels(*rows: tuple[str, shapely.Polygon]):
    features = [
        {"type": "Feature", "properties": {"宗地代码": name}, "geometry": json.loads(shapely.to_geojson(shape))}
        for name, shape in rows
    ]
    return upload("宗地.geojson", json.dumps({"type": "FeatureCollection", "features": features}).encode())


def test_a_split_parcel_keeps_its_lineage(take, clerk) -> None:
    take(parcels(("P1", square(121.0)), ("P2", square(121.01))))
    batch = take(
        parcels(("P1a", square(121.0, 0.001)), ("P1b", square(121.001, 0.001)), ("P2", square(121.01))),
        whole_tables=["parcels"],
    )
    came_from, became = queries.lineage_of("P1a")[0], queries.lineage_of("P1")[1]
    assert [(link.parent, link.kind) for link in came_from] == [("P1", "split")]
    assert {link.child for link in became} == {"P1a", "P1b"}
    assert became[0].share == pytest.approx(0.5, abs=0.01)
    assert queries.lineage_of("P1", batch.revision_id - 1) == ([], [])
    actions.undo_import(batch.pk, by=clerk)
    assert queries.lineage_of("P1") == ([], [])
    assert ParcelLineage.objects.count() == 2


def test_the_first_parcels_have_no_past(take) -> None:
    take(parcels(("P1", square(121.0)), ("P2", square(121.01))))
    assert not ParcelLineage.objects.exists()


def test_geometry_comes_back_to_the_byte(take) -> None:
    take(parcels(("P1", square(121.0))))
    held = queries.current_frame("parcels")["geometry"][0]
    assert isinstance(held, bytes)
    assert shapely.equals_exact(shapely.normalize(shapely.from_wkb(held)), shapely.normalize(square(121.0)), 1e-12)


def test_a_firm_and_a_parcel_as_small_registers(take) -> None:
    lines = "统一社会信用代码,宗地代码,关系,用地面积,起,出租方\n"
    lines += f"{code(1)},P1,自有,1000,2020-01-01,\n{code(2)},P1,承租,300,2021-01-01,{code(1)}\n{code(3)},P9,自有,10,2021-01-01,\n"
    take(
        firms(*((code(n), f"示例{n}厂", "是", "甲镇") for n in (1, 2, 3))), upload("用地关系.csv", lines.encode()),
        measures((code(1), 2023, 12, 100)), parcels(("P1", square(121.0)), ("P9", square(121.05))),
    )  # fmt: skip
    firm = queries.firm_register(code(1))
    assert sorted(firm["occupancy"]["firm_id"]) == sorted([code(1), code(2)])
    assert firm["parcels"]["parcel_id"].tolist() == ["P1"]
    assert len(firm["measures"]) == 1
    parcel = queries.parcel_register("P1")
    assert sorted(parcel["firms"]["firm_id"]) == sorted([code(1), code(2)])
    assert len(parcel["occupancy"]) == 2


def test_reading_one_firm_takes_a_fixed_number_of_queries(take, django_assert_num_queries) -> None:
    take(
        firms(*((code(n), f"示例{n}厂", "是", "甲镇") for n in range(30))),
        measures(*((code(n), 2023, n, n) for n in range(30))),
    )
    with django_assert_num_queries(9):
        queries.firm_register(code(7))
