"""What clearing a parcel brings and costs, as dated rule data with its origin (``rules/clearance/default.yaml``)."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from mujun.base.errors import RuleError, UnreadableInput
from mujun.rulebook.load import parse_yaml
from mujun.rulebook.parameters import Dated, read_dated
from mujun.rulebook.ruleset import Clause

NAMES = (
    "target_tax_wan_per_mu",
    "land_wan_per_mu",
    "building_wan_per_m2",
    "illegal_building_wan_per_m2",
    "moving_wan_per_m2",
)


@dataclasses.dataclass(frozen=True, slots=True)
class Parameter:
    """One value with its label, unit and the clause it comes from."""

    label: str
    unit: str
    value: Dated
    clause: Clause


@dataclasses.dataclass(frozen=True, slots=True)
class WorthRules:
    """Parameters by name (:data:`NAMES`), in 万元 per mu or per m²."""

    parameters: Mapping[str, Parameter]

    def on(self, day: dt.date) -> dict[str, float]:
        """Return the values in force on ``day``; raise RuleError where one is not in force yet."""
        values = {name: parameter.value.on(day) for name, parameter in self.parameters.items()}
        late = [f"“{self.parameters[name].label}”在{day}还没有生效" for name, value in values.items() if value is None]
        if late:
            raise RuleError("效益与费用参数", late)
        return {name: float(value) for name, value in values.items() if value is not None}

    def sentences(self, day: dt.date) -> list[str]:
        """Return one Chinese sentence per parameter: what it is on ``day`` and where it comes from."""
        origin = {"default": "系统缺省"}
        return [
            f"{parameter.label}：{self.on(day)[name]:g}{parameter.unit}"
            f"（{'；'.join(dict.fromkeys([parameter.clause.text, origin.get(parameter.clause.origin, '')])).strip('；')}）"
            for name, parameter in self.parameters.items()
        ]


def load_worth(path: Path | None = None) -> WorthRules:
    """Read the parameters of ``path``, or the ones that come along.

    Raises UnreadableInput where there is no such file and RuleError, one sentence per fault, where it must not be used.
    """
    source = path or resources.files("mujun.rules") / "clearance" / "default.yaml"
    name = str(path or "clearance/default")
    try:
        text = source.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableInput(f"参数文件“{name}”读不出来。", why=str(error)) from None
    raw = parse_yaml(text, name)
    faults: list[str] = []
    fields = raw if isinstance(raw, dict) else {}
    faults += [f"不认识“{key}”，可用：{'、'.join(NAMES)}" for key in fields.keys() - set(NAMES)]
    faults += [f"缺少“{key}”" for key in NAMES if key not in fields]
    found = {key: _parameter(key, fields[key], faults) for key in NAMES if key in fields}
    if faults:
        raise RuleError(name, faults)
    return WorthRules(found)


def _parameter(name: str, raw: Any, faults: list[str]) -> Parameter:
    fields = raw if isinstance(raw, dict) else {"value": raw}
    clause = fields.get("clause")
    clause = clause if isinstance(clause, dict) else {}
    try:
        value = read_dated(fields.get("value"))
    except ValueError as error:
        faults.append(f"{name}：{error}")
        value = Dated(())
    if any(amount < 0 for _, amount in value.values):
        faults.append(f"{name}：不能是负数")
    return Parameter(
        str(fields.get("label", name)),
        str(fields.get("unit", "")),
        value,
        Clause(
            str(clause.get("document", "")), str(clause.get("number", "")), str(clause.get("clause", "")),
            str(clause.get("origin", "default")),
        ),
    )  # fmt: skip
