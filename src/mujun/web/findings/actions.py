"""The life of a findings run: drafted, rehearsed, signed, superseded. Rows are written once and never changed."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from mujun.base.errors import Refused, RuleError
from mujun.rulebook.findings.load import load_findings_rules, parse_findings_rules, shipped_findings
from mujun.web.audit.actions import action, record
from mujun.web.evaluations.life.actions import Life
from mujun.web.evaluations.models import Objection, Run, RunState
from mujun.web.findings.models import Finding, FindingsRuleSet, FindingsRun
from mujun.web.findings.queries import published_run
from mujun.web.frozen import FINDINGS
from mujun.web.register.actions.progress import start_job
from mujun.web.register.models import JobProgress

BATCH = 1_000
LONGEST_TEXT = 1_000_000


def import_shipped_findings(*, by: Any) -> int:
    """Keep every shipped findings rule set that is not kept yet (also after an upgrade); return how many were new."""
    held = set(FindingsRuleSet.objects.filter(shipped=True).values_list("digest", flat=True))
    new = [rules for rules in map(load_findings_rules, shipped_findings()) if rules.digest not in held]
    for rules in new:
        _keep(rules.name, rules.title, rules.text, [], shipped=True, by=by)
    return len(new)


def upload_findings_rules(text: str, file_name: str, *, by: Any) -> FindingsRuleSet:
    """Keep a county's own findings rules. A text with faults is kept too, marked unusable, so that nothing is lost."""
    if not text.strip() or "\x00" in text or len(text) > LONGEST_TEXT:
        raise Refused(_("规则文件是空的、过长，或不是文本文件。"), next_step=_("请选择写好的 YAML 文件。"))
    try:
        rules = parse_findings_rules(text, file_name)
    except RuleError as error:
        return _keep(file_name.rsplit(".", 1)[0] or "未命名", file_name, text, error.faults, shipped=False, by=by)
    return _keep(rules.name, rules.title, text, [], shipped=False, by=by)


@action
def _keep(name: str, title: str, text: str, faults: list[str], *, shipped: bool, by: Any) -> FindingsRuleSet:
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
    values = {"title": title[:200], "text": text, "valid": not faults, "faults": faults, "shipped": shipped, "by": by}
    version, new = FindingsRuleSet.objects.get_or_create(name=name[:80], digest=digest, defaults=values)
    if version.valid == bool(faults):  # the same text, judged by a newer program
        version.valid, version.faults = not faults, faults
        version.save(update_fields=["valid", "faults"])
    what = "findings.rules_taken_in" if new else "findings.rules_taken_in_again"
    record(what, by=by, about=f"findings_rules:{version.pk}", name=version.name, digest=digest, faults=len(faults))
    return version


LIFE = Life(FindingsRun, "findings", lambda: pgettext("run", "认定"), FINDINGS)


@action
def draft_findings(
    rules: FindingsRuleSet, year: int, revision: int, grades: Run | None, note: str = "", *, by: Any
) -> FindingsRun:
    """Fix what will be computed (rule set version, year, revision, grades) and queue the rehearsal."""
    if not rules.valid:
        raise Refused(
            _("规则集 {name} 没有通过检查，不能用于认定。").format(name=rules.name),
            next_step=_("请按提示修改后重新上传。"),
        )
    if revision < 1:
        raise Refused(_("登记数据还是空的，不能认定。"), next_step=_("请先导入数据。"))
    if grades is not None and grades.state not in (RunState.PUBLISHED, RunState.SUPERSEDED):
        raise Refused(_("评价 #{pk} 没有发布，不能作为认定的依据。").format(pk=grades.pk))
    run = FindingsRun.objects.create(
        rules=rules, rule_name=rules.name, year=year, revision=revision, grades=grades, note=note[:200], by=by
    )
    LIFE.record("drafted", run.pk, by=by, rules=rules.name, digest=rules.digest, year=year, revision=revision,
                grades=grades.pk if grades else None)  # fmt: skip
    _queue(run, by=by)
    return run


