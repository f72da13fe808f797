"""Sectors of firms and of standard factories: the same name for the same trade, however it was written."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from mujun.base.errors import RuleError, UnreadableInput
from mujun.demo.names import TRADES
from mujun.renewal.blocks.problem import Terms, build_problem
from mujun.renewal.phasing import PhasingTerms, build_phasing, phase
from mujun.renewal.sectors import divisions, sectors_of_firms, sectors_of_units
from mujun.rulebook.sectors import SectorWords, load_sectors

DAY = dt.date(2024, 12, 31)


@pytest.fixture(scope="module")
def words() -> SectorWords:
    return load_sectors().on(DAY)


def named(written: list[str | None], words: SectorWords) -> list[str]:
    return sectors_of_units(pd.Series(written, dtype=object), words).names.tolist()


@pytest.mark.parametrize(("code", "word"), [(trade.code, word) for trade in TRADES for word in trade.words])
def test_each_word_of_the_demonstration_county_names_the_division_of_its_trade(
    words: SectorWords, code: str, word: str
) -> None:
    assert named([word], words) == sectors_of_firms(pd.Series([code]), words).names.tolist()
    assert named([word], words)[0].startswith(code[:2] + " ")


def test_a_code_a_name_and_a_word_are_the_same_sector(words: SectorWords) -> None:
    written: list[str | None] = ["34", "C34", "C3465", "通用设备制造业", "通用设备制造", " 泵业 ", "泵业加工"]
    assert set(named(written, words)) == {"34 通用设备制造业"}


def test_the_longest_word_counts(words: SectorWords) -> None:
    assert named(["家用小家电组装", "电动自行车", "塑料制品厂房"], words) == [
        "38 电气机械和器材制造业", "37 铁路、船舶、航空航天和其他运输设备制造业", "29 橡胶和塑料制品业",
    ]  # fmt: skip
    two = SectorWords({"33": "甲", "34": "乙"}, {"刀具": "33", "泵业": "34"}, frozenset())
    found = sectors_of_units(pd.Series(["刀具泵业"]), two)
    assert found.names.tolist() == ["刀具泵业"]
    assert "不在用语表里" in found.notes[0]


def test_nothing_and_anything_fit_every_sector(words: SectorWords) -> None:
    found = sectors_of_units(pd.Series(["", None, "不限", "五金、不限"]), words)
    assert found.names.tolist() == [""] * 4
    assert found.notes == ()


def test_of_several_the_first_counts_and_is_told(words: SectorWords) -> None:
    found = sectors_of_units(pd.Series(["五金、电动工具", "五金/锁具"], index=[7, 9]), words)
    assert found.names.to_dict() == {7: "33 金属制品业", 9: "33 金属制品业"}
    assert found.notes == ("1个厂房单元（“五金、电动工具”）写了几个行业，按第一个计。",)


def test_what_no_rule_knows_stays_and_is_told(words: SectorWords) -> None:
    found = sectors_of_units(pd.Series(["太空飞船", "太空飞船", "五金"]), words)
    assert found.names.tolist() == ["太空飞船", "太空飞船", "33 金属制品业"]
    assert found.notes[0].startswith("2个厂房单元（“太空飞船”）的行业不在用语表里")


def test_firms_without_a_code_go_anywhere_and_other_divisions_keep_their_number(words: SectorWords) -> None:
    found = sectors_of_firms(pd.Series(["", None, "x", "5211", "C3351"], index=list("abcde")), words)
    assert found.names.to_dict() == {"a": "", "b": "", "c": "", "d": "52", "e": "33 金属制品业"}
    assert found.notes == ("3家企业没有行业代码，安置时不限行业。",)
    assert divisions(pd.Series([" c3351", "33", "3"])).tolist() == ["33", "33", "00"]


def test_empty_tables(words: SectorWords) -> None:
    assert sectors_of_units(pd.Series([], dtype=object), words).names.empty
    assert sectors_of_firms(pd.Series([], dtype=object), words).names.empty


def test_words_hold_from_their_day(tmp_path: Path) -> None:
    file = tmp_path / "words.yaml"
    file.write_text(
        'divisions:\n  "33": {label: 金属制品业, words: {2017: [五金], 2020-07-01: [锁具]}}\n', encoding="utf-8"
    )
    rules = load_sectors(file)
    assert set(rules.on(dt.date(2016, 1, 1)).words) == {"金属制品业"}
    assert set(rules.on(dt.date(2020, 6, 30)).words) == {"金属制品业", "五金"}
    assert set(rules.on(dt.date(2020, 7, 1)).words) == {"金属制品业", "锁具"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: [", "不是合法的 YAML"),
        ("", "缺少“divisions”"),
        ("divisions: {33: {label: 金属制品业}}\nx: 1", "不认识“x”"),
        ("divisions: {3: {label: 甲}}", "不是两位数字"),
        ('divisions: {"33": {words: [甲]}}', "缺少“label”"),
        ('divisions: {"33": {label: 甲, word: [乙]}}', "不认识“word”"),
        ('divisions: {"33": {label: 甲, words: 乙}}', "词表要写成"),
        ('divisions: {"33": {label: 甲, words: {早: [乙]}}}', "不是日期或年份"),
        ('divisions: {"33": {label: 甲, words: [丙]}, "34": {label: 乙, words: [丙]}}', "“丙”同时属于 33 和 34"),
        ('any: [丙]\ndivisions: {"33": {label: 甲, words: [丙]}}', "同时属于 any 和 33"),
    ],
)
def test_a_file_that_must_not_be_used_says_why(tmp_path: Path, text: str, sentence: str) -> None:
    file = tmp_path / "words.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(RuleError, match=sentence):
        load_sectors(file)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="读不出来"):
        load_sectors(tmp_path / "none.yaml")


def test_a_workshop_moves_into_a_unit_of_its_trade_only(words: SectorWords) -> None:
    """Two workshops, two units with room for either; written as a register writes them."""
    nodes = pd.DataFrame(
        {"id": ["p", "q"], "benefit": [5.0, 5.0], "cost": [1.0, 1.0], "area_mu": [10.0, 10.0]}
    )  # fmt: skip
    edges = pd.DataFrame({"a": ["p"], "b": ["q"], "front_m": [10.0]})
    firms = pd.DataFrame({"firm_id": ["锁厂", "泵厂"], "parcel_id": ["p", "q"], "floor_area_m2": [500.0, 500.0]})
    firms["sector"] = sectors_of_firms(pd.Series(["C3351", "3441"]), words).names
    units = pd.DataFrame(
        {"unit_id": ["甲", "乙"], "building_id": ["1", "2"], "floor_area_m2": [600.0, 600.0], "free_from": [1, 1]}
    )
    units["sector"] = sectors_of_units(pd.Series(["阀门", "五金"]), words).names
    task = build_phasing(
        build_problem(nodes, edges, Terms()), [[0, 1]], PhasingTerms((10.0, 10.0)), firms=firms, units=units
    )
    moves = phase(task, time_limit_s=20).moves.set_index("firm_id")
    assert moves["to"].to_dict() == {"锁厂": "乙", "泵厂": "甲"}
