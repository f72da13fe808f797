"""``problem.yaml``: the limits of a plan, each key checked, none guessed."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Hashable
from pathlib import Path
from typing import Any, NoReturn

import yaml

from mujun.base.errors import UnreadableInput
from mujun.files.encodings import decode
from mujun.files.instances.sheet import LARGEST, near
from mujun.files.numbers import parse_number
from mujun.renewal.blocks.problem import Objective, Terms

FILE = "problem.yaml"
KEYS = (
    *(field.name for field in dataclasses.fields(Terms)),
    "budget_by_period",
)
_HOLES = {"allow": True, "forbid": False}
_AMOUNTS = ("budget", "min_block_mu", "max_block_mu", "target_mu", "protected_share_max", "front_price")


class _Loader(yaml.SafeLoader):
    """Safe YAML in which a key that stands twice is a fault, not the last one wins."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in seen:
                _refuse(f"第{key.start_mark.line + 1}行的“{key.value}”重复了", "请只留一处。")
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


def read_terms(path: Path) -> tuple[Terms, tuple[float, ...] | None]:
    """Return the terms of a ``problem.yaml`` and its ``budget_by_period``, where it has one.

    Raises UnreadableInput naming the key: unknown, repeated, not a finite number, negative, or at odds with another.
    """
    given = {key: value for key, value in _mapping(path).items() if value is not None}
    for key in given:
        if key not in KEYS:
            _refuse(f"不认识“{key}”{near(str(key), KEYS)}", f"可用的项：{'、'.join(KEYS)}。")
    values: dict[str, Any] = {key: _amount(key, given[key]) for key in _AMOUNTS if key in given}
    if "max_blocks" in given:
        values["max_blocks"] = _whole("max_blocks", given["max_blocks"])
    if "resources" in given:
        values["resources"] = _resources(given["resources"])
    if "holes" in given:
        values["holes"] = _HOLES[_word("holes", given["holes"], tuple(_HOLES))]
    if "objective" in given:
        values["objective"] = Objective(_word("objective", given["objective"], tuple(Objective)))
    periods = _budgets(given["budget_by_period"]) if "budget_by_period" in given else None
    return _agreed(Terms(**values)), periods


def _agreed(terms: Terms) -> Terms:
    if terms.objective is Objective.COST and terms.target_mu is None:
        _refuse("objective 为 cost（费用最少）时必须给出 target_mu", "请写明至少要整治多少亩。")
    if terms.max_block_mu is not None and terms.min_block_mu > terms.max_block_mu:
        _refuse(
            f"min_block_mu（{terms.min_block_mu:g}）大于 max_block_mu（{terms.max_block_mu:g}）", "请更正其中一个。"
        )
    if terms.protected_share_max > 1:
        _refuse(f"protected_share_max（{terms.protected_share_max:g}）大于1", "它是份额，应在0与1之间。")
    return terms


def _mapping(path: Path) -> dict[Any, Any]:
    if not path.is_file():
        raise UnreadableInput(f"文件夹“{path.parent.name}”里没有“{FILE}”。", next_step="请补上这个文件后重试。")
    text, _, replaced = decode(path.read_bytes())
    if replaced:
        _refuse("不是 UTF-8 或 GB18030 文字", "请另存为 UTF-8。")
    try:
        content = yaml.load(text, _Loader)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"第{mark.line + 1}行第{mark.column + 1}列" if mark else ""
        _refuse(f"{place}不是合法的 YAML", "请检查缩进、冒号和引号。")
    except (ValueError, RecursionError):
        _refuse("不是合法的 YAML", "请检查日期、缩进和括号。")
    if content is None:
        return {}
    if not isinstance(content, dict):
        _refuse("应是“键: 值”的列表", f"可用的项：{'、'.join(KEYS)}。")
    return content


def _refuse(fault: str, mend: str) -> NoReturn:
    raise UnreadableInput(f"文件“{FILE}”：{fault}。", next_step=mend)


def _amount(key: str, value: object) -> float:
    """Return a number ≥ 0. YAML reads ``1e6`` as a text; people mean a number."""
    number = parse_number(value.strip()) if isinstance(value, str) else value
    if isinstance(number, bool) or not isinstance(number, int | float):
        _refuse(f"“{key}”的值“{value}”不是数", "请填数字；不设限就删去这一行。")
    if not math.isfinite(number) or abs(number) > LARGEST:
        _refuse(f"“{key}”的值“{value}”不是有限的数", "不设限就删去这一行。")
    if number < 0:
        _refuse(f"“{key}”的值“{value}”是负数", "请更正；不设限就删去这一行。")
    return float(number)


def _whole(key: str, value: object) -> int:
    number = _amount(key, value)
    if number != int(number):
        _refuse(f"“{key}”的值“{value}”不是整数", "请填整数。")
    return int(number)


def _word(key: str, value: object, known: tuple[str, ...]) -> str:
    word = str(value).strip().lower()
    if word not in known:
        _refuse(f"“{key}”的值“{value}”不可识别{near(word, known)}", f"只能是{'、'.join(known)}。")
    return word


def _resources(value: object) -> dict[str, float]:
    if not isinstance(value, dict):
        _refuse("“resources”应是“列名: 上限”的列表", "例如 resources: {floor_area_m2: 20000}。")
    limits = {str(name): limit for name, limit in value.items() if limit is not None}
    return {name: _amount(f"resources.{name}", limit) for name, limit in limits.items()}


def _budgets(value: object) -> tuple[float, ...]:
    if not isinstance(value, list) or not value:
        _refuse("“budget_by_period”应是一列数", "例如 budget_by_period: [500, 500, 800, 800]。")
    return tuple(_amount(f"budget_by_period 第{number}期", budget) for number, budget in enumerate(value, start=1))
