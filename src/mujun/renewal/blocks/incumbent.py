"""The best plan so far."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mujun.renewal.blocks.problem import Ints
from mujun.renewal.blocks.rules import Gate


class Incumbent:
    """The best blocks found (``block`` (n,) or None) and their ``value``; -inf before the first."""

    def __init__(self, gate: Gate, least: float, on_better: Callable[[], None] | None = None) -> None:
        self.gate = gate
        self.value = -np.inf
        self.block: Ints | None = None
        self._least = least
        self._on_better = on_better

    @property
    def floor(self) -> float:
        """What is to be beaten; before the first plan, less than any plan can be worth."""
        return max(self.value, self._least)

    def keep(self, block: Ints) -> bool:
        """Keep ``block`` if it is worth more than the best so far and keeps every term; return whether it was kept."""
        value = self.gate.worth(block)
        if value <= self.value or not self.gate.keeps(block):
            return False
        numbers, again = np.unique(block[block >= 0], return_inverse=True)
        kept = np.full(len(block), -1, dtype=np.int64)
        kept[block >= 0] = again.reshape(-1) if len(numbers) else 0
        self.value, self.block = value, kept
        if self._on_better is not None:
            self._on_better()
        return True

    def could_be_better(self, taken: Ints) -> bool:
        """Whether a taken set (n,) keeps what does not depend on how it is parted, and is worth more than the best."""
        return self.gate.could_be_better(taken > 0, self.floor)
