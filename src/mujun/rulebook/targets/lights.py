"""What gives a target its light, and what a forecast needs (``rules/targets/lights.yaml``)."""

from __future__ import annotations

import dataclasses
import string
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mujun.base.errors import RuleError
from mujun.rulebook.expressions import Expression, ExpressionError, parse
from mujun.rulebook.targets.source import read_source

COLOURS = ("red", "yellow", "green", "grey")
NAMES = frozenset(
    {"started", "overdue", "reached", "known", "foreseen", "goal", "real", "low", "mid", "high", "progress"}
    | {"time_progress", "behind", "behind_points"}
)
TEXTS = frozenset(
    ("goal", "real", "low", "mid", "high", "due", "basis", "progress", "time_progress", "behind", "gap", "days_late")
)
_KNOWN = ("origin", "behind_points", "approx_share", "lights", "forecast")


@dataclasses.dataclass(frozen=True, slots=True)
class LightRule:
    """``colour`` where ``when`` holds, with the sentence that says why (a template over :data:`TEXTS`).

    ``ceiling``: the sentence where less is better; the same where the rule has none of its own.
    """

    colour: str
    when: Expression
    sentence: str
    ceiling: str


@dataclasses.dataclass(frozen=True, slots=True)
class ForecastRules:
    """How many draws from which seed, which quantiles, and how much evidence each method needs (see the YAML)."""

    draws: int
    seed: int
    quantiles: tuple[float, float, float]
    least_former_years: int
    least_months: int
    least_elapsed: float
    least_changes: int
    least_delays: int
    usual_delay_days: tuple[int, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class LightRules:
    """The lights in their order; points behind time progress that matter; share by which 约 may be missed."""

    lights: tuple[LightRule, ...]
    behind_points: float
    approx_share: float
    forecast: ForecastRules


def load_lights(path: Path | None = None) -> LightRules:
    """Read the rules of ``path``, or the ones that come along; raise RuleError with one sentence per fault."""
    name, fields, faults = read_source("lights", path, _KNOWN)
    raw = fields.get("lights")
    if not isinstance(raw, list) or not raw:
        faults.append("缺少“lights”：每条写明 colour、when、sentence")
        raw = []
    lights = [_light(number, entry, faults) for number, entry in enumerate(raw, 1)]
    forecast = _forecast(fields.get("forecast"), faults)
    behind, approx = (_number(fields.get(key), key, faults) for key in ("behind_points", "approx_share"))
    if faults or forecast is None:
        raise RuleError(name, faults)
    return LightRules(tuple(one for one in lights if one is not None), behind, approx, forecast)


def _light(number: int, raw: Any, faults: list[str]) -> LightRule | None:
    entry: Mapping[str, Any] = raw if isinstance(raw, dict) else {}
    colour, sentence = entry.get("colour"), str(entry.get("sentence", ""))
    if colour not in COLOURS:
        faults.append(f"lights 第{number}条：不认识颜色“{colour}”，可用：{'、'.join(COLOURS)}")
    ceiling = str(entry.get("ceiling", sentence))
    for key, text in (("sentence", sentence), ("ceiling", ceiling)):
        try:
            used = {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name}
        except ValueError:
            used = {"{"}
        if not text or used - TEXTS:
            faults.append(f"lights 第{number}条：{key} 可用 {'、'.join(sorted(TEXTS))}")
    try:
        when = parse(entry.get("when", ""))
    except ExpressionError as error:
        faults.append(f"lights 第{number}条：{error}")
        return None
    if when.names - NAMES:
        faults.append(f"lights 第{number}条：不认识“{'、'.join(sorted(when.names - NAMES))}”")
    return LightRule(str(colour), when, sentence, ceiling)


def _number(raw: Any, key: str, faults: list[str]) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float) or raw < 0:
        faults.append(f"{key} 要写成不小于 0 的数")
        return 0.0
    return float(raw)


def _forecast(raw: Any, faults: list[str]) -> ForecastRules | None:
    entry = raw if isinstance(raw, dict) else {}
    names = [field.name for field in dataclasses.fields(ForecastRules)]
    faults += [f"forecast 缺少“{name}”" for name in names if name not in entry]
    faults += [f"forecast 不认识“{name}”" for name in entry if name not in names]
    quantiles, delays = entry.get("quantiles"), entry.get("usual_delay_days")
    if not isinstance(quantiles, list) or len(quantiles) != 3 or sorted(quantiles) != quantiles:
        faults.append("forecast.quantiles 要写成从小到大的三个数")
    if not isinstance(delays, list) or not delays:
        faults.append("forecast.usual_delay_days 要写成天数的列表")
    if faults:
        return None
    whole = ("draws", "seed", "least_former_years", "least_months", "least_changes", "least_delays")
    numbers: dict[str, Any] = {name: int(entry[name]) for name in whole}
    low, mid, high = (float(one) for one in entry["quantiles"])
    return ForecastRules(
        **numbers, quantiles=(low, mid, high), least_elapsed=float(entry["least_elapsed"]),
        usual_delay_days=tuple(int(day) for day in entry["usual_delay_days"]),
    )  # fmt: skip
