"""From text to statements: numbers, their units, bounds and kinds. The rules are data (``mujun/rules/targets``)."""

from __future__ import annotations

from mujun.targets.extraction.extraction import extract, extract_clean

__all__ = ["extract", "extract_clean"]
