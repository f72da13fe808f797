"""Findings (低效用地认定): which parcels meet which criterion, by which figures, and what cannot be decided."""

from mujun.renewal.findings.result import Findings, find

__all__ = ["Findings", "find"]
