"""Everything that changes cases, their lists, their calendar and what was told of them."""

from mujun.web.cases.actions.acting import act, attach, do_event, rate, reopen
from mujun.web.cases.actions.alerts import see_alerts
from mujun.web.cases.actions.days import set_holidays
from mujun.web.cases.actions.deductions import note_deduction
from mujun.web.cases.actions.held import held_case
from mujun.web.cases.actions.lists import put_in_force, put_out_of_force, take_in_lists, upload_list
from mujun.web.cases.actions.matters import change_matter, group_cases
from mujun.web.cases.actions.raising import begin_case, raise_case

__all__ = [
    "act",
    "attach",
    "begin_case",
    "change_matter",
    "do_event",
    "group_cases",
    "held_case",
    "note_deduction",
    "put_in_force",
    "put_out_of_force",
    "raise_case",
    "rate",
    "reopen",
    "see_alerts",
    "set_holidays",
    "take_in_lists",
    "upload_list",
]
