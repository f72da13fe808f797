"""A part of a problem: what is settled is joined or left out, and plans of the part are plans of the whole."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable

import numpy as np

from mujun.renewal.blocks.branching import Tree
from mujun.renewal.blocks.closing import Closing
from mujun.renewal.blocks.compiled import Compiled, shrink
from mujun.renewal.blocks.cutpoints import pieces
from mujun.renewal.blocks.incumbent import Incumbent
from mujun.renewal.blocks.problem import Floats, Ints, Truths
from mujun.renewal.blocks.shaping import Shaper
from mujun.renewal.blocks.splitting import every_parting

Partings = Callable[[Compiled, Truths], Iterable[Ints]]


class Within:
    """The part of ``compiled`` that ``state`` (n,) leaves open, with a tree of questions about it."""

    def __init__(
        self,
        compiled: Compiled,
        state: Ints,
        groups: list[Ints],
        incumbent: Incumbent,
        out_of_time: Callable[[], bool],
        partings: Partings = every_parting,
    ) -> None:
        if compiled.parted:  # touching parcels that are in may belong to different blocks
            self.small, self._cluster = dataclasses.replace(compiled, state=state), np.arange(len(compiled))
        else:
            self.small, self._cluster = shrink(compiled, state)
        self._held = self._cluster >= 0
        self._incumbent = incumbent
        self._shaper = Shaper(self.small)
        self._seen: set[bytes] = set()
        inside = [np.unique(self._cluster[group][self._cluster[group] >= 0]) for group in groups]
        self._groups = [group for group in inside if len(group) > 1]
        self.tree = Tree(
            self.small,
            self._groups,
            lambda: incumbent.floor,
            self._offer,
            self._keep,
            out_of_time,
            self._could_be_better,
            partings,
        )

    def closing(self, ceiling: float, prices: Floats) -> Closing:
        """Linear programmes about the part, none of whose plans has more than ``ceiling``; they begin at ``prices``."""
        return Closing(
            self.small, self._groups, lambda: self._incumbent.floor, self._offer, self._keep_set, ceiling, prices
        )

    def whole(self, block: Ints) -> Ints:
        """Blocks or a state of the part (k,) as those of the whole (n,); -1 where the part has nothing."""
        full = np.full(len(self._cluster), -1, dtype=np.int64)
        full[self._held] = block[self._cluster[self._held]]
        return full

    def _offer(self, chosen: Truths, prices: Floats) -> None:
        mark = np.packbits(chosen).tobytes()
        if mark not in self._seen and chosen.any():
            self._seen.add(mark)
            self._keep(self._shaper.shape(chosen, prices))

    def lifted(self, figures: Floats) -> Floats:
        """Figures of the part (k,) for each parcel of the whole (n,); inf where the part has nothing."""
        full = np.full(len(self._cluster), np.inf)
        full[self._held] = figures[self._cluster[self._held]]
        return full

    def _keep_set(self, taken: Truths) -> bool:
        return self._keep(pieces(self.small.starts, self.small.heads, taken)[0])

    def _keep(self, block: Ints) -> bool:
        return self._incumbent.keep(self.whole(block))

    def _could_be_better(self, taken: Truths) -> bool:
        return self._incumbent.could_be_better(self.whole(np.where(taken, 1, 0)))
