"""Long work of the findings. It may be killed and begun again: what it writes is one action."""

from __future__ import annotations

from typing import Any

from mujun.base.errors import MujunError, Refused
from mujun.web.evaluations.models import RunState
from mujun.web.findings.actions import LIFE, note_findings_problem, note_findings_replay
from mujun.web.findings.models import FindingsRun
from mujun.web.findings.rehearsing import rehearse
from mujun.web.people.models import User
from mujun.web.register.jobs import Course, job


@job("rehearse_findings", "试算低效用地认定")
def rehearse_findings(course: Course, run: int) -> dict[str, Any]:
    """Compute a drafted run. One that is no draft any more is left as it is."""
    held = FindingsRun.objects.select_related("rules", "by", "grades").get(pk=run)
    if held.state == RunState.DRAFT:
        try:
            rehearse(held, by=held.by, progress=course)
        except Refused:
            raise
        except MujunError as error:
            note_findings_problem(run, str(error), by=held.by)
            raise
    return {"url": f"/findings/runs/{run}/"}


@job("replay_findings", "重算核对认定")
def replay_findings(course: Course, run: int, by: int) -> dict[str, Any]:
    """Find again from the frozen folder of a run and compare byte for byte."""
    course("由冻结的数据重算", 0, 0)
    reasons = LIFE.replay(run)
    note_findings_replay(run, reasons, by=User.objects.get(pk=by))
    return {"url": f"/findings/runs/{run}/", "same": not reasons}
