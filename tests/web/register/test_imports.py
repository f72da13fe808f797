"""What a rehearsal says is what a commit does."""

from __future__ import annotations

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from mujun.base.errors import Refused
from mujun.web.audit.models import AuditEvent
from mujun.web.register import actions, imports, jobs, queries
from mujun.web.register.imports import rehearsal as rehearsals
from mujun.web.register.models import BatchState, DoubtfulPair, Firm, ImportBatch, Measure, Revision
from tests.web.register.conftest import FIRM_HEADINGS, code, firms, measures, upload, workbook


def by_key(data: pd.DataFrame, *key: str) -> pd.DataFrame:
    return data.sort_values(list(key)).reset_index(drop=True)


def test_a_rehearsal_changes_nothing(hand_over) -> None:
    batch = hand_over(firms((code(1), "示例甲厂", "是", "甲镇")))
    assert batch.state == BatchState.REHEARSED
    assert batch.counts["firms"] == {"new": 1, "changed": 0, "same": 0, "gone": 0, "defective": 0, "whole": 0}
    assert batch.firms_touched == 1
    assert not Firm.objects.exists()
    assert not Revision.objects.exists()


def test_a_commit_writes_the_rows_the_rehearsal_kept(hand_over, clerk) -> None:
    batch = hand_over(
        firms((code(1), "示例甲厂", "是", "甲镇"), (code(2), "示例乙厂", "否", "乙镇")),
        measures((code(1), 2023, 12.5, 1000), (code(2), 2023, -3, "—")),
    )
    _sources, changes = rehearsals.load_changes(batch.rehearsal)
    jobs.commit(batch=batch.pk, by=clerk.pk)
    register = queries.load_register()
    for table, key in (("firms", ("firm_id",)), ("measures", ("firm_id", "year"))):
        assert_frame_equal(by_key(register[table], *key), by_key(changes[table].rows, *key))
    assert register["measures"]["electricity_kwh"].isna().tolist() == [False, True]
    batch.refresh_from_db()
    assert batch.state == BatchState.COMMITTED
    assert AuditEvent.objects.filter(action="import.commit", about=f"batch:{batch.pk}").count() == 1


def test_every_value_knows_its_cell(take) -> None:
    batch = take(firms((code(1), "示例甲厂", "是", "甲镇")))
    cells = queries.cells_of("firms", [code(1)])
    assert (cells["town"].file, cells["town"].sheet, cells["town"].row, cells["town"].column) == (
        "企业.xlsx",
        "企业",
        2,
        "D",
    )
    assert cells["town"].batch == str(batch.pk)
    assert "industry" not in cells


def test_new_changed_same_and_gone_are_told_apart(take, hand_over) -> None:
    take(firms(*((code(n), f"示例{n}厂", "是", "甲镇") for n in (1, 2, 3))))
    batch = hand_over(
        firms(
            (code(1), "示例1厂", "是", "甲镇"), (code(2), "示例2厂", "是", "乙镇"), (code(4), "示例4厂", "否", "甲镇")
        )
    )
    assert batch.counts["firms"] == {"new": 1, "changed": 1, "same": 1, "gone": 1, "defective": 0, "whole": 0}
    cells = rehearsals.view(batch.rehearsal, "firms.cells").to_pylist()
    assert [(c["key"], c["column"], c["before"], c["after"]) for c in cells] == [(code(2), "town", "甲镇", "乙镇")]


def test_a_row_the_files_lack_stays_unless_they_are_whole(take) -> None:
    take(firms((code(1), "示例1厂", "是", "甲镇"), (code(2), "示例2厂", "是", "甲镇")))
    take(firms((code(1), "示例1厂", "否", "甲镇")))
    assert set(queries.current_frame("firms")["firm_id"]) == {code(1), code(2)}
    take(firms((code(1), "示例1厂", "是", "甲镇")), whole_tables=["firms"])
    assert set(queries.current_frame("firms")["firm_id"]) == {code(1)}


