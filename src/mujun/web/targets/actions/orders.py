"""Supervision orders (督办单): issued by a leader to the owner of a target that falls behind, closed with evidence."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.web.audit.actions import action, record
from mujun.web.documents import Kept
from mujun.web.targets.actions.held import held_target
from mujun.web.targets.actions.keeping import keep_evidence
from mujun.web.targets.actions.statements import alone
from mujun.web.targets.models import OrderEntry, OrderState, OrderStep, SupervisionOrder, TargetState
from mujun.web.targets.owners import may_report, who_reports

BEHIND = ("red", "yellow")
EVENTS = {OrderStep.REPLY: "order.reply", OrderStep.RETURN: "order.return", OrderStep.CLOSE: "order.close"}


@action
def issue_order(pk: int, demand: str, due_on: dt.date, *, by: Any) -> SupervisionOrder:
    """Issue an order for a target whose light is red or yellow today, to its owner; one open order per target."""
    from mujun.web.targets.queries.ledger import line_of

    target = held_target(pk, TargetState.IN_FORCE)
    today = timezone.localdate()
    light = line_of(target, today).light
    if light.colour not in BEHIND:
        raise Refused(
            _("目标 {number} 现在是{light}，不需要督办。").format(number=target.number, light=light.label),
            why=light.sentence,
        )
    if not demand.strip():
        raise Refused(_("请写明督办要求。"))
    if due_on < today:
        raise Refused(_("办理期限不能早于今天。"))
    alone(SupervisionOrder._meta.db_table)
    before = target.orders.exclude(state=OrderState.CLOSED).first()
    if before is not None:
        raise Refused(_("目标 {number} 的督办单{order}还没有销号。").format(number=target.number, order=before.number))
    order = SupervisionOrder.objects.create(
        number=_number(today.year), target=target, colour=light.colour, sentence=light.sentence,
        demand=demand.strip(), owner=target.owner, owner_unit=target.owner_unit or target.town, issued_on=today,
        due_on=due_on, by=by,
    )  # fmt: skip
    record(
        "order.issued", by=by, about=f"order:{order.pk}", number=order.number, target=target.pk, colour=light.colour,
        due_on=str(due_on),
    )  # fmt: skip
    return order


def _number(year: int) -> str:
    serial = SupervisionOrder.objects.filter(issued_on__year=year).count() + 1
    return f"督〔{year}〕{serial}号"


def reply_order(pk: int, text: str, upload: UploadedFile[Any] | None = None, *, by: Any) -> OrderEntry:
    """Answer an order as its owner, with or without evidence; to be closed it needs some."""
    if not text.strip():
        raise Refused(_("请写明办理情况。"))
    return _reply(pk, text.strip(), None if upload is None else keep_evidence(upload), by=by)


@action
def _reply(pk: int, text: str, kept: Kept | None, *, by: Any) -> OrderEntry:
    order = _held(pk)
    if by.pk != order.owner_id and not may_report(by, order.target):
        raise Refused(_("督办单{order}由{who}回复。").format(order=order.number, who=who_reports(order.target)))
    return _enter(order, OrderStep.REPLY, OrderState.REPLIED, text, kept, by=by)


@action
def return_order(pk: int, text: str, *, by: Any) -> OrderEntry:
    """Send a reply back to its owner, saying what is missing."""
    order = _held(pk)
    if order.state != OrderState.REPLIED:
        raise Refused(_("督办单{order}还没有新的回复。").format(order=order.number))
    if not text.strip():
        raise Refused(_("请写明退回的原因。"))
    return _enter(order, OrderStep.RETURN, OrderState.RETURNED, text.strip(), None, by=by)


@action
def close_order(pk: int, text: str, *, by: Any) -> OrderEntry:
    """Close an order: only after a reply that came with evidence, and never by whoever answered it.

    What came with a reply that was sent back does not count.
    """
    order = _held(pk)
    replies = order.entries.filter(step=OrderStep.REPLY)
    returned = order.entries.filter(step=OrderStep.RETURN).aggregate(last=Max("pk"))["last"] or 0
    if order.state != OrderState.REPLIED or not replies.filter(pk__gt=returned).exclude(sha256="").exists():
        raise Refused(
            _("督办单{order}还没有附佐证材料的回复，不能销号。").format(order=order.number),
            next_step=_("请责任人回复并上传佐证材料。"),
        )
    if replies.filter(by=by).exists():
        raise Refused(_("回复人不能自己销号。"))
    order.closed_on, order.closed_by = timezone.localdate(), by
    return _enter(order, OrderStep.CLOSE, OrderState.CLOSED, text.strip(), None, by=by)


def _held(pk: int) -> SupervisionOrder:
    order = SupervisionOrder.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if order is None:
        raise Refused(_("没有这份督办单。"))
    if not order.open:
        raise Refused(_("督办单{order}已经销号。").format(order=order.number))
    return order


def _enter(
    order: SupervisionOrder, step: OrderStep, state: OrderState, text: str, kept: Kept | None, *, by: Any
) -> OrderEntry:
    order.state = state
    order.save()
    file = {} if kept is None else {"path": kept.path, "name": kept.name, "sha256": kept.digest}
    entry = OrderEntry.objects.create(order=order, step=step, text=text, by=by, **file)
    record(EVENTS[step], by=by, about=f"order:{order.pk}", number=order.number, sha256=entry.sha256)
    return entry
