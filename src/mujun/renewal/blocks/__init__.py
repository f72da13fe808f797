"""Blocks of touching parcels: a problem is built, checked, compiled and solved; every plan comes with a proven bound."""

from mujun.renewal.blocks.solve import Progress, solve

__all__ = ["Progress", "solve"]
