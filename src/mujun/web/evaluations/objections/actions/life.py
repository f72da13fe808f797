"""The life of an objection: filed inside the notice window, reviewed, accepted (the cell is corrected) or rejected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.cases.state import Event
from mujun.web.audit.actions import action, record
from mujun.web.cases.actions import do_event
from mujun.web.cases.models import Case
from mujun.web.evaluations.models import OPEN_STATES, Objection, Run, RunState
from mujun.web.evaluations.objections import documents
from mujun.web.evaluations.objections.actions.handling import begin_objection_case
from mujun.web.evaluations.objections.cells import Cell, find_cell, is_behind, is_of_firm
from mujun.web.evaluations.objections.following import FOLLOWERS
from mujun.web.evaluations.objections.queries import Window, open_objections_of
from mujun.web.evaluations.runs.actions import discard_run, draft_run
from mujun.web.register.actions.corrections import correct_cell


def file_objection(
    window: Window,
    firm_id: str,
    firm_name: str,
    town: str,
    *,
    table: str,
    key: Sequence[str],
    column: str,
    claimed: str,
    text: str,
    upload: UploadedFile[Any] | None,
    by: Any,
) -> Objection:
    """Object to one cell. Refused outside the window, to a cell of others, without a reason or without a document."""
    if not window.open:
        raise Refused(window.sentence, next_step=_("如数据确有错误，请联系所在镇街或评价办公室。"))
    cell = find_cell(table, key, column)
    _check_concerned(window, cell, firm_id)
    value = cell.read(claimed)
    if value == cell.held:
        raise Refused(_("主张值与现值相同（{held}），没有可更正的内容。").format(held=cell.held or _("空")))
    if not text.strip():
        raise Refused(_("请写明理由。"))
    if upload is None:
        raise Refused(_("请上传证明材料（例如加盖公章的说明、完税证明）。"))
    document = documents.keep(upload)
    return _file(window, firm_id, firm_name, town, cell, value, text, document, by=by)


def _check_concerned(window: Window, cell: Cell, firm_id: str) -> None:
    """A cell behind a finding concerns all who may see the finding; any other must be the firm's own."""
    if window.finding is None:
        if not is_of_firm(cell, firm_id):
            raise Refused(_("这一行数据不属于该企业，不能提出异议。"))
    elif not is_behind(window.finding, cell.table, cell.key, cell.column.name):
        raise Refused(_("这项认定没有用到这个数。"), next_step=_("请在宗地卡片的认定依据中点击有疑问的数。"))


@action
def _file(
    window: Window,
    firm_id: str,
    firm_name: str,
    town: str,
    cell: Cell,
    value: str,
    text: str,
    document: documents.Document,
    *,
    by: Any,
) -> Objection:
    if open_objections_of(firm_id, cell.table, cell.column.name).filter(key=list(cell.key)).exists():
        raise Refused(
            _("对这一项数据已经提出过异议，正在处理。"), next_step=_("请在“异议”页面查看进度，或先撤回再重新提出。")
        )
    objection = Objection.objects.create(
        firm_id=firm_id,
        firm_name=firm_name[:200],
        town=town[:60],
        run=window.run,
        area_notice=window.area_notice,
        finding_run=window.finding.run if window.finding else None,
        parcel_id=window.finding.parcel_id if window.finding else "",
        criterion=window.finding.criterion if window.finding else "",
        table=cell.table,
        key=list(cell.key),
        column=cell.column.name,
        current=cell.held[:200],
        claimed=value[:200],
        text=text.strip(),
        document=document.path,
        document_name=document.name,
        document_digest=document.digest,
        filed_by=by,
    )
    about = f"objection:{objection.pk}"
    record("objection.filed", by=by, about=about, firm=firm_id, cell=cell.label, before=cell.held, claimed=value)
    objection.case = begin_objection_case(objection, by=by)
    objection.save(update_fields=["case"])
    return objection


