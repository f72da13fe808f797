"""Phasing (压茬推进): which parcel of a block is cleared in which period, and under which roof each workshop goes."""

from mujun.renewal.phasing.building import build_phasing, unit_periods
from mujun.renewal.phasing.outcome import PhasedPlan
from mujun.renewal.phasing.phasing import PhasingProgress, phase
from mujun.renewal.phasing.task import PhasingProblem
from mujun.renewal.phasing.terms import PhasingTerms

__all__ = ["PhasedPlan", "PhasingProblem", "PhasingProgress", "PhasingTerms", "build_phasing", "phase", "unit_periods"]
