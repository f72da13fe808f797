"""What a case says of itself on a page: its light, when it is due, what may be done next and by whom."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mujun.cases.definition import PROOFS, Closing, Definition, Needs, State, StateKind, find
from mujun.cases.engine import Option
from mujun.web.cases.definitions import definition_for
from mujun.web.cases.models import Case
from mujun.web.cases.queries.cards import CaseCard, ClockLine

LIGHTS = {
    "red": gettext_lazy("已超期"),
    "yellow": gettext_lazy("将到期"),
    "green": gettext_lazy("在时限内"),
    "grey": gettext_lazy("不计时"),
}
"""Light → word. The colour never stands alone."""
KINDS = {"open": "info", "waiting": "warn", "side": "warn", "closed": "good"}
"""Kind of a state → class of its badge."""
DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)


@dataclasses.dataclass(frozen=True, slots=True)
class CaseLine:
    """One case in a list."""

    case: Case
    title: str
    list_title: str
    state: str
    kind: str
    light: str
    light_label: Any
    due: str


def line_of(case: Case, now: dt.datetime) -> CaseLine:
    """A case as a list shows it (its version is read with it)."""
    definition = definition_for(case)
    light = case.light(now)
    return CaseLine(
        case, case.title, definition.title, definition.state(case.state).label, KINDS[case.state_kind], light,
        LIGHTS[light], due_words(case.due_at, now) if case.done_at is None else "",
    )  # fmt: skip


def lines_of(cases: Iterable[Case], now: dt.datetime) -> list[CaseLine]:
    """Cases as a list shows them."""
    return [line_of(case, now) for case in cases]


def due_words(due: dt.datetime | None, now: dt.datetime) -> str:
    """How far off the time is, in words."""
    if due is None:
        return ""
    left = due - now
    span = _span(abs(left))
    return _("还剩 {span}").format(span=span) if left >= dt.timedelta(0) else _("已超 {span}").format(span=span)


def _span(length: dt.timedelta) -> str:
    if length >= 2 * DAY:
        return _("{n} 天").format(n=length.days)
    if length >= HOUR:
        return _("{n} 小时").format(n=int(length / HOUR))
    return _("{n} 分钟").format(n=max(1, int(length.total_seconds() // 60)))


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """One way on from here. ``option`` None: not for who looks; ``who`` can; ``asks``: what it needs, in words.

    ``forward``: it brings the case nearer to its solution, neither aside nor back. The first of these is what one would
    usually do: it is offered before what has to be justified.
    """

    key: str
    label: str
    to: str
    who: tuple[str, ...]
    asks: tuple[str, ...]
    part: str = ""
    option: Option | None = None
    hint: str = ""
    forward: bool = True
    justified: bool = False


def steps_of(card: CaseCard) -> list[Step]:
    """Every step that leads on from the present state, also those that are somebody else's."""
    definition, held = card.definition, {(option.action, option.part): option for option in card.options}
    labels = {state.key: state.label for state in definition.states}
    found = []
    for move in definition.transitions:
        if card.case.state in move.source:
            option = held.get((move.key, ""))
            hint = _("办理过这件事的单位除外，账号要登记所在单位") if move.not_worker and option is None else ""
            found.append(
                Step(move.key, move.label, labels[move.to], definition.party_names(move.who),
                     _asks(definition, move.needs, option), option=option, hint=hint,
                     forward=_leads_on(definition.states, card.case.state, move.to), justified=move.needs.reason)
            )  # fmt: skip
    if definition.parts and card.case.state == definition.parts.state:
        found += _part_steps(card, held)
    if definition.reopening and card.case.state in definition.reopening.source:
        option = held.get(("reopen", ""))
        rule = definition.reopening
        hint = _("办结后 {amount} 内").format(amount=rule.within) if rule.within else ""
        who = definition.party_names(rule.who)
        found.append(
            Step("reopen", _("重新打开"), labels[rule.to], who, (_("理由"),), option=option, hint=hint, forward=False)
        )
    return sorted(found, key=lambda step: (step.option is None, not step.forward, step.justified))


