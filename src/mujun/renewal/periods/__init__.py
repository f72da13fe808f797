"""Blocks over several periods: chosen and ordered together, with a bound on every choice and every order."""

from mujun.renewal.periods.question import Periods
from mujun.renewal.periods.solve import Course, PeriodPlan, solve_periods

__all__ = ["Course", "PeriodPlan", "Periods", "solve_periods"]
