"""What stands behind the figure of a target: accepted land, the parts below its parts, the reports that hold."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence

from mujun.rulebook.expressions import parse
from mujun.web.campaign.models import Acceptance
from mujun.web.campaign.queries.freed import accepted_between
from mujun.web.people.rights import Scope
from mujun.web.targets.models import MonthlyReport, Target, TargetState
from mujun.web.targets.queries.ledger import LedgerLine, ledger, targets_in_scope

LAND = "freed_mu"


def accepted_land(line: LedgerLine, scope: Scope) -> list[Acceptance]:
    """Return the acceptances that the figure of freed land counts, inside ``scope``; none where it has no part in it."""
    target = line.target
    if LAND not in parse(line.formula).names:
        return []
    rows = accepted_between(target.starts_on, target.due_on, scope)
    if target.town:
        rows = rows.filter(town=target.town)
    if target.block_id is not None:
        rows = rows.filter(block=target.block_id)
    return list(rows.order_by("accepted_on", "pk"))


@dataclasses.dataclass(frozen=True, slots=True)
class Branch:
    """One target of a breakdown; ``depth`` 1 for parts, 2 for parts of parts."""

    line: LedgerLine
    depth: int


def branches(parts: Sequence[LedgerLine], scope: Scope, today: dt.date) -> list[Branch]:
    """Return the parts with all that is below them, each whole before its parts."""
    below: dict[int, list[Target]] = {}
    level = [line.target.pk for line in parts]
    while level:
        rows = list(
            targets_in_scope(scope)
            .filter(parent__in=level)
            .exclude(state=TargetState.WITHDRAWN)
            .order_by("place", "pk")
        )
        for row in rows:
            below.setdefault(row.parent_id or 0, []).append(row)
        level = [row.pk for row in rows]
    deeper = {line.target.pk: line for line in ledger([one for rows in below.values() for one in rows], today)}
    found: list[Branch] = []

    def put(line: LedgerLine, depth: int) -> None:
        found.append(Branch(line, depth))
        for row in below.get(line.target.pk, []):
            put(deeper[row.pk], depth + 1)

    for part in parts:
        put(part, 1)
    return found


@dataclasses.dataclass(frozen=True, slots=True)
class MonthReports:
    """What was reported of one month: the report that holds, and those it corrected, the oldest first."""

    month: dt.date
    holds: MonthlyReport
    before: list[MonthlyReport]


def last_reports(reports: Sequence[MonthlyReport]) -> list[MonthReports]:
    """Return the months of ``reports`` (by month and key), the newest first."""
    months: dict[dt.date, list[MonthlyReport]] = {}
    for report in reports:
        months.setdefault(report.month, []).append(report)
    return [MonthReports(month, rows[-1], rows[:-1]) for month, rows in sorted(months.items(), reverse=True)]