def _open(pk: int) -> Objection:
    objection = Objection.objects.select_for_update().filter(pk=pk).first()
    if objection is None:
        raise Refused(_("没有编号为 {pk} 的异议。").format(pk=pk))
    if objection.state not in OPEN_STATES:
        raise Refused(_("异议 #{pk} 已经是“{state}”，不能再处理。").format(pk=pk, state=objection.get_state_display()))
    return objection


def _move(objection: Objection, event: Event, *, by: Any) -> Objection:
    """Move the case of an objection on; the objection follows it (:mod:`mujun.web.evaluations.objections.handling`)."""
    assert objection.case_id is not None
    case = Case.objects.select_for_update(of=("self",)).select_related("version").get(pk=objection.case_id)
    do_event(case, event, by=by)
    objection.refresh_from_db()
    return objection


@action
def take_up_objection(pk: int, *, by: Any) -> Objection:
    """Begin the review, so that the firm sees that somebody is at it."""
    return _move(_open(pk), Event("take_up"), by=by)


@action
def withdraw_objection(pk: int, *, by: Any) -> Objection:
    """The firm takes its objection back."""
    return _move(_open(pk), Event("withdraw"), by=by)


@action
def reject_objection(pk: int, reason: str, *, by: Any) -> Objection:
    """Leave the cell as it is, with a reason that the firm reads."""
    if not reason.strip():
        raise Refused(_("不予采纳必须写明理由，企业会看到。"))
    return _move(_open(pk), Event("reject", reason=reason.strip()), by=by)


@action
def accept_objection(pk: int, settled: str, reason: str, *, by: Any) -> Any:
    """Correct the cell to ``settled`` and draft the run that follows; return it (None for an area notice).

    An objection to a grade is followed by an evaluation, one to a finding by a findings run.

    An unsigned run that follows from earlier objections is given up for the new one, which holds all of them.
    """
    if not reason.strip():
        raise Refused(_("采纳异议必须写明理由，更正记录会长期保留。"))
    objection = _open(pk)
    cell = find_cell(objection.table, objection.key, objection.column)
    value = cell.read(settled)
    if value == cell.held:
        raise Refused(
            _("核定值与登记的现值相同（{held}），没有更正任何数据。").format(held=cell.held or _("空")),
            next_step=_("若不需更正，请选择不予采纳。"),
        )
    correction = correct_cell(
        cell.table,
        cell.key,
        cell.column.name,
        value,
        reason=f"采纳异议 #{pk}：{reason.strip()}",
        document=objection.document_name,
        by=by,
    )
    objection.settled, objection.revision = value, correction.revision_id
    objection.save(update_fields=["settled", "revision"])
    _move(objection, Event("accept", reason=reason.strip(), fields={"settled": value}), by=by)
    objection.new_run = _following_run(objection, by=by)
    followed = [follow(objection, by=by) for follow in FOLLOWERS]
    objection.save()
    record(
        "objection.accepted",
        by=by,
        about=f"objection:{pk}",
        reason=objection.reason,
        firm=objection.firm_id,
        before=cell.held,
        after=objection.settled,
        revision=objection.revision,
        run=objection.new_run_id,
    )
    return objection.new_run or next((run for run in followed if run is not None), None)


def _following_run(objection: Objection, *, by: Any) -> Run | None:
    base = objection.run
    if base is None or objection.revision is None:
        return None
    run = draft_run(base.rules, base.year, objection.revision, f"采纳异议 #{objection.pk} 后重算", base.policies, by=by)
    waiting = Run.objects.filter(
        state__in=(RunState.DRAFT, RunState.REHEARSED),
        year=base.year,
        rule_name=base.rule_name,
        from_objections__isnull=False,
    ).distinct()
    for earlier in waiting:
        Objection.objects.filter(new_run=earlier).update(new_run=run)
        discard_run(earlier.pk, by=by)
    return run
