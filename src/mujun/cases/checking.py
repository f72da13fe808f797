"""What must hold between the parts of a definition; each fault is a sentence that says how to mend it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable

from mujun.cases.checking_clocks import clock_faults
from mujun.cases.definition import Closing, Definition, FieldKind, Needs, Parts, State, StateKind, Transition
from mujun.cases.evidence import rests_on_known
from mujun.cases.figures import COUNTS
from mujun.cases.ways import graph_of, graph_of_parts, leading_to, reached

_KEY = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
LONGEST_KEY = 40
"""Keys stand in columns of this width."""
_OWN = {"raiser", "firm"}
_WORKERS = {"owner_unit", "part_unit"}


def check_definition(definition: Definition) -> list[str]:
    """Return one Chinese sentence per fault; an empty list means the definition may be used.

    Names come first: what follows is looked at only where all names are known.
    """
    faults = [*_key_faults(definition), *_name_faults(definition)]
    if faults:
        return faults
    faults += _move_faults(definition.transitions, definition.states, "")
    faults += _way_faults(definition)
    faults += clock_faults(definition)
    if definition.parts:
        faults += _part_faults(definition, definition.parts)
    return [*faults, *_end_faults(definition), *_index_faults(definition)]


def _key_faults(definition: Definition) -> Iterable[str]:
    parts = definition.parts
    keyed: dict[str, Collection[str]] = {
        "name": [definition.name],
        "evidence": definition.evidence.keys(),
        "fields": [field.key for field in definition.fields],
        "sources": [source.key for source in definition.sources],
        "states": [state.key for state in definition.states],
        "transitions": [move.key for move in definition.transitions],
        "clocks": [clock.key for clock in definition.clocks],
        "parts.states": [state.key for state in parts.states] if parts else [],
        "parts.transitions": [move.key for move in parts.transitions] if parts else [],
        "deductions": [deduction.key for deduction in definition.deductions],
    }
    for where, keys in keyed.items():
        for key in keys:
            if not _KEY.fullmatch(key):
                yield f"{where}：“{key}”不能作代号，代号用小写字母开头，只含小写字母、数字和下划线" + (
                    "（YAML 把 yes、no、on、off 读成是非，请改名）" if key in ("True", "False") else ""
                )
            elif len(key) > LONGEST_KEY:
                yield f"{where}：代号“{key[:20]}…”有 {len(key)} 个字符，最多 {LONGEST_KEY} 个，请改短"
    if parts:
        for key in sorted({state.key for state in parts.states} & {state.key for state in definition.states}):
            yield f"parts.states：“{key}”与事项的状态同名，请改名"


def _name_faults(definition: Definition) -> list[str]:
    faults: list[str] = []

    def known(names: Iterable[str], among: Collection[str], where: str, what: str) -> None:
        faults.extend(f"{where}：不认识{what}“{name}”，可用：{'、'.join(among)}" for name in names if name not in among)

    states = [state.key for state in definition.states]
    fields = [field.key for field in definition.fields]
    known([definition.raising.state], states, "raising.state", "状态")
    _known_needs(known, definition, definition.raising.needs, "raising")
    for field in definition.fields:
        known(field.required_in, states, f"fields.{field.key}.required_in", "状态")
    for move in definition.transitions:
        _known_move(known, definition, move, states, f"transitions.{move.key}")
    for clock in definition.clocks:
        rests = [*states, *(state.key for state in definition.parts.states)] if definition.parts else states
        known(clock.starts_on, rests, f"clocks.{clock.key}.starts_on", "状态")
        known(clock.stops_on, states, f"clocks.{clock.key}.stops_on", "状态")
        known(clock.pauses_in, rests, f"clocks.{clock.key}.pauses_in", "状态")
        dates = [field.key for field in definition.fields if field.kind is FieldKind.DATE]
        known([clock.until] if clock.until else [], dates, f"clocks.{clock.key}.until", "日期栏")
    if definition.reopening:
        known([*definition.reopening.source, definition.reopening.to], states, "reopening", "状态")
    if definition.rating:
        known(definition.rating.states, states, "rating.from", "状态")
    if definition.grouping:
        known(definition.grouping.by, fields, "grouping.by", "栏")
    if definition.parts:
        parts = definition.parts
        inner = [state.key for state in parts.states]
        known([parts.state, parts.done_to, parts.refused_to], states, "parts", "状态")
        known([parts.start], inner, "parts.start", "状态")
        for move in parts.transitions:
            _known_move(known, definition, move, inner, f"parts.transitions.{move.key}")
    return faults


_Known = Callable[[Iterable[str], Collection[str], str, str], None]


def _known_move(known: _Known, definition: Definition, move: Transition, states: list[str], where: str) -> None:
    known([*move.source, move.to], states, where, "状态")
    known(move.fields, [field.key for field in definition.fields], f"{where}.fields", "栏")
    known([move.extends.clock] if move.extends else [], [c.key for c in definition.clocks], f"{where}.extends", "计时")
    _known_needs(known, definition, move.needs, where)


def _known_needs(known: _Known, definition: Definition, needs: Needs, where: str) -> None:
    known(needs.rests_on, rests_on_known(definition), f"{where}.rests_on", "操作")
    known([*needs.evidence, *needs.evidence_any], list(definition.evidence), f"{where}.evidence", "材料")


def _move_faults(moves: Iterable[Transition], states: tuple[State, ...], prefix: str) -> list[str]:
    """Faults of single actions: who, from where, and what it takes to come to an end."""
    held = {state.key: state for state in states}
    faults = []
    for move in moves:
        name = f"{prefix}操作“{move.label}”（{move.key}）"
        if not move.who:
            faults.append(f"{name}没有写明由谁办理（who）")
        if not move.source:
            faults.append(f"{name}没有写明从哪个状态出发（from）")
        if move.not_worker and move.who and set(move.who) <= _WORKERS:
            faults.append(f"{name}不许办理单位自己做（not_worker），却只写了办理单位，谁也做不了")
        sources = [held[key] for key in move.source]
        if held[move.to].kind is not StateKind.CLOSED:
            if any(state.kind is StateKind.CLOSED for state in sources):
                faults.append(f"{name}把已结束的事项拉回来，重新打开请写在 reopening 里，以便计数")
        elif any(state.kind is not StateKind.CLOSED for state in sources):
            faults += _closing_faults(name, move, held[move.to])
    return faults


def _closing_faults(name: str, move: Transition, state: State) -> list[str]:
    needs = move.needs
    if state.closing is Closing.SOLVED and not (needs.evidence or needs.evidence_any or needs.proof):
        return [f"{name}进入“{state.label}”却不要材料（evidence）也不要证明（proof），不能凭一句话销号"]
    if state.closing in (Closing.REJECTED, Closing.MERGED) and not needs.reason:
        return [f"{name}进入“{state.label}”要写明理由，请加 reason: true"]
    if state.closing is Closing.WITHDRAWN and not set(move.who) <= _OWN:
        return [f"{name}是撤回，只能由提出人办理（who: raiser 或 firm）"]
    return []


def _way_faults(definition: Definition) -> Iterable[str]:
    """States that nobody reaches, and states from which no end is reached."""
    graph = graph_of(definition)
    there = reached(graph, [definition.raising.state])
    closed = [state.key for state in definition.states if state.kind is StateKind.CLOSED]
    if not closed:
        yield "没有结束的状态，至少要有一个 kind: closed 的状态"
    ending = leading_to(graph, closed)
    for state in definition.states:
        if state.key not in there:
            yield f"状态“{state.label}”（{state.key}）走不到，请写一条通向它的操作，或删去"
        elif closed and state.key not in ending:
            yield f"状态“{state.label}”（{state.key}）走不出去，到不了任何结束的状态"
    if definition.state(definition.raising.state).kind is StateKind.CLOSED:
        yield "raising.state 不能是结束的状态"
    if not definition.raising.who:
        yield "raising 没有写明由谁提出（who）"


def _part_faults(definition: Definition, parts: Parts) -> Iterable[str]:
    yield from _move_faults(parts.transitions, parts.states, "分办")
    graph = graph_of_parts(parts)
    there = reached(graph, [parts.start])
    ends = [state.key for state in parts.states if state.kind is StateKind.CLOSED]
    for state in parts.states:
        if state.key not in there:
            yield f"parts：状态“{state.label}”（{state.key}）走不到"
        elif state.key not in leading_to(graph, ends):
            yield f"parts：状态“{state.label}”（{state.key}）走不出去"
    closings = {state.closing for state in parts.states if state.closing}
    if closings != {Closing.SOLVED, Closing.REJECTED}:
        yield "parts.states 要有办完（closing: solved）和不予办理（closing: rejected）两种结束，没有别的结束"
    for key in (parts.done_to, parts.refused_to):
        state = definition.state(key)
        if state.kind is StateKind.CLOSED or any(key in field.required_in for field in definition.fields):
            yield f"parts：各部门办完后自动进入“{state.label}”，它不能是结束的状态，也不能有必填栏"
    if definition.state(parts.state).kind is StateKind.CLOSED or parts.state == definition.raising.state:
        yield "parts.state 不能是结束的状态，也不能是提出时的状态"
    for move in parts.transitions:
        if set(move.source) & set(ends):
            yield f"分办操作“{move.label}”（{move.key}）从已结束的状态出发，办完的部分不能再改"
        if move.assigns or move.splits or move.extends:
            yield f"分办操作“{move.label}”（{move.key}）不能写 assigns、splits、extends"


def _end_faults(definition: Definition) -> Iterable[str]:
    closed = {state.key for state in definition.states if state.kind is StateKind.CLOSED}
    parts = definition.parts
    for move in definition.transitions:
        if move.splits != (parts is not None and move.to == parts.state):
            yield f"操作“{move.label}”（{move.key}）：进入分办状态的操作要写 splits: true，别的操作不能写"
    if definition.rating:
        if not definition.rating.who or not definition.rating.states or set(definition.rating.states) - closed:
            yield "rating 要写明由谁评价（who）和在哪些结束的状态评价（from）"
        if definition.rating.reason_at_most > 5:
            yield "rating.reason_at_most 应在 0 到 5 之间"
    reopening = definition.reopening
    if reopening:
        if not reopening.who or not reopening.source or set(reopening.source) - closed or reopening.to in closed:
            yield "reopening 要写明由谁（who）把哪些结束的状态（from）重新打开到哪个未结束的状态（to）"
        if parts and reopening.to == parts.state:
            yield "reopening.to 不能是分办状态，重新打开后要先重新分派"
        if not any(reopening.to in clock.starts_on for clock in definition.clocks):
            yield f"重新打开后进入“{definition.state(reopening.to).label}”，却没有任何计时从那里开始"
        if any(clock.until and reopening.to in clock.starts_on for clock in definition.clocks):
            yield "reopening.to 不能是从到期日期栏（until）开始计时的状态，重新打开时不填日期"
    if definition.grouping and not definition.grouping.by:
        yield "grouping.by 至少要写一栏"


def _index_faults(definition: Definition) -> Iterable[str]:
    index = definition.index
    caps = {(deduction.group, deduction.cap) for deduction in definition.deductions}
    for group in sorted({group for group, _ in caps}):
        if sum(name == group for name, _ in caps) > 1:
            yield f"deductions：同一组“{group}”的封顶（cap）应相同"
    for deduction in definition.deductions:
        if deduction.points.on(definition.valid_from) is None:
            yield f"deductions.{deduction.key}：清单施行时（{definition.valid_from}）还没有分值"
    if index is None:
        return
    known = set(COUNTS)
    for parameter in index.parameters:
        if parameter.key in known:
            yield f"index.parameters：“{parameter.key}”与已有的数同名，请改名"
        if parameter.value.on(definition.valid_from) is None:
            yield f"index.parameters.{parameter.key}：清单施行时（{definition.valid_from}）还没有值"
        known.add(parameter.key)
    if not index.steps:
        yield "index.steps 至少要有一步，最后一步就是指数"
    for step in index.steps:
        for name in sorted(step.formula.names - known):
            yield f"index.steps.{step.key}：不认识“{name}”，可用：{'、'.join(sorted(known))}"
        if step.key in known:
            yield f"index.steps：“{step.key}”与已有的数同名，请改名"
        known.add(step.key)
