"""Cases that are about a record of another app, which follows what becomes of them. An app registers in ``ready``::

register(Subject("objection", _("异议请在算账单里提出。"), follow=follow_case, address=address_of))
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from mujun.web.cases.models import Case, CaseEntry
from mujun.web.people.rights import Scope


@dataclasses.dataclass(frozen=True, slots=True)
class Subject:
    """``raised_where`` says where such a case is raised; ``follow(case, entry, by=)`` is called inside each act.

    ``address`` gives the page of the record, or nothing. ``hidden``: the fields of the case whose values the page of the
    record keeps from a scope.
    """

    list_name: str
    raised_where: Any
    follow: Callable[..., None]
    address: Callable[[Case], str]
    hidden: Callable[[Case, Scope], frozenset[str]] = lambda case, scope: frozenset()


SUBJECTS: dict[str, Subject] = {}
"""Every list whose cases have a record elsewhere."""


def register(subject: Subject) -> None:
    """Make a subject known."""
    SUBJECTS[subject.list_name] = subject


def follow(case: Case, entry: CaseEntry, *, by: Any) -> None:
    """Let the record that a case is about follow it (inside the act)."""
    subject = SUBJECTS.get(case.list_name)
    if subject is not None:
        subject.follow(case, entry, by=by)


def address_of(case: Case) -> str:
    """Return the page of the record that a case is about; empty where it stands alone."""
    subject = SUBJECTS.get(case.list_name)
    return subject.address(case) if subject is not None else ""


def hidden_fields(case: Case, scope: Scope) -> frozenset[str]:
    """Return the fields of a case whose values its record keeps from ``scope``."""
    subject = SUBJECTS.get(case.list_name)
    return subject.hidden(case, scope) if subject is not None else frozenset()
