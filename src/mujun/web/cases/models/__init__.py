"""Tables of the loops: definitions, cases with parts, clocks and ratings, their trail, files and alerts."""

from mujun.web.cases.models.case import Case, CaseClock, CasePart, CaseRating, CaseWord, Matter, MatterState
from mujun.web.cases.models.lists import DayMoved, ListVersion, Serial
from mujun.web.cases.models.trail import AlertSeen, CaseAlert, CaseEntry, CaseFile, Deducted, DeductionLevel

__all__ = [
    "AlertSeen",
    "Case",
    "CaseAlert",
    "CaseClock",
    "CaseEntry",
    "CaseFile",
    "CasePart",
    "CaseRating",
    "CaseWord",
    "DayMoved",
    "Deducted",
    "DeductionLevel",
    "ListVersion",
    "Matter",
    "MatterState",
    "Serial",
]
