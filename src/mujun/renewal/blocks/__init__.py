"""Blocks of touching parcels: a problem is built, checked, compiled and solved; every plan comes with a proven bound."""

from mujun.renewal.blocks.alternatives import alternatives, difference
from mujun.renewal.blocks.front import Point, budgets_around, front
from mujun.renewal.blocks.reasons import Reasons, reasons
from mujun.renewal.blocks.solve import Progress, solve

__all__ = ["Point", "Progress", "Reasons", "alternatives", "budgets_around", "difference", "front", "reasons", "solve"]
