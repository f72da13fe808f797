"""What of a case is kept from who looks: protected amounts, and from the firm it is about who reported it."""

from __future__ import annotations

import copy
import dataclasses
from typing import Any

from django.db.models import F, Q, QuerySet

from mujun.cases.definition import Definition
from mujun.cases.engine import RAISE
from mujun.web.cases.models import Case, CaseEntry, CaseFile
from mujun.web.cases.subjects import hidden_fields
from mujun.web.people.rights import Role, scope_of

HIDDEN = "●●●"
REPORTER, ATTACH = "raiser", "attach"
TELLS_AMOUNTS = frozenset({"tax_paid"})
"""Proofs whose sentence tells a protected amount of the register."""


@dataclasses.dataclass(frozen=True, slots=True)
class Hiding:
    """``fields``: their values are hidden; ``amounts``: no sentence that tells amounts; ``reporter``: nor who reported."""

    fields: frozenset[str]
    amounts: bool
    reporter: bool


def hiding_for(user: Any, case: Case) -> Hiding:
    """What of ``case`` is kept from ``user`` (at most one query; the raiser is read with the case)."""
    scope = scope_of(user)
    return Hiding(hidden_fields(case, scope), not scope.amounts, _reported_by_another(user, case))


def _reported_by_another(user: Any, case: Case) -> bool:
    if user.role != Role.FIRM or case.raiser_id == user.pk:
        return False
    return not (case.raiser.role == Role.FIRM and case.raiser.firm_id == user.firm_id)


def unnamed(case: Case, entry: CaseEntry, hiding: Hiding) -> bool:
    """Whether a line would tell who reported the case: the first one, what was done as its raiser, or added by that one."""
    added = entry.action == ATTACH and entry.by_id == case.raiser_id
    return hiding.reporter and (entry.action == RAISE or entry.role == REPORTER or added)


def shown_entry(case: Case, definition: Definition, entry: CaseEntry, hiding: Hiding) -> CaseEntry:
    """Return a line of the trail as it may be shown; the line that was given stays as it is."""
    shown = copy.copy(entry)
    if unnamed(case, entry, hiding):
        shown.by, shown.unit, shown.role, shown.reason, shown.evidence = None, "", REPORTER, "", []
    if entry.proof and _tells_amounts(definition, entry, hiding):
        shown.proof = HIDDEN
    return shown


def _tells_amounts(definition: Definition, entry: CaseEntry, hiding: Hiding) -> bool:
    """The proof of a case with hidden values may repeat them, whichever it is."""
    if hiding.fields:
        return True
    moves = (*definition.transitions, *(definition.parts.transitions if definition.parts else ()))
    proofs = {move.needs.proof for move in moves if move.key == entry.action}
    return hiding.amounts and bool(proofs & TELLS_AMOUNTS)


def shown_files(files: QuerySet[CaseFile], user: Any) -> QuerySet[CaseFile]:
    """Keep what ``user`` may open: a letter or photograph of who reported a firm would tell the firm who it was."""
    if user.role != Role.FIRM:
        return files
    own = Q(case__raiser=user) | Q(case__raiser__role=Role.FIRM, case__raiser__firm_id=user.firm_id)
    added = Q(entry__action=ATTACH, entry__by=F("case__raiser"))
    return files.filter(own | ~(Q(entry__action=RAISE) | Q(entry__role=REPORTER) | added))
