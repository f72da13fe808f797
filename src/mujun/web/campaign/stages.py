"""The order of the stages: where a block stands, and what may be said of a stage. Pure: no database, no clock."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.web.campaign.models import Decision, DecisionKind, Stage, StageRecord

ORDER = tuple(Stage)


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """One stage of one block: the days that hold now, the record that says so, and the decision that skips it."""

    stage: Stage
    planned_on: dt.date | None = None
    real_on: dt.date | None = None
    record: StageRecord | None = None
    skipped: Decision | None = None

    @property
    def done(self) -> bool:
        """Whether the next stage may follow."""
        return self.real_on is not None or self.skipped is not None

    def late(self, today: dt.date) -> bool:
        """Whether the planned day is over and the stage is not done."""
        return not self.done and self.planned_on is not None and self.planned_on < today

    def days_late(self, today: dt.date) -> int:
        """How many days late it is, or was when it was done; negative is early, 0 without a plan."""
        if self.planned_on is None or self.skipped is not None:
            return 0
        return ((self.real_on or today) - self.planned_on).days


def standings(records: Iterable[StageRecord], decisions: Iterable[Decision] = ()) -> list[Standing]:
    """Return the ten stages of one block; the newest record of a stage says what holds (``records`` in their order)."""
    newest = {record.stage: record for record in records}
    skipped = {decision.stage: decision for decision in decisions if decision.kind == DecisionKind.SKIP}
    found = []
    for stage in ORDER:
        record = newest.get(stage)
        days = (record.planned_on, record.real_on) if record is not None else (None, None)
        found.append(Standing(stage, *days, record, skipped.get(stage)))
    return found


def current(held: Sequence[Standing]) -> Standing | None:
    """The first stage that is not done; None where all are."""
    return next((one for one in held if not one.done), None)


def check_real(
    held: Sequence[Standing], stage: Stage, day: dt.date, today: dt.date, *, unsigned: int, refusing: int, decided: bool
) -> None:
    """Refuse a real ``day`` that the order of stages does not allow.

    ``unsigned`` parties have not signed (of them ``refusing`` say no); ``decided``: a leader decided to go on anyway.
    """
    if day > today:
        raise Refused(_("实际日期不能晚于今天（{today}）。").format(today=today))
    place = ORDER.index(stage)
    if held[place].skipped is not None:
        raise Refused(_("“{stage}”已由领导决定跳过，不再记录完成日期。").format(stage=stage.label))
    missing = next((one for one in held[:place] if not one.done), None)
    if missing is not None:
        raise Refused(
            _("“{stage}”要等“{missing}”完成。").format(stage=stage.label, missing=missing.stage.label),
            next_step=_("请先记录“{missing}”；确需跳过的，由领导在区块页面作出决定并附文件。").format(
                missing=missing.stage.label
            ),
        )
    _check_neighbours(held, place, day)
    if stage == Stage.SIGN and unsigned and not decided:
        raise Refused(
            _("还有 {unsigned} 户没有签约，其中 {refusing} 户不同意。").format(unsigned=unsigned, refusing=refusing),
            next_step=_("请继续协商并登记意愿；确需先行推进的，由领导在区块页面作出决定并附文件。"),
        )


def _check_neighbours(held: Sequence[Standing], place: int, day: dt.date) -> None:
    before = next((one for one in reversed(held[:place]) if one.real_on is not None), None)
    if before is not None and before.real_on is not None and day < before.real_on:
        raise Refused(
            _("“{stage}”不能早于“{other}”（{day}）。").format(
                stage=held[place].stage.label, other=before.stage.label, day=before.real_on
            )
        )
    after = next((one for one in held[place + 1 :] if one.real_on is not None), None)
    if after is not None and after.real_on is not None and day > after.real_on:
        raise Refused(
            _("“{stage}”不能晚于“{other}”（{day}）。").format(
                stage=held[place].stage.label, other=after.stage.label, day=after.real_on
            )
        )


def check_withdrawal(held: Sequence[Standing], stage: Stage) -> None:
    """Refuse to take back a stage on which later ones rest."""
    place = ORDER.index(stage)
    after = next((one for one in held[place + 1 :] if one.real_on is not None), None)
    if after is not None:
        raise Refused(
            _("“{other}”已经完成，不能撤回它之前的“{stage}”。").format(other=after.stage.label, stage=stage.label),
            next_step=_("请从最后完成的阶段开始撤回。"),
        )


def check_plan(held: Sequence[Standing], planned: Mapping[Stage, dt.date | None]) -> None:
    """Refuse planned days out of order, and a new plan for what is already done: lateness is not planned away."""
    last: tuple[Stage, dt.date] | None = None
    for one in held:
        day = planned.get(one.stage, one.planned_on)
        if day != one.planned_on and one.done:
            raise Refused(_("“{stage}”已经完成或跳过，计划日期不能再改。").format(stage=one.stage.label))
        if day is None:
            continue
        if last is not None and day < last[1]:
            raise Refused(
                _("“{stage}”的计划日期（{day}）早于“{other}”（{before}）。").format(
                    stage=one.stage.label, day=day, other=last[0].label, before=last[1]
                )
            )
        last = (one.stage, day)
