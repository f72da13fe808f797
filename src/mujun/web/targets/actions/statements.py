"""What people decide about statements: confirm, mend, refuse, add by hand, take a decision back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.web.audit.actions import action, record
from mujun.web.targets.actions.documents import LARGEST, LONGEST, held_document
from mujun.web.targets.models import (
    DocumentState,
    DocumentStatement,
    StatementBound,
    StatementChange,
    StatementDecision,
    StatementKind,
    StatementState,
)

FIELDS = ("metric", "value", "unit", "bound", "change", "kind", "period", "section", "scope")
_CHOICES = {"bound": StatementBound, "change": StatementChange, "kind": StatementKind}
EVENTS = {
    StatementState.PROPOSED: "statement.proposed",
    StatementState.CONFIRMED: "statement.confirmed",
    StatementState.MENDED: "statement.mended",
    StatementState.ADDED: "statement.added",
    StatementState.REFUSED: "statement.refused",
}


@action
def confirm_statement(pk: int, *, by: Any) -> DocumentStatement:
    """Stand behind a statement as it was read."""
    statement = _held(pk)
    if statement.state == StatementState.CONFIRMED:
        raise Refused(_("这条表述已经确认。"))
    if statement.state == StatementState.ADDED:
        raise Refused(_("手工添加的表述不需要再确认。"))
    if statement.state == StatementState.PROPOSED:
        return _decide(statement, StatementState.CONFIRMED, {}, "", by=by)
    return _decide(statement, StatementState.CONFIRMED, _from_extracted(statement), "", by=by)


@action
def confirm_statements(pks: Sequence[int], *, by: Any) -> int:
    """Confirm every one of these that still waits; return how many."""
    waiting = DocumentStatement.objects.filter(pk__in=pks, state=StatementState.PROPOSED, gone=False)
    keys = list(waiting.values_list("pk", flat=True))
    if not keys:
        raise Refused(_("没有待确认的表述。"))
    for pk in keys:
        _decide(_held(pk), StatementState.CONFIRMED, {}, "", by=by)
    return len(keys)


@action
def mend_statement(pk: int, fields: Mapping[str, Any], *, note: str = "", by: Any) -> DocumentStatement:
    """Stand behind a statement with other ``fields`` (:data:`FIELDS`) than were read; what was read stays on record."""
    statement = _held(pk)
    changed = {name: value for name, value in _checked(fields).items() if getattr(statement, name) != value}
    if not changed:
        raise Refused(_("没有改动。"), next_step=_("原样采纳请按“确认”。"))
    state = StatementState.ADDED if statement.state == StatementState.ADDED else StatementState.MENDED
    return _decide(statement, state, changed, note, by=by)


@action
def refuse_statement(pk: int, note: str = "", *, by: Any) -> DocumentStatement:
    """Say that this is no statement of the kind; refused once a target stands on it."""
    statement = _held(pk)
    if statement.state == StatementState.REFUSED:
        raise Refused(_("这条表述已经不采纳。"))
    return _decide(statement, StatementState.REFUSED, {}, note, by=by)


@action
def reopen_statement(pk: int, *, by: Any) -> DocumentStatement:
    """Take the decision back: the statement waits again, as it was read; one added by hand cannot wait."""
    statement = _held(pk)
    if not statement.extracted:
        raise Refused(_("这条表述是手工添加的，没有读取结果可以恢复。"), next_step=_("不需要时请按“不采纳”。"))
    if statement.state == StatementState.PROPOSED:
        raise Refused(_("这条表述还没有作出决定。"))
    return _decide(statement, StatementState.PROPOSED, _from_extracted(statement), "", by=by)


@action
def add_statement(
    document: int, start: int, end: int, fields: Mapping[str, Any], *, note: str = "", by: Any
) -> DocumentStatement:
    """Add what the reader did not find: ``start`` to ``end`` of the document's text, with all :data:`FIELDS` needed."""
    held = held_document(document)
    if held.state != DocumentState.READ:
        raise Refused(_("文件还没有读出来，不能添加表述。"))
    if not 0 <= start < end <= len(held.text):
        raise Refused(_("选中的文字不在文件里，请重新选择。"))
    missing = [name for name in ("metric", "value") if not str(fields.get(name, "")).strip()]
    if missing:
        raise Refused(_("请写明指标和数值。"))
    values = {"unit": "", "bound": "eq", "change": "level", "kind": "target", "period": "", "section": "", "scope": ""}
    values |= _checked(fields)
    same = held.statements.filter(start__lt=end, end__gt=start).exclude(state=StatementState.REFUSED).first()
    if same is not None:
        raise Refused(_("选中的文字与已有的表述“{quote}”重叠。").format(quote=same.quote),
                      next_step=_("请修正原来的表述，或先不采纳它。"))  # fmt: skip
    statement = DocumentStatement.objects.create(
        document=held, start=start, end=end, quote=held.text[start:end], state=StatementState.ADDED,
        decided_by=by, decided_at=timezone.now(), **values,
    )  # fmt: skip
    _keep(statement, note, by=by)
    return statement


