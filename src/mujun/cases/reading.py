"""YAML to definition. Every fault is noted with its place and how to mend it, so that all are told at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from enum import StrEnum
from fractions import Fraction
from typing import Any, TypeVar

from mujun.cases.definition import (
    PARTIES,
    PROOFS,
    RATE,
    REOPEN,
    Amount,
    Clock,
    Closing,
    Deduction,
    Definition,
    Duration,
    Escalation,
    Extension,
    Field,
    FieldKind,
    Grouping,
    Index,
    IndexParameter,
    IndexStep,
    Needs,
    Parts,
    Raising,
    Rating,
    Reminder,
    Reopening,
    Source,
    State,
    StateKind,
    Transition,
    Unit,
)
from mujun.rulebook.expressions import Expression, ExpressionError, parse
from mujun.rulebook.parameters import Dated, read_day
from mujun.rulebook.reading import Reader
from mujun.rulebook.ruleset import Clause

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)
_TOP = {
    "kind", "name", "title", "extends", "abstract", "valid_from", "documents", "parties", "evidence", "fields",
    "sources", "raising", "states", "transitions", "clocks", "reopening", "rating", "parts", "grouping", "index",
    "deductions",
}  # fmt: skip
_FIELD = {"label", "kind", "choices", "required_in"}
_STATE = {"label", "kind", "closing", "light"}
_NEEDS = {"evidence", "evidence_any", "reason", "approval", "proof", "rests_on"}
_TRANSITION = {"label", "from", "to", "who", "not_worker", "assigns", "splits", "fields", "extends", *_NEEDS}
_CLOCK = {
    "label", "starts_on", "stops_on", "pauses_in", "duration", "until", "yellow_before", "reminders", "escalation",
    "clause",
}  # fmt: skip
_PARTS = {"state", "start", "states", "transitions", "done_to", "refused_to"}
_OTHER = {"before", "after", "to", "within", "reason_at_most", "by", "policy_from", "clock", "at_most", "under"}
_INDEX = {"label", "parameters", "steps", "formula", "value", "clause", "points", "group", "cap"}
LIGHTS = ("", "grey", "green", "yellow", "red")
YELLOW = Amount(Fraction(7), Unit.CALENDAR_DAYS)
"""The light turns yellow a week before the due date unless the clock says otherwise; our default."""


class DefinitionReader(Reader):
    """Reads one raw definition (already merged with what it extends); ``faults`` collects sentences."""

    def definition(self, text: str, digest: str) -> Definition:
        """Return the definition; where ``faults`` is not empty afterwards it must not be used."""
        raw = self.raw
        self._known_keys(raw, _TOP, "清单")
        for key in ("name", "title", "raising", "states", "transitions"):
            if not raw.get(key):
                self.faults.append(f"缺少“{key}”")
        documents = self._mapping(raw.get("documents"), "documents")
        self.documents = {str(name): self._document(value, f"documents.{name}") for name, value in documents.items()}
        renamed = {str(key): str(value) for key, value in self._mapping(raw.get("parties"), "parties").items()}
        for role in renamed:
            self._one_of(role, tuple(PARTIES), "parties")
        evidence = self._keyed("evidence", raw.get("evidence"), self._evidence)
        return Definition(
            name=str(raw.get("name", "")),
            title=str(raw.get("title", "")),
            text=text,
            digest=digest,
            valid_from=self._day(raw.get("valid_from")),
            documents=self.documents,
            parties={**PARTIES, **renamed},
            evidence={key: label for key, label, _ in evidence},
            bringers={key: by for key, _, by in evidence if by},
            fields=self._keyed("fields", raw.get("fields"), self._field),
            sources=self._keyed("sources", raw.get("sources"), self._source),
            raising=self._raising(self._mapping(raw.get("raising"), "raising")),
            states=self._keyed("states", raw.get("states"), self._state),
            transitions=self._keyed("transitions", raw.get("transitions"), self._transition),
            clocks=self._keyed("clocks", raw.get("clocks"), self._clock),
            reopening=self._optional("reopening", self._reopening),
            rating=self._optional("rating", self._rating),
            parts=self._optional("parts", self._parts),
            grouping=self._optional("grouping", self._grouping),
            index=self._optional("index", self._index),
            deductions=self._keyed("deductions", raw.get("deductions"), self._deduction),
        )

    def _optional(self, key: str, read: Callable[[dict[str, Any]], T]) -> T | None:
        return None if self.raw.get(key) is None else read(self._mapping(self.raw[key], key))

    def _keyed(self, where: str, raw: Any, read: Callable[[str, Any, str], T]) -> tuple[T, ...]:
        return tuple(read(str(key), value, f"{where}.{key}") for key, value in self._mapping(raw, where).items())

    def _names(self, raw: Any, where: str) -> tuple[str, ...]:
        """Read one name or a list of names."""
        names = raw if isinstance(raw, list) else [] if raw is None else [raw]
        if not all(isinstance(name, str) and name for name in names):
            self.faults.append(f"{where}：应是一个名称或名称的列表")
            return ()
        return tuple(names)

    def _who(self, raw: Any, where: str) -> tuple[str, ...]:
        names = self._names(raw, where)
        for name in names:
            self._one_of(name, tuple(PARTIES), where)
        return tuple(name for name in names if name in PARTIES)

    def _one_of(self, value: Any, choices: tuple[str, ...], where: str) -> None:
        if value not in choices:
            self.faults.append(f"{where}：不认识“{value}”，可用：{'、'.join(choices)}")

    def _enum(self, value: Any, kinds: type[E], where: str) -> E:
        return kinds(self._choice(value, tuple(kind.value for kind in kinds), where))

    def _day(self, raw: Any) -> dt.date:
        if raw is None:
            return dt.date.min
        try:
            return read_day(raw)
        except ValueError as error:
            self.faults.append(f"valid_from：{error}")
            return dt.date.min

    def _whole(self, raw: Any, where: str, least: int) -> int:
        if isinstance(raw, bool) or not isinstance(raw, int) or raw < least:
            self.faults.append(f"{where}：应是不小于 {least} 的整数")
            return least
        return raw

    def _evidence(self, key: str, raw: Any, where: str) -> tuple[str, str, tuple[str, ...]]:
        if not isinstance(raw, dict):
            return key, str(raw), ()
        self._known_keys(raw, {"label", "by"}, where)
        return key, str(raw.get("label", key)), self._who(raw.get("by"), f"{where}.by")

    def _field(self, key: str, raw: Any, where: str) -> Field:
        fields = self._mapping(raw, where)
        self._known_keys(fields, _FIELD, where)
        kind = self._enum(fields.get("kind", "text"), FieldKind, f"{where}.kind")
        choices = {str(k): str(v) for k, v in self._mapping(fields.get("choices"), f"{where}.choices").items()}
        if (kind is FieldKind.CHOICE) != bool(choices):
            self.faults.append(f"{where}：只有 kind: choice 的栏写 choices，而且必须写")
        required = self._names(fields.get("required_in"), f"{where}.required_in")
        return Field(key, str(fields.get("label", key)), kind, choices, required)

    def _source(self, key: str, raw: Any, where: str) -> Source:
        fields = {"label": raw} if isinstance(raw, str) else self._mapping(raw, where)
        self._known_keys(fields, {"label", "under"}, where)
        return Source(key, str(fields.get("label", key)), str(fields.get("under", "")))

    def _state(self, key: str, raw: Any, where: str) -> State:
        fields = self._mapping(raw, where)
        self._known_keys(fields, _STATE, where)
        kind = self._enum(fields.get("kind", "open"), StateKind, f"{where}.kind")
        closing = None
        if kind is StateKind.CLOSED:
            closing = self._enum(fields.get("closing", "solved"), Closing, f"{where}.closing")
        elif "closing" in fields:
            self.faults.append(f"{where}：只有 kind: closed 的状态写 closing")
        light = self._choice(fields.get("light", ""), LIGHTS, f"{where}.light")
        return State(key, str(fields.get("label", key)), kind, closing, light)

    def _needs(self, fields: dict[str, Any], where: str) -> Needs:
        proof = str(fields.get("proof", ""))
        if proof:
            self._one_of(proof, tuple(PROOFS), f"{where}.proof")
        return Needs(
            self._names(fields.get("evidence"), f"{where}.evidence"),
            self._names(fields.get("evidence_any"), f"{where}.evidence_any"),
            bool(fields.get("reason", False)),
            bool(fields.get("approval", False)),
            proof,
            self._names(fields.get("rests_on"), f"{where}.rests_on"),
        )

    def _transition(self, key: str, raw: Any, where: str) -> Transition:
        fields = self._mapping(raw, where)
        self._known_keys(fields, _TRANSITION, where)
        if key in (RATE, REOPEN):
            self.faults.append(f"{where}：“{key}”由 {'rating' if key == RATE else 'reopening'} 规定，不能另写，请改名")
        extends = None
        if fields.get("extends") is not None:
            rule = self._mapping(fields["extends"], f"{where}.extends")
            self._known_keys(rule, {"clock", "at_most"}, f"{where}.extends")
            most = self._whole(rule.get("at_most"), f"{where}.extends.at_most", 1)
            extends = Extension(str(rule.get("clock", "")), Fraction(most))
        return Transition(
            key,
            str(fields.get("label", key)),
            self._names(fields.get("from"), f"{where}.from"),
            str(fields.get("to", "")),
            self._who(fields.get("who"), f"{where}.who"),
            self._needs(fields, where),
            bool(fields.get("not_worker", False)),
            bool(fields.get("assigns", False)),
            bool(fields.get("splits", False)),
            self._names(fields.get("fields"), f"{where}.fields"),
            extends,
        )

    def _raising(self, raw: dict[str, Any]) -> Raising:
        self._known_keys(raw, {"state", "who", *_NEEDS}, "raising")
        who = self._who(raw.get("who"), "raising.who")
        return Raising(str(raw.get("state", "")), who, self._needs(raw, "raising"))

    def _clock(self, key: str, raw: Any, where: str) -> Clock:
        fields = self._mapping(raw, where)
        self._known_keys(fields, _CLOCK, where)
        until = str(fields.get("until", ""))
        duration = self._duration(fields.get("duration"), f"{where}.duration") if "duration" in fields else None
        if bool(until) == (duration is not None):
            self.faults.append(f"{where}：duration（时限）和 until（到期日期栏）应写一个，只写一个")
        yellow = fields.get("yellow_before")
        return Clock(
            key,
            str(fields.get("label", key)),
            self._names(fields.get("starts_on"), f"{where}.starts_on"),
            self._names(fields.get("stops_on"), f"{where}.stops_on"),
            self._names(fields.get("pauses_in"), f"{where}.pauses_in"),
            duration,
            until,
            YELLOW if yellow is None else self._amount(yellow, f"{where}.yellow_before"),
            self._told("remind", fields.get("reminders"), "before", f"{where}.reminders", Reminder),
            self._told("escalate", fields.get("escalation"), "after", f"{where}.escalation", Escalation),
            self._clause(fields.get("clause"), where),
        )

    def _told(
        self, prefix: str, raw: Any, shift: str, where: str, make: Callable[[str, Amount, tuple[str, ...]], T]
    ) -> tuple[T, ...]:
        if raw is not None and not isinstance(raw, list):
            self.faults.append(f"{where} 应是列表")
            raw = None
        found = []
        for number, entry in enumerate(raw or [], 1):
            place = f"{where}[{number - 1}]"
            fields = self._mapping(entry, place)
            self._known_keys(fields, {shift, "to"}, place)
            to = self._who(fields.get("to"), f"{place}.to")
            if not to:
                self.faults.append(f"{place}：要写明通知谁（to）")
            found.append(make(f"{prefix}-{number}", self._amount(fields.get(shift), f"{place}.{shift}"), to))
        return tuple(found)

    def _duration(self, raw: Any, where: str) -> Duration:
        unit, value = self._length(raw, where)
        dated = self._dated(value, where)
        for _, number in dated.values:
            self._counted(Amount(number, unit), where, least=Fraction(1, 60))
        return Duration(dated, unit)

    def _amount(self, raw: Any, where: str) -> Amount:
        unit, value = self._length(raw, where)
        number = self._fraction(value, where)
        amount = Amount(Fraction(0) if number is None else number, unit)
        self._counted(amount, where, least=Fraction(0))
        return amount

    def _length(self, raw: Any, where: str) -> tuple[Unit, Any]:
        if isinstance(raw, dict) and len(raw) == 1 and next(iter(raw)) in set(Unit):
            return Unit(next(iter(raw))), next(iter(raw.values()))
        units = "、".join(unit.value for unit in Unit)
        self.faults.append(f"{where}：应写成“单位: 数”，单位可用：{units}")
        return Unit.WORKING_DAYS, 1

    def _counted(self, amount: Amount, where: str, least: Fraction) -> None:
        if not least <= amount.value <= 3650:
            self.faults.append(f"{where}：{amount}不在允许的范围内（不能为负，最多 3650）")
        elif amount.unit is not Unit.WORKING_HOURS and amount.value.denominator != 1:
            self.faults.append(f"{where}：{amount}不是整数，天数应写整数")
        elif amount.unit is Unit.WORKING_HOURS and (amount.value * 60).denominator != 1:
            self.faults.append(f"{where}：{amount}不是整分钟")

    def _reopening(self, raw: dict[str, Any]) -> Reopening:
        self._known_keys(raw, {"from", "to", "who", "within"}, "reopening")
        within = self._amount(raw["within"], "reopening.within") if "within" in raw else None
        who = self._who(raw.get("who"), "reopening.who")
        return Reopening(self._names(raw.get("from"), "reopening.from"), str(raw.get("to", "")), who, within)

    def _rating(self, raw: dict[str, Any]) -> Rating:
        self._known_keys(raw, {"from", "who", "within", "reason_at_most"}, "rating")
        within = self._amount(raw["within"], "rating.within") if "within" in raw else None
        most = self._whole(raw.get("reason_at_most", 0), "rating.reason_at_most", 0)
        return Rating(
            self._names(raw.get("from"), "rating.from"), self._who(raw.get("who"), "rating.who"), within, most
        )

    def _parts(self, raw: dict[str, Any]) -> Parts:
        self._known_keys(raw, _PARTS, "parts")
        return Parts(
            str(raw.get("state", "")),
            str(raw.get("start", "")),
            self._keyed("parts.states", raw.get("states"), self._state),
            self._keyed("parts.transitions", raw.get("transitions"), self._transition),
            str(raw.get("done_to", "")),
            str(raw.get("refused_to", "")),
        )

    def _grouping(self, raw: dict[str, Any]) -> Grouping:
        self._known_keys(raw, {"by", "policy_from"}, "grouping")
        by = self._names(raw.get("by"), "grouping.by")
        return Grouping(by, self._whole(raw.get("policy_from", 3), "grouping.policy_from", 2))

    def _index(self, raw: dict[str, Any]) -> Index:
        self._known_keys(raw, {"label", "parameters", "steps", "clause"}, "index")
        return Index(
            str(raw.get("label", "")),
            self._keyed("index.parameters", raw.get("parameters"), self._parameter),
            self._keyed("index.steps", raw.get("steps"), self._step),
            self._clause(raw.get("clause"), "index"),
        )

    def _parameter(self, key: str, raw: Any, where: str) -> IndexParameter:
        fields = self._mapping(raw, where)
        self._known_keys(fields, {"label", "value", "clause"}, where)
        value = self._dated(fields.get("value"), where)
        return IndexParameter(key, str(fields.get("label", key)), value, self._clause(fields.get("clause"), where))

    def _step(self, key: str, raw: Any, where: str) -> IndexStep:
        fields = self._mapping(raw, where)
        self._known_keys(fields, {"label", "formula"}, where)
        return IndexStep(key, str(fields.get("label", key)), self._formula(fields.get("formula", ""), where))

    def _formula(self, raw: Any, where: str) -> Expression:
        try:
            return parse(raw)
        except ExpressionError as error:
            self.faults.append(f"{where}：{error}")
            return parse("0")

    def _deduction(self, key: str, raw: Any, where: str) -> Deduction:
        fields = self._mapping(raw, where)
        self._known_keys(fields, {"label", "points", "group", "cap", "clause"}, where)
        points: Dated = self._dated(fields.get("points"), f"{where}.points")
        clause: Clause = self._clause(fields.get("clause"), where)
        cap = self._fraction(fields.get("cap"), f"{where}.cap")
        return Deduction(key, str(fields.get("label", key)), points, str(fields.get("group", key)), cap, clause)
