"""Files of cases."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from mujun.web.cases.models import CaseFile
from mujun.web.cases.queries.hiding import shown_files
from mujun.web.cases.queries.scope import cases_in_scope


def files_in_scope(user: Any) -> QuerySet[CaseFile]:
    """The files that ``user`` may see of the cases inside the scope."""
    rows = CaseFile.objects.filter(case__in=cases_in_scope(user).values("pk")).select_related("by")
    return shown_files(rows, user)


def referred_files() -> set[str]:
    """Paths of all files that some case refers to."""
    return set(CaseFile.objects.values_list("path", flat=True))