def test_a_whole_yearly_table_ends_only_rows_of_its_years(take) -> None:
    take(
        firms((code(1), "甲厂", "是", "甲镇")),
        measures((code(1), 2022, 1, 1), (code(1), 2023, 2, 2), (code(2), 2023, 9, 9)),
    )
    take(measures((code(1), 2023, 2, 2)), whole_tables=["measures"])
    kept = queries.current_frame("measures")
    assert sorted(zip(kept["firm_id"], kept["year"], strict=True)) == [(code(1), 2022), (code(1), 2023)]


def test_a_blank_cell_keeps_the_value_unless_blanks_clear(take) -> None:
    take(measures((code(1), 2023, 12, 100)))
    take(measures((code(1), 2023, None, 200)))
    row = queries.current_frame("measures").iloc[0]
    assert (row["tax_wan"], row["electricity_kwh"]) == (12, 200)
    take(measures((code(1), 2023, None, 200)), clear_blanks=True)
    assert pd.isna(queries.current_frame("measures").iloc[0]["tax_wan"])


def test_a_value_kept_from_before_keeps_its_cell(take) -> None:
    first = take(measures((code(1), 2023, 12, 100)))
    second = take(measures((code(1), 2023, None, 200)))
    cells = queries.cells_of("measures", [code(1), "2023"])
    assert cells["tax_wan"].batch == str(first.pk)
    assert cells["electricity_kwh"].batch == str(second.pk)


def test_a_second_commit_is_refused(take, clerk) -> None:
    batch = take(firms((code(1), "示例甲厂", "是", "甲镇")))
    with pytest.raises(Refused, match="已入库"):
        actions.commit_import(batch.pk, by=clerk)
    assert Firm.objects.count() == 1


def test_nothing_to_write_is_refused(take, hand_over, clerk) -> None:
    take(firms((code(1), "示例甲厂", "是", "甲镇")))
    batch = hand_over(firms((code(1), "示例甲厂", "是", "甲镇")))
    with pytest.raises(Refused, match="完全一致"):
        actions.commit_import(batch.pk, by=clerk)


def test_a_rehearsal_grows_old_when_the_register_moves(hand_over, take, clerk) -> None:
    waiting = hand_over(firms((code(1), "示例甲厂", "是", "甲镇")))
    take(firms((code(1), "示例甲厂有限公司", "是", "甲镇")))
    assert not imports.is_current(waiting)
    with pytest.raises(Refused, match="变化"):
        actions.commit_import(waiting.pk, by=clerk)
    with pytest.raises(Refused, match="不同"):
        jobs.commit(batch=waiting.pk, by=clerk.pk)
    waiting.refresh_from_db()
    assert waiting.counts["firms"]["changed"] == 1
    jobs.commit(batch=waiting.pk, by=clerk.pk)
    assert queries.current_frame("firms")["name"].tolist() == ["示例甲厂"]


def test_a_rehearsal_that_comes_out_the_same_is_committed_at_once(hand_over, take, clerk) -> None:
    waiting = hand_over(firms((code(1), "示例甲厂", "是", "甲镇")))
    take(measures((code(9), 2023, 1, 1)))
    jobs.commit(batch=waiting.pk, by=clerk.pk)
    assert queries.current_frame("firms")["firm_id"].tolist() == [code(1)]


def test_a_file_changed_on_disk_is_noticed(hand_over, clerk) -> None:
    batch = hand_over(firms((code(1), "示例甲厂", "是", "甲镇")))
    batch.files.get().path.write_bytes(b"something else")
    with pytest.raises(Refused, match="变化"):
        actions.commit_import(batch.pk, by=clerk)


def test_a_row_without_key_is_told_and_left_out(take) -> None:
    batch = take(firms((code(1), "示例甲厂", "是", "甲镇"), ("", "无代码厂", "是", "甲镇")))
    assert Firm.objects.count() == 1
    assert batch.counts["firms"]["defective"] == 1


