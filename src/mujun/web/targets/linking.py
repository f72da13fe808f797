"""The statements of all documents as the table that the linking rules read."""

from __future__ import annotations

import functools

import pandas as pd

from mujun.rulebook.targets.terms import Terms, load_terms
from mujun.targets.linking import link
from mujun.web.targets.actions.links import FoundLink
from mujun.web.targets.models import DocumentState, DocumentStatement, StatementState

COLUMNS = ("pk", "document", "metric", "unit", "change", "scope", "section")


@functools.cache
def terms() -> Terms:
    """The terms that come along."""
    return load_terms()


def found_links() -> list[FoundLink]:
    """Return every pair of statements, of different documents, that the rules hold for the same metric or nearly so."""
    rows = DocumentStatement.objects.exclude(state=StatementState.REFUSED).exclude(
        document__state=DocumentState.WITHDRAWN
    )
    rows = rows.exclude(gone=True, state=StatementState.PROPOSED).order_by("pk")
    table = pd.DataFrame(list(rows.values_list(*COLUMNS)), columns=list(COLUMNS)).set_index("pk")
    pairs = link(table, terms())
    return [
        FoundLink(int(first), int(second), str(verdict), float(score), str(why))
        for first, second, verdict, score, why in zip(
            *(pairs[name].tolist() for name in ("first", "second", "verdict", "score", "why")), strict=True
        )
    ]
