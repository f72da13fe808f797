"""Which rule makes parts into a whole, by unit (``rules/targets/breakdown.yaml``)."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path

from mujun.base.errors import RuleError
from mujun.rulebook.targets.source import read_source

RULES = ("sum", "mean", "each")
_KNOWN = ("origin", "over_share", "growth", "default", "units")


@dataclasses.dataclass(frozen=True, slots=True)
class BreakdownRules:
    """``over_share``: by how much of the whole a sum may exceed it (0 to 1); the rule of growth rates, units, the rest."""

    over_share: Decimal
    growth: str
    units: Mapping[str, str]
    default: str

    def rule_for(self, unit: str, *, growth: bool) -> str:
        """Return ``sum``, ``mean`` or ``each``."""
        return self.growth if growth else self.units.get(unit, self.default)


def load_breakdown(path: Path | None = None) -> BreakdownRules:
    """Read the rules of ``path``, or the ones that come along; raise RuleError with one sentence per fault."""
    name, fields, faults = read_source("breakdown", path, _KNOWN)
    units = fields.get("units", {})
    if not isinstance(units, dict):
        faults.append("units 要写成“单位: 规则”")
        units = {}
    rules = {f"units.{unit}": rule for unit, rule in units.items()}
    rules |= {key: fields.get(key, "sum") for key in ("growth", "default")}
    faults += [f"{key}：不认识“{rule}”，可用：{'、'.join(RULES)}" for key, rule in rules.items() if rule not in RULES]
    try:
        over = Decimal(str(fields.get("over_share", 0)))
    except InvalidOperation:
        over = Decimal(-1)
    if not 0 <= over < 1:
        faults.append("over_share 要在 0 和 1 之间")
    if faults:
        raise RuleError(name, faults)
    return BreakdownRules(over, rules["growth"], {str(unit): rule for unit, rule in units.items()}, rules["default"])
