"""A rate of decline is known by the words round its number."""

from __future__ import annotations

import pytest

from mujun.targets.direction import falls
from mujun.targets.extraction import extract
from mujun.targets.statement import Change


@pytest.mark.parametrize(
    ("text", "falling"),
    [
        ("确保全年单位GDP能耗下降3.2%。", [True]),
        ("规上工业增加值增长8%以上。", [False]),
        ("单位工业增加值能耗降低4%，规上工业增加值增长8%。", [True, False]),
        ("事故起数、死亡人数分别下降12%、15%。", [True, True]),
        ("“三公”经费压减15%。", [True]),
        ("农村生活污水治理率提高1.5个百分点。", [False]),
        ("技改投资增长1.5倍。", [False]),
        ("PM2.5平均浓度降\n低5%。", [True]),
        ("外贸出口负增长2%。", [True]),
        ("深入推进降本增效，工业投资增长6%。", [False]),
    ],
)
def test_the_last_word_of_change_decides(text: str, falling: list[bool]) -> None:
    rates = [one for one in extract(text) if one.change is Change.GROWTH]
    assert [falls(text, one) for one in rates] == falling


def test_a_level_has_no_direction() -> None:
    text = "死亡人数下降到3人，减少隐患120处。"
    assert not any(falls(text, one) for one in extract(text))


def test_a_negative_number_says_it_by_its_sign() -> None:
    text = "固定资产投资增长-3.2%。"
    [rate] = [one for one in extract(text) if one.change is Change.GROWTH]
    assert rate.value < 0
    assert not falls(text, rate)
