"""About sixty kinds of defects, each several times, planted in the files of the demonstration county."""

from __future__ import annotations

from mujun.demo.planting import cells, codes, duplicates, figures, geometry, land, linking, marks, tenure
from mujun.demo.planting.field import Field


def plant_all(field: Field) -> None:
    """Plant every kind; those that need rare rows come first."""
    for part in (codes, marks, land, geometry, tenure, linking, figures, duplicates, cells):
        for plant in part.KINDS:
            plant(field)
