"""The life of a target: made from a sentence, given a formula, broken down, put in force, ended."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.rulebook.expressions import Expression, ExpressionError, parse
from mujun.web.audit.actions import action, record
from mujun.web.targets.actions.held import check_owner, end_all, held_target, tree
from mujun.web.targets.actions.parts import faults_of_bases
from mujun.web.targets.actions.statements import alone
from mujun.web.targets.breakdowns import rule_for, verdict_of
from mujun.web.targets.measures.registry import adds_over_months, check_names
from mujun.web.targets.models import (
    BreakdownRule,
    DocumentStatement,
    StatementChange,
    StatementKind,
    Target,
    TargetFormula,
    TargetLevel,
    TargetState,
)
from mujun.web.targets.words import said

DRAFT, IN_FORCE = TargetState.DRAFT, TargetState.IN_FORCE


@dataclasses.dataclass(frozen=True, slots=True)
class Terms:
    """What is said of a target besides its sentence. ``rule`` blank: as the rule data say for the unit.

    ``base_value``: figure of the comparison period where the target is a rate of change and the formula gives the level.
    """

    name: str
    starts_on: dt.date
    due_on: dt.date
    owner: Any = None
    owner_unit: str = ""
    formula: str = "reported"
    rule: str = ""
    town: str = ""
    base_value: Decimal | None = None
    base_note: str = ""


@action
def make_target(statement: int, terms: Terms, *, by: Any) -> Target:
    """Make a draft of a target from a confirmed target statement; value, unit, bound and change are the statement's."""
    held = DocumentStatement.objects.select_for_update(of=("self",)).filter(pk=statement).first()
    if held is None or not held.accepted:
        raise Refused(_("目标要以已确认的表述为依据。"), next_step=_("请先在文件里确认这条表述。"))
    if held.kind != StatementKind.TARGET:
        raise Refused(_("这条表述说的是“{kind}”，不是目标。").format(kind=held.get_kind_display()))
    known = held.targets.exclude(state=TargetState.WITHDRAWN).first()
    if known is not None:
        raise Refused(_("这条表述已经立为目标 {number}。").format(number=known.number))
    _check_terms(terms, terms.town)
    alone(Target._meta.db_table)
    rate = held.change != StatementChange.LEVEL
    target = Target.objects.create(
        number=_number(terms.due_on.year), name=terms.name.strip()[:200], statement=held, level=TargetLevel.TOWN
        if terms.town else TargetLevel.COUNTY, town=terms.town, owner=terms.owner, owner_unit=terms.owner_unit.strip()[:100],
        value=held.value, unit=held.unit, bound=held.bound, change=held.change, base_value=terms.base_value,
        base_note=terms.base_note.strip()[:200], starts_on=terms.starts_on, due_on=terms.due_on,
        rule=terms.rule or rule_for(held.unit, growth=rate), by=by,
    )  # fmt: skip
    record(
        "target.made", by=by, about=f"target:{target.pk}", number=target.number, statement=held.pk,
        value=str(target.value), unit=target.unit, due_on=str(target.due_on),
    )  # fmt: skip
    _set_formula(target, terms.formula, "", by=by)
    return target


def _check_terms(terms: Terms, town: str) -> None:
    check_owner(terms.owner, town)
    if not terms.name.strip():
        raise Refused(_("请写明目标名称。"))
    if terms.due_on < terms.starts_on:
        raise Refused(_("完成期限不能早于起算日期。"))
    if terms.rule and terms.rule not in BreakdownRule.values:
        raise Refused(_("没有“{rule}”这种分解规则。").format(rule=terms.rule))


def _number(year: int) -> str:
    taken = Target.objects.filter(parent=None, number__startswith=f"{year}-").aggregate(last=Max("number"))["last"]
    return f"{year}-{int(taken.split('-')[1]) + 1 if taken else 1:03d}"


@action
def change_target(pk: int, terms: Terms, *, by: Any) -> Target:
    """Change a draft; of a part, its value and place stay. What the sentence says stays as it is."""
    target = held_target(pk, DRAFT)
    _check_terms(terms, target.town)
    fields = {
        "name": terms.name.strip()[:200], "starts_on": terms.starts_on, "due_on": terms.due_on, "owner": terms.owner,
        "owner_unit": terms.owner_unit.strip()[:100], "rule": terms.rule or target.rule, "base_value": terms.base_value,
        "base_note": terms.base_note.strip()[:200],
    }  # fmt: skip
    changed = {
        name: [str(getattr(target, name)), str(new)] for name, new in fields.items() if getattr(target, name) != new
    }
    for name, value in fields.items():
        setattr(target, name, value)
    target.save()
    record("target.changed", by=by, about=f"target:{pk}", changed=changed)
    newest = target.formulas.order_by("-version").first()
    if terms.formula and (newest is None or newest.text != terms.formula):
        _set_formula(target, terms.formula, "", by=by)
    return target