def _queue(run: FindingsRun, *, by: Any) -> None:
    start_job(
        "rehearse_findings", title=f"试算 {run.year} 年低效用地认定（{run.rule_name}）", about=f"findings:{run.pk}",
        url=f"/findings/runs/{run.pk}/", arguments={"run": run.pk}, by=by,
    )  # fmt: skip


@action
def rehearse_findings_again(pk: int, *, by: Any) -> FindingsRun:
    """Queue a draft again that could not be computed."""
    run: FindingsRun = LIFE.tried_again(pk)
    _queue(run, by=by)
    return run


@dataclasses.dataclass(slots=True)
class Rehearsal:
    """What computing a run gave: the frozen folder, rows (not yet saved), what is counted, what differs from before."""

    folder: str
    digests: dict[str, str]
    rows: Sequence[Finding]
    digest: str
    code_version: str
    summary: dict[str, Any]
    changes: dict[str, Any]
    previous: int | None


@action
def keep_findings(pk: int, rehearsal: Rehearsal, *, by: Any) -> FindingsRun:
    """Store a computed run wholly. A second rehearsal of the same draft is refused."""
    run: FindingsRun = LIFE.draft(pk)
    Finding.objects.bulk_create(rehearsal.rows, batch_size=BATCH)
    run.state, run.problem, run.rehearsed_at = RunState.REHEARSED, "", timezone.now()
    run.folder, run.digests = rehearsal.folder, rehearsal.digests
    run.digest, run.code_version = rehearsal.digest, rehearsal.code_version
    run.summary, run.changes, run.previous_id = rehearsal.summary, rehearsal.changes, rehearsal.previous
    run.save()
    LIFE.record("rehearsed", pk, by=by, digest=run.digest, found=run.summary.get("found", 0))
    return run


@action
def note_findings_problem(pk: int, sentence: str, *, by: Any) -> None:
    """Keep why a draft could not be computed."""
    LIFE.fail(pk, sentence, by=by)


@action
def publish_findings(pk: int, objections_until: dt.datetime, *, by: Any) -> FindingsRun:
    """Sign a rehearsed run (see :meth:`Life.publish`); it may be objected to until ``objections_until``."""
    if objections_until <= timezone.now():
        raise Refused(_("异议截止时间已经过去。"), next_step=_("请给企业和镇街留出提出异议的时间。"))
    run: FindingsRun = LIFE.publish(
        pk, lambda run: published_run(run.year, run.rule_name), by=by, objections_until=objections_until
    )
    LIFE.record("published", pk, by=by, digest=run.digest, until=objections_until.isoformat())
    return run


@action
def discard_findings(pk: int, *, by: Any) -> None:
    """Give a draft or a rehearsal up; what was published is never discarded."""
    LIFE.discard(pk, lambda run: (Finding.objects.filter(run=run),), by=by)


def queue_findings_replay(pk: int, *, by: Any) -> JobProgress:
    """Queue a replay of the frozen folder of a run."""
    return LIFE.queue_replay(pk, "replay_findings", f"/findings/runs/{pk}/", by=by)


@action
def note_findings_replay(pk: int, differing: list[str], *, by: Any) -> None:
    """Keep the answer of a replay: what did not come out byte for byte."""
    LIFE.note_replay(pk, differing, by=by)


def follow_objection(objection: Objection, *, by: Any) -> FindingsRun | None:
    """Draft the run that follows an accepted objection; call it inside the action that accepts.

    An unsigned run that follows from earlier objections is given up for the new one, which holds all of them.
    """
    base = objection.finding_run
    if base is None or objection.revision is None:
        return None
    note = f"采纳异议 #{objection.pk} 后重算"
    run = draft_findings(base.rules, base.year, objection.revision, base.grades, note, by=by)
    waiting = FindingsRun.objects.filter(
        state__in=(RunState.DRAFT, RunState.REHEARSED), year=base.year, rule_name=base.rule_name,
        from_objections__isnull=False,
    ).distinct()  # fmt: skip
    for earlier in waiting:
        Objection.objects.filter(new_finding_run=earlier).update(new_finding_run=run)
        discard_findings(earlier.pk, by=by)
    objection.new_finding_run = run
    return run
