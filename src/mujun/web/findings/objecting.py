"""Where an objection to a finding goes, and which of its cells may be objected to."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from mujun.web.evaluations.models import RunState
from mujun.web.evaluations.objections.queries import Window, moment
from mujun.web.findings.models import Finding


def window_for_finding(finding: Finding, now: dt.datetime | None = None) -> Window:
    """Whether objections to ``finding`` are taken at ``now``: while its run counts and its time is not over."""
    now = now or timezone.now()
    run = finding.run
    until = run.objections_until
    if run.state != RunState.PUBLISHED or until is None:
        return Window(False, _("这次认定不是现行结果，不能对它提出异议。"), finding=finding)
    if now >= until:
        sentence = _("异议期已于 {time} 结束，逾期不再受理异议。").format(time=moment(until))
        return Window(False, sentence, finding=finding, ends=until)
    return Window(True, "", finding=finding, ends=until)
