"""Whatever stands in a definition instead of what should: it is read, or refused with sentences; nothing else happens."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mujun.base.errors import RuleError
from mujun.cases.load import _shipped_texts, extended_texts, parse_definition

RAW: dict[str, dict[str, Any]] = {
    name: {key: value for key, value in yaml.safe_load(text).items() if key != "abstract"}
    for name, text in _shipped_texts().items()
}
WRONG: list[Any] = [
    None, True, 0, -1, 3.5, float("inf"), float("nan"), 10**400, "", "x", "坑", "\0", [], ["a"], [[]], [{}], {}, {"a": 1},
    {1: 2}, {"a": {"b": []}}, {None: None}, [None], dt.date(2024, 1, 1), dt.datetime(2024, 1, 1, 10), b"x", "x" * 100,
    {"working_days": {"x": 1}}, {"working_days": {2024: 1}}, {"working_hours": {2024: float("inf")}},
]  # fmt: skip


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place below a node, by the keys that lead there."""
    inside = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in inside:
        yield (*path, key)
        yield from places(value, (*path, key))


PLACES = [(name, path) for name, raw in RAW.items() for path in places(raw)]


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(PLACES), st.sampled_from(WRONG))
def test_a_wrong_value_anywhere_is_refused_or_read(place: tuple[str, tuple[Any, ...]], wrong: Any) -> None:
    name, path = place
    raw = copy.deepcopy(RAW[name])
    held: Any = raw
    for key in path[:-1]:
        held = held[key]
    held[path[-1]] = copy.deepcopy(wrong)
    text = yaml.safe_dump(raw, allow_unicode=True, sort_keys=False)
    faults = ["read"]
    try:
        parse_definition(text, "x")
        extended_texts(text, "x")
    except RuleError as refusal:
        faults = list(refusal.faults)
    assert faults
    assert all(fault.strip() for fault in faults)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("valid_from: 2022-13-45", "第4行第13列的“2022-13-45”不是真正的日期或数"),
        ("valid_from: 0x" + "f" * 6000, "不是真正的日期或数"),
        ("a: " + "[" * 3000, "嵌套太深"),
        ("a: &a [*a]", "第4行的内容引用了自己"),
        ("\n".join(["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40))]), "展开后太大"),
        ('a: "\\ud800"', "不能保存的字符"),
        ("a: \0", "第4行有不是文字的字符"),
        ("extends: [problem_list]", "extends：应写一张清单的名称"),
        ("extends: 3", "extends：应写一张清单的名称"),
    ],
)
def test_what_no_file_can_mean_has_its_sentence(line: str, sentence: str) -> None:
    with pytest.raises(RuleError) as refusal:
        parse_definition(f"kind: list\nname: x\ntitle: t\n{line}\n", "x")
    assert any(sentence in fault for fault in refusal.value.faults), refusal.value.faults
