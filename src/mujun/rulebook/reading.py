"""YAML to rule set. Every fault is noted with its place and how to mend it, so that all are told at once."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, TypeVar

from mujun.base.exact import decimal
from mujun.rulebook.expressions import Expression, ExpressionError, parse
from mujun.rulebook.figures import FIGURES, is_known
from mujun.rulebook.parameters import Dated, is_written, read_dated
from mujun.rulebook.ruleset import (
    GRADE_ORDER,
    Baseline,
    Bound,
    Card,
    Clause,
    Cuts,
    Exemption,
    Group,
    Indicator,
    Item,
    Points,
    RuleSet,
    Sector,
    Tenants,
)

T = TypeVar("T")
_TOP = {
    "name", "title", "documents", "area", "tax", "tenants", "indicators", "exemptions", "cards", "sectors", "groups",
    "bonus", "bonus_cap", "penalty", "vetoes", "protections", "tie_break",
}  # fmt: skip
_ITEM = {
    "indicator", "weight", "method", "baseline", "cap", "floor", "floor_share", "missing", "negative", "clause",
}  # fmt: skip
METHODS = ("ratio", "minmax", "best", "value")
MISSING = ("zero", "mean", "full", "skip")
BASELINES = ("given", "mean", "previous_mean")


class Reader:
    """Reads one raw rule set; ``faults`` collects sentences."""

    _figures: Mapping[str, str] = FIGURES
    _figure_patterns: tuple[str, ...] = ("mark_代码", "points_代码")

    def _is_figure(self, name: str) -> bool:
        return is_known(name)

    def __init__(self, raw: dict[str, Any], common_indicators: Mapping[str, Any]) -> None:
        self.raw = raw
        self.faults: list[str] = []
        self.documents: dict[str, Clause] = {}
        self._common = common_indicators
        self._indicators: dict[str, Indicator] = {}

    def rule_set(self, text: str, digest: str) -> RuleSet:
        """Return the rule set; where ``faults`` is not empty afterwards it must not be used."""
        raw = self.raw
        self._known_keys(raw, _TOP, "规则集")
        for key in ("name", "cards", "groups"):
            if not raw.get(key):
                self.faults.append(f"缺少“{key}”")
        documents = self._mapping(raw.get("documents", {}), "documents")
        self.documents = {name: self._document(value, f"documents.{name}") for name, value in documents.items()}
        own = self._mapping(raw.get("indicators", {}), "indicators")
        self._indicators = {n: self._indicator(n, v) for n, v in {**self._common, **own}.items()}
        area = self._mapping(raw.get("area", {}), "area")
        if area.get("mode", "net") != "net":
            self.faults.append(f"area.mode：不认识“{area['mode']}”，可用：net")
        tax = self._mapping(raw.get("tax", {}), "tax")
        self._known_keys(tax, {"items", "clause"}, "tax")
        tenants = self._mapping(raw.get("tenants", {}), "tenants")
        return RuleSet(
            name=str(raw.get("name", "")),
            title=str(raw.get("title", raw.get("name", ""))),
            text=text,
            digest=digest,
            documents=self.documents,
            tax_items=self._tax_items(tax.get("items", {})),
            tenants=self._tenants(tenants),
            merged_for_information=bool(tenants.get("merged_for_information", False)),
            exemptions=self._each("exemptions", self._exemption),
            cards=self._each("cards", self._card),
            groups=self._each("groups", self._group),
            bonus=self._each("bonus", self._points),
            bonus_cap=self._fraction(raw.get("bonus_cap"), "bonus_cap"),
            penalty=self._each("penalty", self._points),
            vetoes=self._each("vetoes", lambda r, w: self._bound(r, w, "not_better_than")),
            protections=self._each("protections", lambda r, w: self._bound(r, w, "not_worse_than")),
            tie_break=tuple(self._tie_break(raw.get("tie_break", []))),
            area_clause=self._clause(area.get("clause"), "area"),
        )

    def _each(self, key: str, read: Callable[[dict[str, Any], str], T]) -> tuple[T, ...]:
        entries = self.raw.get(key) or []
        if not isinstance(entries, list):
            self.faults.append(f"{key} 应是列表")
            return ()
        return tuple(read(self._mapping(entry, f"{key}[{n}]"), f"{key}[{n}]") for n, entry in enumerate(entries))

    def _mapping(self, raw: Any, where: str) -> dict[str, Any]:
        if raw is None:
            return {}
        if isinstance(raw, dict):
            return raw
        self.faults.append(f"{where} 应是“键: 值”的形式")
        return {}

    def _known_keys(self, raw: Mapping[str, Any], known: set[str], where: str) -> None:
        for key in raw:
            if key not in known:
                near = difflib.get_close_matches(str(key), sorted(known), 1)
                hint = f"，是不是“{near[0]}”？" if near else f"，可用：{'、'.join(sorted(known))}"
                self.faults.append(f"{where}：不认识“{key}”{hint}")

    def _choice(self, value: Any, choices: tuple[str, ...], where: str) -> str:
        if value in choices:
            return str(value)
        self.faults.append(f"{where}：不认识“{value}”，可用：{'、'.join(choices)}")
        return choices[0]

    def _fraction(self, raw: Any, where: str) -> Fraction | None:
        if raw is None:
            return None
        if isinstance(raw, bool) or not isinstance(raw, int | float):
            self.faults.append(f"{where}：“{raw}”不是数")
            return None
        if not is_written(raw):
            self.faults.append(f"{where}：“{str(raw)[:20]}”太大，或不是数")
            return None
        return decimal(raw)

    def _dated(self, raw: Any, where: str) -> Dated:
        try:
            return read_dated(raw)
        except ValueError as error:
            self.faults.append(f"{where}：{error}")
            return Dated(())

    def _expression(self, raw: Any, where: str) -> Expression:
        try:
            expression = parse(raw)
        except ExpressionError as error:
            self.faults.append(f"{where}：{error}")
            return parse("0")
        for name in sorted(expression.names):
            if not self._is_figure(name):
                near = difflib.get_close_matches(name, self._figures, 1)
                usable = "、".join((*self._figures, *self._figure_patterns))
                hint = f"，是不是“{near[0]}”？" if near else f"，可用：{usable}"
                self.faults.append(f"{where}：不认识“{name}”{hint}")
        return expression

    def _document(self, raw: Any, where: str) -> Clause:
        fields = self._mapping(raw, where)
        self._known_keys(fields, {"document", "number", "clause", "origin"}, where)
        return Clause(**{key: str(value) for key, value in fields.items() if key in Clause.__slots__})

    def _clause(self, raw: Any, where: str) -> Clause:
        if raw is None:
            return Clause("系统缺省")
        if isinstance(raw, dict):
            return self._document(raw, where)
        if isinstance(raw, str) and raw in self.documents:
            return self.documents[raw]
        self.faults.append(f"{where}：条款来源“{raw}”没有在 documents 中写明")
        return Clause()

    def _indicator(self, name: str, raw: Any) -> Indicator:
        where = f"indicators.{name}"
        fields = self._mapping(raw, where)
        self._known_keys(fields, {"label", "unit", "numerator", "denominator", "lower_is_better"}, where)
        return Indicator(
            str(name),
            str(fields.get("label", name)),
            str(fields.get("unit", "")),
            self._expression(fields.get("numerator", 0), f"{where}.numerator"),
            self._expression(fields.get("denominator", 1), f"{where}.denominator"),
            bool(fields.get("lower_is_better", False)),
        )

    def _card(self, raw: dict[str, Any], where: str) -> Card:
        self._known_keys(raw, {"name", "label", "when", "defaults", "items"}, where)
        defaults = self._mapping(raw.get("defaults", {}), f"{where}.defaults")
        self._known_keys(defaults, _ITEM, f"{where}.defaults")
        items = raw.get("items") or []
        if not isinstance(items, list) or not items:
            self.faults.append(f"{where}.items：至少要有一项指标")
            items = []
        read = [
            self._item({**defaults, **self._mapping(item, f"{where}.items[{n}]")}, f"{where}.items[{n}]")
            for n, item in enumerate(items)
        ]
        return Card(
            str(raw.get("name", where)),
            str(raw.get("label", raw.get("name", where))),
            self._expression(raw.get("when", True), f"{where}.when"),
            tuple(item for item in read if item is not None),
        )

    def _item(self, raw: dict[str, Any], where: str) -> Item | None:
        self._known_keys(raw, _ITEM, where)
        name = raw.get("indicator")
        if name not in self._indicators:
            near = difflib.get_close_matches(str(name), self._indicators, 1)
            self.faults.append(f"{where}：不认识指标“{name}”" + (f"，是不是“{near[0]}”？" if near else ""))
            return None
        method = self._choice(raw.get("method", "ratio"), METHODS, f"{where}.method")
        baseline = self._baseline(raw.get("baseline"), f"{where}.baseline")
        if method == "ratio" and baseline is None:
            self.faults.append(f"{where}：按基准值计分（ratio）需要写明 baseline")
        return Item(
            self._indicators[name],
            self._dated(raw.get("weight"), f"{where}.weight"),
            method,
            baseline,
            self._fraction(raw.get("cap"), f"{where}.cap"),
            self._fraction(raw.get("floor"), f"{where}.floor"),
            self._fraction(raw.get("floor_share", 0), f"{where}.floor_share") or Fraction(0),
            self._choice(raw.get("missing", "zero"), MISSING, f"{where}.missing"),
            self._choice(raw.get("negative", "keep"), ("keep", "zero"), f"{where}.negative"),
            self._clause(raw.get("clause"), where),
        )

    def _baseline(self, raw: Any, where: str) -> Baseline | None:
        if raw is None:
            return None
        if not isinstance(raw, dict) or not {"kind", "factor", "over", "decimals"} & raw.keys():
            return Baseline("given", self._dated(raw, where))
        self._known_keys(raw, {"kind", "given", "factor", "over", "decimals"}, where)
        kind = self._choice(raw.get("kind"), BASELINES, f"{where}.kind")
        decimals = raw.get("decimals")
        if decimals is not None and not (isinstance(decimals, int) and 0 <= decimals <= 12):
            self.faults.append(f"{where}.decimals：应是 0 到 12 的整数")
            decimals = None
        return Baseline(
            kind,
            self._dated(raw.get("given"), f"{where}.given") if kind == "given" else None,
            self._fraction(raw.get("factor", 1), f"{where}.factor") or Fraction(1),
            self._choice(raw.get("over", "group"), ("group", "county"), f"{where}.over"),
            decimals,
        )

    def _group(self, raw: dict[str, Any], where: str) -> Group:
        self._known_keys(raw, {"name", "label", "when", "sectors", "cuts", "clause"}, where)
        sectors = []
        for n, entry in enumerate(raw.get("sectors") or []):
            fields = self._mapping(entry, f"{where}.sectors[{n}]")
            divisions = tuple(fields.get("divisions") or ())
            sectors.append(Sector(str(fields.get("name")), str(fields.get("label", fields.get("name"))), divisions))
        return Group(
            str(raw.get("name", where)),
            str(raw.get("label", raw.get("name", where))),
            self._expression(raw.get("when", True), f"{where}.when"),
            tuple(sectors),
            self._cuts(self._mapping(raw.get("cuts"), f"{where}.cuts"), f"{where}.cuts"),
            self._clause(raw.get("clause"), where),
        )

    def _cuts(self, raw: dict[str, Any], where: str) -> Cuts:
        self._known_keys(raw, {"by", "top", "bottom", "rest", "clause"}, where)
        by = self._choice(raw.get("by", "rank"), ("rank", "score"), f"{where}.by")
        top, bottom = self._shares(raw.get("top"), f"{where}.top"), self._shares(raw.get("bottom"), f"{where}.bottom")
        return Cuts(
            by,
            tuple(sorted(top, key=lambda share: share[1], reverse=by == "score")),
            tuple(sorted(bottom, key=lambda share: share[1])),
            self._grade(raw.get("rest", "C"), f"{where}.rest"),
            self._clause(raw.get("clause"), where),
        )

    def _shares(self, raw: Any, where: str) -> tuple[tuple[str, Fraction], ...]:
        shares = []
        for grade, value in self._mapping(raw, where).items():
            amount = self._fraction(value, f"{where}.{grade}")
            if amount is not None:
                shares.append((self._grade(grade, where), amount))
        return tuple(shares)

    def _grade(self, raw: Any, where: str) -> str:
        return self._choice(raw, GRADE_ORDER, where)

    def _points(self, raw: dict[str, Any], where: str) -> Points:
        self._known_keys(raw, {"name", "label", "when", "points", "cap", "clause"}, where)
        return Points(
            str(raw.get("name", where)),
            str(raw.get("label", raw.get("name", where))),
            self._expression(raw.get("when", True), f"{where}.when"),
            self._expression(raw.get("points", 0), f"{where}.points"),
            self._fraction(raw.get("cap"), f"{where}.cap"),
            self._clause(raw.get("clause"), where),
        )

    def _bound(self, raw: dict[str, Any], where: str, key: str) -> Bound:
        self._known_keys(raw, {"name", "label", "when", key, "clause"}, where)
        return Bound(
            str(raw.get("name", where)),
            str(raw.get("label", raw.get("name", where))),
            self._expression(raw.get("when", False), f"{where}.when"),
            self._grade(raw.get(key), f"{where}.{key}"),
            self._clause(raw.get("clause"), where),
        )

    def _exemption(self, raw: dict[str, Any], where: str) -> Exemption:
        self._known_keys(raw, {"name", "label", "when", "grade", "scored", "clause"}, where)
        return Exemption(
            str(raw.get("name", where)),
            str(raw.get("label", raw.get("name", where))),
            self._expression(raw.get("when", False), f"{where}.when"),
            self._choice(raw.get("grade", ""), ("", "T", *GRADE_ORDER), f"{where}.grade"),
            bool(raw.get("scored", True)),
            self._clause(raw.get("clause"), where),
        )

    def _tenants(self, raw: dict[str, Any]) -> Tenants:
        self._known_keys(raw, {"mode", "apart_when", "merged_for_information", "clause"}, "tenants")
        apart = raw.get("apart_when")
        return Tenants(
            self._choice(raw.get("mode", "apart"), ("apart", "pooled"), "tenants.mode"),
            self._expression(apart, "tenants.apart_when") if apart is not None else None,
            self._clause(raw.get("clause"), "tenants"),
        )

    def _tax_items(self, raw: Any) -> tuple[tuple[str, Fraction], ...]:
        if isinstance(raw, list):
            raw = dict.fromkeys(raw, 1)
        items = self._mapping(raw, "tax.items")
        return tuple(
            (str(name), self._fraction(share, f"tax.items.{name}") or Fraction(0)) for name, share in items.items()
        )

    def _tie_break(self, raw: Any) -> list[str]:
        names = raw if isinstance(raw, list) else [raw]
        for name in names:
            if name not in self._indicators:
                self.faults.append(f"tie_break：不认识指标“{name}”")
        return [str(name) for name in names]
