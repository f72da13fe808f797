"""Everything that changes objections."""

from mujun.web.evaluations.objections.actions.life import (
    accept_objection,
    file_objection,
    reject_objection,
    take_up_objection,
    withdraw_objection,
)

__all__ = ["accept_objection", "file_objection", "reject_objection", "take_up_objection", "withdraw_objection"]
