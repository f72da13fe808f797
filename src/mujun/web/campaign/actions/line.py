"""The answer to "am I inside the line?" is kept: who asked, about which parcel, and what was said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mujun.web.audit.actions import action, record
from mujun.web.campaign.queries.line import Answer


@action
def log_line_question(answers: Sequence[Answer], *, asked: str, by: Any) -> None:
    """Note one answer per parcel in one event."""
    said = [
        {
            "parcel": one.parcel_id, "inside": one.inside, "block": one.block.number if one.block else None,
            "basis": one.block.basis if one.block else None, "since": str(one.since) if one.since else None,
        }
        for one in answers
    ]  # fmt: skip
    about = f"firm:{by.firm_id}" if by.firm_id else "line:question"
    day = str(answers[0].day) if answers else None
    record("line.asked", by=by, about=about, asked=asked[:100], day=day, answers=said)
