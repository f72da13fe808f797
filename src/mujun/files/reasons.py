"""Defects as the sentences that stand beside the cells of a returned file."""

from __future__ import annotations

from collections.abc import Sequence

from mujun.base.defects import Defect, Severity
from mujun.files.headings import OWN_HEADING

PROBLEM, SUMMARY = OWN_HEADING, "问题汇总"
SEVERITIES = {
    Severity.STOPS: "无法评价", Severity.ERROR: "错误", Severity.WARNING: "请核对", Severity.NOTICE: "提示",
}  # fmt: skip


def reason(defect: Defect) -> str:
    """Return one defect as a sentence with its severity and its mend."""
    return f"【{SEVERITIES[defect.severity]}】{defect.message}{defect.mend}"


def by_row(defects: Sequence[Defect]) -> dict[int, list[Defect]]:
    """Return the defects of each row that has some."""
    rows: dict[int, list[Defect]] = {}
    for defect in defects:
        if defect.row is not None:
            rows.setdefault(defect.row, []).append(defect)
    return rows


def row_reasons(defects: Sequence[Defect]) -> str:
    """Return the reasons of one row, each once, the gravest first, with the cell before it."""
    return "\n".join(dict.fromkeys(f"{defect.cell if defect.column else ''}{reason(defect)}" for defect in defects))
