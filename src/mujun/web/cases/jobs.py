"""What runs in the background: the sweep and the folder of lists each minute, the reckoning after days set late."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from mujun.web.cases.actions.lists import take_in_lists
from mujun.web.cases.sweeping import reckon_all, sweep_all
from mujun.web.register.jobs import Course, job
from mujun.web.register.periodic import periodic

EVERY_SECONDS = 60


@periodic("cases.sweep", EVERY_SECONDS)
def sweep_each_minute() -> None:
    """Tell what is due."""
    sweep_all()


@periodic("cases.lists", EVERY_SECONDS)
def take_in_each_minute() -> None:
    """Take in lists that were put into the county's folder: work of its own, so that none of them stops a reminder."""
    take_in_lists(by=None)


@job("cases.sweep", gettext_lazy("核对时限、发出提醒"))
def sweep_now(course: Course) -> dict[str, Any]:
    """Tell what is due, started by hand."""
    return {"alerts": sweep_all(course=course)}


@job("cases.reckon", gettext_lazy("按新的上班日重算时限"))
def reckon(course: Course) -> dict[str, Any]:
    """Compute what is due anew, then tell what is due by now."""
    clocks = reckon_all(course)
    return {"clocks": clocks, "alerts": sweep_all(course=course)}
