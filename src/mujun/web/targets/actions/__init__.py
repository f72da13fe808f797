"""Everything that changes the ledger."""

from mujun.web.targets.actions.documents import (
    change_document,
    keep_reading,
    note_unreadable,
    read_again,
    take_in_document,
    withdraw_document,
)
from mujun.web.targets.actions.links import FoundLink, decide_link, keep_links
from mujun.web.targets.actions.orders import close_order, issue_order, reply_order, return_order
from mujun.web.targets.actions.parts import PartTerms, break_down
from mujun.web.targets.actions.reports import report_month
from mujun.web.targets.actions.statements import (
    add_statement,
    confirm_statement,
    confirm_statements,
    mend_statement,
    refuse_statement,
    reopen_statement,
)
from mujun.web.targets.actions.targets import (
    Terms,
    change_target,
    close_target,
    make_target,
    reopen_target,
    set_formula,
    sign_target,
    withdraw_target,
)

__all__ = [
    "FoundLink",
    "PartTerms",
    "Terms",
    "add_statement",
    "break_down",
    "change_document",
    "change_target",
    "close_order",
    "close_target",
    "confirm_statement",
    "confirm_statements",
    "decide_link",
    "issue_order",
    "keep_links",
    "keep_reading",
    "make_target",
    "mend_statement",
    "note_unreadable",
    "read_again",
    "refuse_statement",
    "reopen_statement",
    "reopen_target",
    "reply_order",
    "report_month",
    "return_order",
    "set_formula",
    "sign_target",
    "take_in_document",
    "withdraw_document",
    "withdraw_target",
]
