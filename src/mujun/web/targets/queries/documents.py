"""Documents inside a scope, their statements, and what was decided about each."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q, QuerySet

from mujun.targets.periods import period_days
from mujun.web.people.rights import Right, Scope, has_right
from mujun.web.targets.breakdowns import rule_for
from mujun.web.targets.models import (
    ACCEPTED,
    BreakdownRule,
    Document,
    DocumentState,
    DocumentStatement,
    StatementChange,
    StatementDecision,
    StatementState,
    TargetState,
)


def documents_in_scope(scope: Scope) -> QuerySet[Document]:
    """The documents ``scope`` may read: a cadre those of the whole county and of the own towns, a firm none."""
    rows = Document.objects.exclude(state=DocumentState.WITHDRAWN)
    if scope.firms is not None:
        return rows.none()
    return rows if scope.towns is None else rows.filter(town__in=["", *scope.towns])


@dataclasses.dataclass(frozen=True, slots=True)
class DocumentLine:
    """One document in a list: statements that wait, that people stand behind, refused; targets made from it."""

    document: Document
    waiting: int
    accepted: int
    refused: int
    targets: int


def document_lines(documents: QuerySet[Document] | Sequence[Document]) -> list[DocumentLine]:
    """Return one line per document, by two queries (three where a queryset comes in)."""
    rows = list(documents)
    keys = [document.pk for document in rows]
    held = DocumentStatement.objects.filter(document__in=keys).order_by().values("document")
    waiting = Count("pk", filter=Q(state=StatementState.PROPOSED, gone=False), distinct=True)
    counted = {
        row["document"]: row
        for row in held.annotate(
            waiting=waiting, held=Count("pk", filter=Q(state__in=ACCEPTED), distinct=True),
            struck=Count("pk", filter=Q(state=StatementState.REFUSED), distinct=True),
            made=Count("targets", filter=~Q(targets__state=TargetState.WITHDRAWN), distinct=True),
        )
    }  # fmt: skip
    none = {"waiting": 0, "held": 0, "struck": 0, "made": 0}
    return [
        DocumentLine(document, *(counted.get(document.pk, none)[name] for name in ("waiting", "held", "struck", "made")))
        for document in rows
    ]  # fmt: skip


def statements_of(document: Document, *, gone: bool = False) -> QuerySet[DocumentStatement]:
    """The statements of a document in their order; with ``gone`` also those that no one stands behind any more."""
    rows = document.statements.select_related("decided_by").order_by("start", "pk")
    return rows if gone else rows.exclude(gone=True, state=StatementState.PROPOSED)


def statements_in_scope(scope: Scope) -> QuerySet[DocumentStatement]:
    """The statements of documents inside ``scope``, but for refused ones and those no reading finds any more."""
    rows = DocumentStatement.objects.filter(document__in=documents_in_scope(scope).values("pk"))
    rows = rows.exclude(state=StatementState.REFUSED).exclude(gone=True, state=StatementState.PROPOSED)
    return rows.select_related("document")


def decisions_of(statement: DocumentStatement) -> list[StatementDecision]:
    """What was decided about a statement, the oldest first."""
    return list(statement.decisions.select_related("by").order_by("pk"))


@dataclasses.dataclass(frozen=True, slots=True)
class Highlight:
    """A piece of a document's text from ``start`` to ``end``: plain (no statement), or the quote of one."""

    start: int
    end: int
    text: str
    statement: DocumentStatement | None


def highlights(document: Document, statements: Sequence[DocumentStatement]) -> list[Highlight]:
    """Cut the text into pieces, plain and quoted by turns; where quotes overlap the later one begins after the earlier."""
    found, at = [], 0
    for statement in sorted(statements, key=lambda one: (one.start, one.pk)):
        start, end = max(statement.start, at), min(statement.end, len(document.text))
        if start >= end:
            continue
        if start > at:
            found.append(Highlight(at, start, document.text[at:start], None))
        found.append(Highlight(start, end, document.text[start:end], statement))
        at = end
    if at < len(document.text):
        found.append(Highlight(at, len(document.text), document.text[at:], None))
    return found


def usual_days(statement: DocumentStatement) -> tuple[dt.date, dt.date]:
    """Return from when to when a target of this statement would run: its period, else the year of its document."""
    days = period_days(statement.period)
    year = statement.document.issued_on.year
    return days or (dt.date(year, 1, 1), dt.date(year, 12, 31))


def usual_formula(statement: DocumentStatement) -> str:
    """Return how the real figure of such a target would be computed: land by acceptance, what does not add up as a level."""
    rate = statement.change != StatementChange.LEVEL
    if statement.unit == "亩" and not rate:
        return "freed_mu"
    return "reported" if rule_for(statement.unit, growth=rate) == BreakdownRule.SUM else "reported_level"


def may_confirm(user: Any) -> bool:
    """Whether somebody decides about statements."""
    return has_right(user, Right.MAKE_TARGETS)


def referred_documents() -> set[str]:
    """Paths of all files that some document refers to."""
    return set(Document.objects.values_list("path", flat=True))
