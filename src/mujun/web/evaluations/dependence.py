"""What the import asks of evaluations: which published runs rest on a revision, and which grade a firm holds now."""

from __future__ import annotations

from django.utils.translation import gettext as _

from mujun.web.evaluations.models import Run, RunResult, RunState
from mujun.web.register import imports
from mujun.web.register.models import Revision


def published_runs_on(revision: Revision) -> list[str]:
    """Return one sentence per published run whose register already held ``revision``."""
    runs = Run.objects.filter(state=RunState.PUBLISHED, revision__gte=revision.pk).order_by("year", "rule_name")
    return [_("已发布的评价“{rules}”{year}年用到了它").format(rules=run.rule_name, year=run.year) for run in runs]


def grades_held(firm_ids: list[str]) -> dict[str, str]:
    """Return the grade by firm in the newest published run that grades it; firms without one are left out."""
    rows = RunResult.objects.filter(run__state=RunState.PUBLISHED, firm_id__in=firm_ids).exclude(grade="")
    return dict(rows.order_by("run__year", "run__signed_at").values_list("firm_id", "grade"))


def connect() -> None:
    """Let the import ask."""
    for asked, answer in ((imports.dependants, published_runs_on), (imports.grades, grades_held)):
        if answer not in asked:
            asked.append(answer)  # type: ignore[arg-type]
