"""YAML to findings rules. Every fault is noted with its place and how to mend it, so that all are told at once."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from mujun.rulebook.expressions import Expression
from mujun.rulebook.findings.figures import GRADE, PARCEL_FIGURES
from mujun.rulebook.findings.ruleset import COMPARISONS, KINDS, Ageing, Criterion, FindingsRules
from mujun.rulebook.parameters import Dated
from mujun.rulebook.reading import Reader
from mujun.rulebook.ruleset import GRADE_ORDER
from mujun.rulebook.three_valued import ALWAYS

_TOP = {"kind", "name", "title", "documents", "grade_rules", "criteria"}
_CRITERION = {
    "name", "label", "kind", "figure", *COMPARISONS, "when", "grades", "towns", "fee", "ageing", "clause",
}  # fmt: skip
_OF_MONTHS = tuple(name for name, figure in PARCEL_FIGURES.items() if figure.dated)


class FindingsReader(Reader):
    """Reads one raw findings rule set; ``faults`` collects sentences."""

    _figures = MappingProxyType({name: figure.label for name, figure in PARCEL_FIGURES.items()})
    _figure_patterns = ()

    def _is_figure(self, name: str) -> bool:
        return name in PARCEL_FIGURES

    def findings_rules(self, text: str, digest: str) -> FindingsRules:
        """Return the rules; where ``faults`` is not empty afterwards they must not be used."""
        raw = self.raw
        self._known_keys(raw, _TOP, "认定规则集")
        for key in ("name", "criteria"):
            if not raw.get(key):
                self.faults.append(f"缺少“{key}”")
        documents = self._mapping(raw.get("documents", {}), "documents")
        self.documents = {name: self._document(value, f"documents.{name}") for name, value in documents.items()}
        criteria = self._each("criteria", self._criterion)
        for name, times in Counter(criterion.name for criterion in criteria).items():
            if times > 1:
                self.faults.append(f"认定标准“{name}”写了两次，请改名或删去一个")
        name = str(raw.get("name", ""))
        grade_rules = str(raw.get("grade_rules") or "")
        return FindingsRules(name, str(raw.get("title", name)), text, digest, self.documents, grade_rules, criteria)

    def _criterion(self, raw: dict[str, Any], where: str) -> Criterion:
        self._known_keys(raw, _CRITERION, where)
        name = str(raw.get("name") or where)
        if not raw.get("name"):
            self.faults.append(f"{where}：缺少“name”")
        kind = self._choice(raw.get("kind"), tuple(KINDS), f"{where}.kind")
        grades = tuple(self._choice(grade, (*GRADE_ORDER, "T"), f"{where}.grades") for grade in raw.get("grades") or ())
        figure, comparison, threshold = self._comparison(raw, kind, grades, where)
        when = self._expression(raw["when"], f"{where}.when") if "when" in raw else ALWAYS
        if not figure and "when" not in raw:
            self.faults.append(f"{where}：既没有 figure 也没有 when，请至少写一个条件")
        if (kind == "grade") != bool(grades):
            self.faults.append(f"{where}：grades 与 kind: grade 须一起写，例如 kind: grade、grades: [D]")
        fee = self._fee(raw, where)
        towns = raw.get("towns") or []
        if not isinstance(towns, list):
            self.faults.append(f"{where}.towns 应是列表")
            towns = []
        ageing = self._ageing(raw.get("ageing"), f"{where}.ageing")
        clause = self._clause(raw.get("clause"), where)
        return Criterion(
            name, str(raw.get("label") or name), kind, figure, comparison, threshold, when, grades,
            tuple(str(town) for town in towns), fee, ageing, clause,
        )  # fmt: skip

    def _comparison(
        self, raw: dict[str, Any], kind: str, grades: tuple[str, ...], where: str
    ) -> tuple[str, str, Dated | Expression | None]:
        used = [key for key in COMPARISONS if key in raw]
        if kind == "grade" and grades:
            if used or raw.get("figure"):
                self.faults.append(f"{where}：kind: grade 用 grades 写等级，不用 figure 和{'、'.join(COMPARISONS)}")
            return GRADE, "", None
        figure = str(raw.get("figure") or "")
        if not figure:
            if used:
                self.faults.append(f"{where}：写了“{used[0]}”却没有 figure，不知道比较什么")
            return "", "", None
        if not self._is_figure(figure):
            self._expression(figure, f"{where}.figure")
            return "", "", None
        if len(used) != 1:
            self.faults.append(f"{where}：figure 要配一个门槛，{'、'.join(COMPARISONS)}四选一")
            return figure, "below", Dated(())
        return figure, used[0], self._threshold(raw[used[0]], f"{where}.{used[0]}")

    def _threshold(self, raw: Any, where: str) -> Dated | Expression:
        if isinstance(raw, str):
            return self._expression(raw, where)
        return self._dated(raw, where)

    def _fee(self, raw: dict[str, Any], where: str) -> Dated | None:
        if raw.get("fee") is None:
            return None
        fee = self._dated(raw["fee"], f"{where}.fee")
        if any(not 0 <= share <= 1 for _, share in fee.values):
            self.faults.append(f"{where}.fee：应是土地价款的比例，0 到 1 之间，例如 0.20")
        return fee

    def _ageing(self, raw: Any, where: str) -> Ageing | None:
        if raw is None:
            return None
        fields = self._mapping(raw, where)
        self._known_keys(fields, {"figure", "before", "from"}, where)
        figure = self._choice(fields.get("figure"), _OF_MONTHS, f"{where}.figure")
        limits: list[tuple[Fraction, str]] = []
        for months, label in self._mapping(fields.get("from"), f"{where}.from").items():
            value = self._fraction(months, f"{where}.from")
            if value is not None:
                limits.append((value, str(label)))
        return Ageing(figure, str(fields.get("before", "")), tuple(sorted(limits)))