def test_an_overlong_key_is_told_and_left_out(take) -> None:
    batch = take(firms((code(1), "示例甲厂", "是", "甲镇"), ("9" * 300, "长代码厂", "是", "甲镇")))
    assert Firm.objects.count() == 1
    assert batch.counts["firms"]["defective"] >= 1


def test_own_headings_are_mapped_once_and_remembered(hand_over, clerk) -> None:
    sheet = ("年度指标", ("统一社会信用代码", "年度", "实际入库数"), ((code(1), 2023, 7.5),))
    batch = hand_over(upload("年度指标.xlsx", workbook(sheet)), source="税务局")
    from mujun.web.register.imports.headings import unknown_headings

    assert [question.heading for question in unknown_headings(batch)] == ["实际入库数"]
    actions.remember_mapping("税务局", "measures", {"实际入库数": "tax_wan"}, by=clerk)
    jobs.rehearse(batch=batch.pk, by=clerk.pk)
    jobs.commit(batch=batch.pk, by=clerk.pk)
    assert Measure.objects.get().tax_wan == 7.5
    again = hand_over(upload("年度指标.xlsx", workbook(sheet)), source="税务局")
    assert again.counts["measures"]["same"] == 1


def test_two_headings_cannot_mean_one_column(clerk) -> None:
    with pytest.raises(Refused, match="都对应到了"):
        actions.remember_mapping("税务局", "measures", {"甲": "tax_wan", "乙": "tax_wan"}, by=clerk)


NAMED = ("企业名称", "地址", "年度", "税收(万元)")


def test_a_doubtful_firm_waits_for_a_person_and_the_decision_is_remembered(take, hand_over, clerk) -> None:
    take(firms((code(1), "示例青禾五金制造有限公司", "是", "甲镇")))
    sheet = ("年度指标", NAMED, (("示例青和五金制造公司", "", 2023, 5),))
    batch = hand_over(upload("年度指标.xlsx", workbook(sheet)))
    assert "measures" not in batch.counts
    pair = DoubtfulPair.objects.get(same=None)
    assert (pair.firm_id, pair.rows) == (code(1), 1)
    actions.decide_pair(pair.pk, True, by=clerk)
    jobs.rehearse(batch=batch.pk, by=clerk.pk)
    jobs.commit(batch=batch.pk, by=clerk.pk)
    assert Measure.objects.get().firm_id == code(1)
    later = hand_over(upload("年度指标.xlsx", workbook(("年度指标", NAMED, (("示例青和五金制造公司", "", 2024, 6),)))))
    assert later.counts["measures"]["new"] == 1


def test_a_pair_said_to_be_different_is_not_asked_again(take, hand_over, clerk) -> None:
    take(firms((code(1), "示例青禾五金制造有限公司", "是", "甲镇")))
    sheet = ("年度指标", NAMED, (("示例青和五金制造公司", "", 2023, 5),))
    hand_over(upload("年度指标.xlsx", workbook(sheet)))
    actions.decide_pair(DoubtfulPair.objects.get().pk, False, by=clerk)
    hand_over(upload("年度指标.xlsx", workbook(sheet)))
    assert not DoubtfulPair.objects.filter(same=None).exists()


def test_a_name_cannot_be_two_firms(take, hand_over, clerk) -> None:
    take(firms((code(1), "示例青禾五金制造有限公司", "是", "甲镇")))
    batch = hand_over(upload("年度指标.xlsx", workbook(("年度指标", NAMED, (("示例青和五金制造公司", "", 2023, 5),)))))
    pair = DoubtfulPair.objects.get()
    actions.decide_pair(pair.pk, True, by=clerk)
    other = DoubtfulPair.objects.create(
        batch=batch, table="measures", name=pair.name, address=pair.address, firm_id=code(2), score=80
    )
    with pytest.raises(Refused, match="已经认定"):
        actions.decide_pair(other.pk, True, by=clerk)


