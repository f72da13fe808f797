"""The figures that the index of a list may name."""

from __future__ import annotations

COUNTS: dict[str, str] = {
    "total": "事项总数",
    "open": "在办数",
    "due": "已到期数（含已销号）",
    "closed": "销号数",
    "closed_on_time": "按期销号数",
    "overdue": "在办逾期数",
    "reopened": "重新打开数",
    "cannot_solve": "暂不能解决数",
    "repeats": "同因重复数（同一原因第二件起）",
    "rated": "已评价数",
    "stars": "评价星数合计",
    "escalations": "督办次数",
    "deductions_own": "本级履职扣分",
    "deductions_supervised": "下级履职扣分",
}
"""Name → label. The caller counts them; a figure it does not give counts as nothing, and so does what needs it."""