def _held(pk: int) -> DocumentStatement:
    statement = DocumentStatement.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if statement is None:
        raise Refused(_("没有这条表述。"))
    if statement.document.state == DocumentState.WITHDRAWN:
        raise Refused(_("文件“{title}”已撤下，不能再改。").format(title=statement.document.title))
    return statement


def _decide(
    statement: DocumentStatement, state: StatementState, fields: Mapping[str, Any], note: str, *, by: Any
) -> DocumentStatement:
    used = statement.targets.exclude(state="withdrawn").first()
    if used is not None and (state in (StatementState.REFUSED, StatementState.PROPOSED) or fields):
        raise Refused(
            _("目标 {number} 以这条表述为依据，不能再改。").format(number=used.number),
            next_step=_("请先撤销这个目标。"),
        )
    for name, value in fields.items():
        setattr(statement, name, value)
    statement.state = state
    waits = state == StatementState.PROPOSED
    statement.decided_by, statement.decided_at = (None, None) if waits else (by, timezone.now())
    statement.save()
    _keep(statement, note, by=by)
    return statement


def _keep(statement: DocumentStatement, note: str, *, by: Any) -> None:
    held = {name: str(getattr(statement, name)) for name in FIELDS}
    StatementDecision.objects.create(
        statement=statement, state=statement.state, fields=held, note=note.strip()[:300], by=by
    )
    record(
        EVENTS[StatementState(statement.state)], by=by, about=f"statement:{statement.pk}", reason=note.strip(),
        document=statement.document_id, metric=statement.metric, value=held["value"], unit=statement.unit,
    )  # fmt: skip


def _from_extracted(statement: DocumentStatement) -> dict[str, Any]:
    return _checked(statement.extracted)


def _checked(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields fit to keep; unknown ones are a broken call."""
    unknown = fields.keys() - set(FIELDS)
    if unknown:
        raise TypeError(f"statements have no {', '.join(sorted(unknown))}")
    found: dict[str, Any] = {}
    for name, raw in fields.items():
        if name == "value":
            found[name] = checked_number(raw)
        elif name in _CHOICES:
            if raw not in _CHOICES[name].values:
                raise Refused(_("“{value}”不是可选的内容。").format(value=raw))
            found[name] = str(raw)
        else:
            found[name] = str(raw or "").strip()[: LONGEST[name]]
    if "metric" in found and not found["metric"]:
        raise Refused(_("指标不能是空的。"))
    return found


def checked_number(raw: Any) -> Decimal:
    """Return a number of at most 17 digits before and 6 behind the point; refuse anything else with a sentence."""
    try:
        value = Decimal(str(raw).replace(",", "").replace("，", "").strip())
    except InvalidOperation:
        raise Refused(_("“{value}”不是数字。").format(value=raw)) from None
    if not value.is_finite() or abs(value) >= LARGEST:
        raise Refused(_("“{value}”太大，或不是数字。").format(value=raw))
    return round(value, 6)


def alone(table: str) -> None:
    """Let nobody else write into ``table`` until the end of the transaction (SQLite: nobody does anyhow)."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