def _leads_on(states: Sequence[State], here: str, to: str) -> bool:
    """Whether a step leads on: to a later state of the road, in their order, or back to it from aside or from waiting."""
    at, then = find(states, here), find(states, to)
    if to == here or then.kind is StateKind.SIDE or then.closing not in (None, Closing.SOLVED):
        return False
    return at.kind in (StateKind.SIDE, StateKind.WAITING) or states.index(then) > states.index(at)


def _part_steps(card: CaseCard, held: dict[tuple[str, str], Option]) -> list[Step]:
    parts = card.definition.parts
    assert parts is not None
    return [
        Step(move.key, f"{part.unit}：{move.label}", find(parts.states, move.to).label,
             card.definition.party_names(move.who), _asks(card.definition, move.needs, held.get((move.key, part.unit))),
             part.unit, held.get((move.key, part.unit)), justified=move.needs.reason,
             forward=_leads_on(parts.states, part.state, move.to))
        for part in card.parts
        for move in parts.transitions
        if part.state in move.source
    ]  # fmt: skip


def _asks(definition: Definition, needs: Needs, option: Option | None) -> tuple[str, ...]:
    """What a step needs, in words; what counts for it already is said to whoever may take it."""
    given = set(option.held) if option is not None else set()
    found = [definition.evidence[kind] + (_("（已有）") if kind in given else "") for kind in needs.evidence]
    if needs.evidence_any:
        names = _("或").join(definition.evidence[kind] for kind in needs.evidence_any)
        found.append(names + (_("（已有）") if given & set(needs.evidence_any) else ""))
    if needs.proof:
        found.append(_("登记数据核验：{name}").format(name=PROOFS.get(needs.proof, needs.proof)))
    if option is not None:
        found += [definition.field(key).label for key in option.required]
    found += [_("理由")] if needs.reason else []
    found += [_("批准人或文号")] if needs.approval else []
    return tuple(found)


@dataclasses.dataclass(frozen=True, slots=True)
class ClockWords:
    """One clock for people: ``rests`` are the pauses (from, to or None)."""

    line: ClockLine
    light_label: Any
    state: str
    due: str
    amount: str
    rests: tuple[tuple[dt.datetime, dt.datetime | None], ...]


def clocks_of(card: CaseCard, now: dt.datetime) -> list[ClockWords]:
    """The clocks of a case in the order in which they started."""
    return [_clock(line, now) for line in card.clocks]


def _clock(line: ClockLine, now: dt.datetime) -> ClockWords:
    held = line.held
    if held.stopped_at is not None:
        state = _("已停止，逾期") if held.late or (held.due_at and held.stopped_at > held.due_at) else _("已停止，按期")
    else:
        state = _("正在计时") if held.running else _("暂停中")
    due = due_words(held.due_at, now) if held.stopped_at is None else ""
    amount = str(held.amount) if held.amount else (_("至 {day}").format(day=held.until) if held.until else "")
    return ClockWords(line, LIGHTS[line.light], state, due, amount, _rests(line))


def _rests(line: ClockLine) -> tuple[tuple[dt.datetime, dt.datetime | None], ...]:
    runs: Sequence[Any] = line.held.runs
    gaps: list[tuple[dt.datetime, dt.datetime | None]] = [
        (before.end, after.start) for before, after in itertools.pairwise(runs) if before.end != after.start
    ]
    if line.held.resting and runs[-1].end:
        gaps.append((runs[-1].end, None))
    return tuple(gaps)


CHANGES = {
    "started": gettext_lazy("开始计时"),
    "paused": gettext_lazy("暂停"),
    "resumed": gettext_lazy("继续计时"),
    "extended": gettext_lazy("延长"),
    "stopped": gettext_lazy("停止"),
}


def change_words(changes: Iterable[dict[str, Any]]) -> list[str]:
    """What an act did to the clocks, as the trail tells it."""
    found = []
    for one in changes:
        words = f"{one['label']}：{CHANGES.get(one['change'], one['change'])}"
        if one["due_at"] and one["change"] != "stopped":
            due = timezone.localtime(dt.datetime.fromisoformat(one["due_at"]))
            words += _("，应于 {due} 前完成").format(due=f"{due:%Y-%m-%d %H:%M}")
        found.append(words)
    return found
