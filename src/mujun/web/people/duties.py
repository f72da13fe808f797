"""Open duties of a person, which have to pass to somebody else before the account is closed."""

from __future__ import annotations

import dataclasses
from typing import Any

from django.apps import apps
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _


@dataclasses.dataclass(frozen=True, slots=True)
class Duty:
    """One kind of unfinished work: rows of ``model`` whose ``owner`` is the person and whose ``state`` is open.

    ``about`` is how the log names one of them; ``column`` says where it stands.
    """

    name: str
    label: Any
    model: str
    owner: str
    states: tuple[str, ...]
    about: str
    column: str = "state"

    def open_of(self, user: Any) -> QuerySet[Any]:
        """The rows that ``user`` has to finish."""
        rows: QuerySet[Any] = apps.get_model(self.model)._default_manager.all()
        return rows.filter(**{self.owner: user, f"{self.column}__in": self.states})


DUTIES = (
    Duty("batches", _("未入库的导入批次"), "register.ImportBatch", "by", ("uploaded", "mapping", "rehearsed"), "batch"),
    Duty("runs", _("未公布的评价"), "evaluations.Run", "by", ("draft", "rehearsed"), "run"),
    Duty("findings", _("未公布的低效用地认定"), "findings.FindingsRun", "by", ("draft", "rehearsed"), "findings"),
    Duty("objections", _("未办结的异议"), "evaluations.Objection", "filed_by", ("filed", "under_review"), "objection"),
    Duty("blocks", _("牵头的整治区块"), "campaign.Block", "leader", ("open",), "block"),
    Duty("targets", _("负责的目标"), "targets.Target", "owner", ("draft", "in_force"), "target"),
    Duty(
        "orders", _("未销号的督办单"), "targets.SupervisionOrder", "owner", ("issued", "replied", "returned"), "order"
    ),
    Duty("cases", _("提出的未办结事项"), "cases.Case", "raiser", ("open", "waiting", "side"), "case", "state_kind"),
)
"""All that somebody who leaves has to hand over."""


def open_duties(user: Any) -> list[tuple[Duty, int]]:
    """The duties ``user`` has open, with their number."""
    counted = [(duty, duty.open_of(user).count()) for duty in DUTIES]
    return [(duty, number) for duty, number in counted if number]