def test_a_table_that_stops_cannot_be_committed(hand_over, clerk) -> None:
    batch = hand_over(upload("企业.xlsx", b"PK\x03\x04 broken"), firms((code(1), "示例甲厂", "是", "甲镇")))
    with pytest.raises(Refused):
        actions.commit_import(batch.pk, by=clerk)
    assert not Firm.objects.exists()


def test_the_same_heading_rules_hold_for_csv(take) -> None:
    text = ",".join(FIRM_HEADINGS) + f"\n{code(1)},示例甲厂,是,甲镇\n"
    take(upload("企业.csv", text.encode("gb18030")))
    assert queries.current_frame("firms")["name"].tolist() == ["示例甲厂"]


def bare_parcels(shift=None):
    """Parcels as text shapes in a sheet, which say nothing about their coordinates."""
    import numpy as np
    import shapely

    shape = shapely.box(121.0, 28.5, 121.002, 28.502)
    if shift is not None:
        shape = shapely.transform(shape, lambda xy: np.column_stack(shift(xy[:, 0], xy[:, 1])))
    return upload("宗地.csv", f"宗地代码;图形\nP1;{shape.wkt}\n".encode()), shape


def test_where_nothing_tells_the_clerk_is_asked_where_coordinates_come_from(hand_over, clerk) -> None:
    import shapely

    from mujun.files.datum import to_gcj02

    file, shifted = bare_parcels(to_gcj02)
    batch = hand_over(file)
    assert "datum_unknown" in rehearsals.view(batch.rehearsal, "defects")["code"].to_pylist()
    actions.answer_questions(batch.pk, coordinates="GCJ-02", by=clerk)
    assert not imports.is_current(ImportBatch.objects.get(pk=batch.pk))
    jobs.rehearse(batch=batch.pk, by=clerk.pk)
    jobs.commit(batch=batch.pk, by=clerk.pk)
    held = shapely.from_wkb(queries.current_frame("parcels")["geometry"][0])
    assert shapely.distance(held.centroid, shapely.Point(121.001, 28.501)) < 1e-6
    assert shapely.distance(shifted.centroid, held.centroid) > 1e-3
    with pytest.raises(Refused, match="坐标"):
        actions.answer_questions(hand_over(bare_parcels()[0]).pk, coordinates="火星", by=clerk)


def test_the_central_meridian_can_be_said(hand_over, clerk) -> None:
    import pyproj
    import shapely

    x, y = pyproj.Transformer.from_crs(4490, 4549, always_xy=True).transform(121.0, 28.5)
    shape = shapely.box(x, y, x + 100, y + 100)
    batch = hand_over(upload("宗地.csv", f"宗地代码;图形\nP1;{shape.wkt}\n".encode()))
    assert "zone_unknown" in rehearsals.view(batch.rehearsal, "defects")["code"].to_pylist()
    actions.answer_questions(batch.pk, coordinates="120", by=clerk)
    jobs.rehearse(batch=batch.pk, by=clerk.pk)
    jobs.commit(batch=batch.pk, by=clerk.pk)
    held = shapely.from_wkb(queries.current_frame("parcels")["geometry"][0])
    assert shapely.distance(held, shapely.Point(121.0, 28.5)) < 1e-6


def test_a_file_whose_name_does_not_tell_gets_its_table_from_the_clerk(hand_over, clerk) -> None:
    sheet = ("Sheet1", FIRM_HEADINGS, ((code(1), "示例甲厂", "是", "甲镇"),))
    batch = hand_over(upload("导出数据.xlsx", workbook(sheet)))
    assert batch.counts == {}
    actions.answer_questions(batch.pk, tables={"导出数据.xlsx": "firms"}, by=clerk)
    jobs.rehearse(batch=batch.pk, by=clerk.pk)
    batch.refresh_from_db()
    assert batch.counts["firms"]["new"] == 1
    with pytest.raises(Refused):
        actions.answer_questions(batch.pk, tables={"别的.xlsx": "firms"}, by=clerk)
