"""mujun (亩均): a county's land, firms, grades and renewal in one register."""

__version__ = "0.1.0"