@action
def set_formula(pk: int, text: str, note: str = "", *, by: Any) -> TargetFormula:
    """Give a target another formula, as a new version. In force, why must be said: its real figure may change."""
    target = held_target(pk)
    if target.state == IN_FORCE and not note.strip():
        raise Refused(_("目标已下达，改算式必须写明原因。"))
    return _set_formula(target, text, note, by=by)


def _set_formula(target: Target, text: str, note: str, *, by: Any) -> TargetFormula:
    try:
        expression = parse(text)
    except ExpressionError as error:
        raise Refused(_("算式不能用：{fault}。").format(fault=error)) from None
    check_names(expression.names)
    if _piles_up(target, expression):
        raise Refused(
            _("“{value}”不能逐月累加，算式却是累计数。").format(value=said(target)),
            next_step=_("请改用“reported_level”（各月当时的水平），或填写基数后用累计数对比。"),
        )
    last = target.formulas.aggregate(last=Max("version"))["last"] or 0
    formula = TargetFormula.objects.create(
        target=target, version=last + 1, text=expression.text[:500], note=note.strip()[:300], by=by
    )
    record(
        "target.formula", by=by, about=f"target:{target.pk}", reason=note.strip(), version=formula.version,
        formula=formula.text,
    )  # fmt: skip
    return formula


def _piles_up(target: Target, formula: Expression) -> bool:
    """Whether months would be added up of what does not add up: shares, rates without a base, ranks, spans of time."""
    return adds_over_months(formula) and not target.on_base and target.rule != BreakdownRule.SUM


@action
def sign_target(pk: int, *, by: Any) -> Target:
    """Put a target with all its parts in force; refused while a breakdown does not add up or nobody answers for one."""
    root = held_target(pk, DRAFT)
    if root.parent_id is not None:
        raise Refused(_("分解项随整体目标一起下达。"), next_step=_("请下达整体目标。"))
    every = tree(root)
    faults = [_("{name}没有责任单位或责任人").format(name=one.name) for one in every if not one.holder]
    broken_down = {one.parent_id for one in every if one.parent_id is not None}
    for one in every:
        if one.pk in broken_down:
            verdict = verdict_of(one)
            if not verdict.adds_up:
                faults.append(f"{one.name}：{verdict.sentence.rstrip('。')}")
            faults += faults_of_bases(one, [part for part in every if part.parent_id == one.pk])
    newest = root.formulas.order_by("-version").first()
    if newest is None:
        faults.append(_("还没有写明实绩怎样计算"))
    elif _piles_up(root, parse(newest.text)):
        faults.append(_("“{value}”不能逐月累加，算式却是累计数").format(value=said(root)))
    if faults:
        raise Refused(_("目标 {number} 还不能下达。").format(number=root.number), why="；".join(faults) + "。",
                      next_step=_("草稿已保留，改好后再下达。"))  # fmt: skip
    for one in every:
        one.state, one.signed_at, one.signed_by = IN_FORCE, timezone.now(), by
        one.save(update_fields=["state", "signed_at", "signed_by"])
    record("target.signed", by=by, about=f"target:{pk}", number=root.number, targets=[one.pk for one in every])
    return root


@action
def reopen_target(pk: int, reason: str, *, by: Any) -> Target:
    """Make a target in force a draft again, with a reason, so that it can be mended and signed anew."""
    root = _whole(pk, reason, IN_FORCE)
    every = tree(root)
    for one in every:
        one.state = DRAFT
        one.save(update_fields=["state"])
    record("target.reopened", by=by, about=f"target:{pk}", reason=reason.strip(), targets=[one.pk for one in every])
    return root


@action
def close_target(pk: int, reason: str, *, by: Any) -> Target:
    """End a target in force: it is settled, reached or not; it stays in the ledger."""
    root = _whole(pk, reason, IN_FORCE)
    ended = end_all(tree(root), TargetState.CLOSED, reason)
    record("target.closed", by=by, about=f"target:{pk}", reason=reason.strip(), targets=ended)
    return root


@action
def withdraw_target(pk: int, reason: str, *, by: Any) -> Target:
    """Take a draft or a target in force back, with a reason; its sentence may become a target again."""
    root = _whole(pk, reason, DRAFT, IN_FORCE)
    ended = end_all(tree(root), TargetState.WITHDRAWN, reason)
    record("target.withdrawn", by=by, about=f"target:{pk}", reason=reason.strip(), targets=ended)
    return root


def _whole(pk: int, reason: str, *states: str) -> Target:
    if not reason.strip():
        raise Refused(_("请写明原因。"))
    root = held_target(pk, *states)
    if root.parent_id is not None:
        raise Refused(_("分解项随整体目标一起办理。"))
    return root
