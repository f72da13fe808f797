"""Cleaning: raw text of a page → simplified text fit for rules, with a map back to each raw character."""

from __future__ import annotations

from mujun.targets.cleaning.clean_text import Block, BlockKind, CleanText
from mujun.targets.cleaning.page import clean

__all__ = ["Block", "BlockKind", "CleanText", "clean"]
