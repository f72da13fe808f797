"""What other apps ask of findings: which published runs rest on a revision, which run follows an objection."""

from __future__ import annotations

from django.utils.translation import gettext as _

from mujun.web.evaluations.models import RunState
from mujun.web.evaluations.objections import following
from mujun.web.findings.actions import follow_objection
from mujun.web.findings.models import FindingsRun
from mujun.web.register import imports
from mujun.web.register.models import Revision


def published_findings_on(revision: Revision) -> list[str]:
    """Return one sentence per published findings run whose register already held ``revision``."""
    runs = FindingsRun.objects.filter(state=RunState.PUBLISHED, revision__gte=revision.pk).order_by("year", "rule_name")
    return [
        _("已发布的低效用地认定“{rules}”{year}年用到了它").format(rules=run.rule_name, year=run.year) for run in runs
    ]


def connect() -> None:
    """Let the others ask."""
    if published_findings_on not in imports.dependants:
        imports.dependants.append(published_findings_on)
    if follow_objection not in following.FOLLOWERS:
        following.FOLLOWERS.append(follow_objection)
