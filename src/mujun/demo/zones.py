"""The plan of one industrial zone: blocks between streets, a river, an arterial, all bent a little."""

from __future__ import annotations

import dataclasses
import itertools
import math

import numpy as np
import numpy.typing as npt

from mujun.demo.cutting import Ring, cut_across, cut_into_lots, ring_area, with_common_corners

LOT_M2 = 6_200.0
"""Mean size of a lot in m² (9.3 mu)."""

_LOTS_PER_BLOCK = 8
_STEP_M = 25.0
_INSET_M = 1.5
_VACANT = 0.05


@dataclasses.dataclass(frozen=True, slots=True)
class Strip:
    """One street, river or crossing in zone coordinates (metres); ``effect`` is what it does to adjacency."""

    ring: Ring
    kind: str
    effect: str


@dataclasses.dataclass(frozen=True, slots=True)
class Zone:
    """Lots and strips in zone coordinates (metres); ``blocks`` gives the block of each lot."""

    lots: list[Ring]
    blocks: list[int]
    strips: list[Strip]


@dataclasses.dataclass(frozen=True, slots=True)
class Placement:
    """How zone coordinates become county coordinates: bend, turn, move."""

    east_m: float
    north_m: float
    turn: float
    phases: tuple[float, float, float, float]

    def place(self, points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return ``points`` (n × 2, metres) in projected coordinates, rounded to millimetres.

        The same point always comes out the same, so edges that were shared stay shared.
        """
        x, y = points[:, 0], points[:, 1]
        bent_x = x + 18 * np.sin(y / 140 + self.phases[0]) + 9 * np.sin((x + y) / 90 + self.phases[1])
        bent_y = y + 18 * np.sin(x / 150 + self.phases[2]) + 9 * np.sin((x - y) / 95 + self.phases[3])
        cosine, sine = math.cos(self.turn), math.sin(self.turn)
        turned = np.column_stack([bent_x * cosine - bent_y * sine, bent_x * sine + bent_y * cosine])
        placed: npt.NDArray[np.float64] = np.round(turned + np.array([self.east_m, self.north_m]), 3)
        return placed


def draw_zone(lots: int, chance: np.random.Generator) -> Zone:
    """Return a zone with exactly ``lots`` lots (at least one per block)."""
    wanted = max(1, math.ceil(lots * (1 + _VACANT)))
    count = max(1, round(wanted / _LOTS_PER_BLOCK))
    columns = max(1, round(math.sqrt(count * 0.8)))
    rows = max(1, math.ceil(count / columns))
    across = _bands(columns, 205.0, chance, wide=columns // 2)
    along = _bands(rows, LOT_M2 * _LOTS_PER_BLOCK / 205.0, chance, wide=rows // 2 + 1)
    blocks = [_rectangle(west, south, east, north) for south, north in along for west, east in across]
    cut = cut_into_lots(blocks, max(wanted, len(blocks)), chance)
    rings = [(number, ring) for number, block in enumerate(cut) for ring in with_common_corners(block)]
    keep = sorted(chance.permutation(len(rings))[:lots].tolist())
    strips = _strips(across, along, chance)
    return Zone([rings[place][1] for place in keep], [rings[place][0] for place in keep], strips)


def _bands(count: int, size: float, chance: np.random.Generator, wide: int) -> list[tuple[float, float]]:
    """Return ``count`` intervals with streets between; the gap before number ``wide`` is an arterial or a river."""
    bands, start = [], 0.0
    for number in range(count):
        if number:
            start += 36.0 if number == wide else float(chance.choice([8.0, 12.0, 16.0, 20.0, 24.0]))
        end = start + size * (0.8 + 0.4 * chance.random())
        bands.append((start, end))
        start = end
    return bands


def _strips(
    across: list[tuple[float, float]], along: list[tuple[float, float]], chance: np.random.Generator
) -> list[Strip]:
    width, height = across[-1][1], along[-1][1]
    strips = []
    for (_, west), (east, _) in itertools.pairwise(across):
        strips.append(_strip(_bendable(west, 0.0, east, height), east - west, "arterial"))
    for (_, south), (north, _) in itertools.pairwise(along):
        strip = _strip(_bendable(0.0, south, width, north), north - south, "river")
        strips.append(strip)
        if strip.kind == "river":
            middle = width * (0.2 + 0.6 * chance.random())
            strips.append(Strip(_bendable(middle, south, middle + 12.0, north), "bridge", "bridges"))
    return strips


def _strip(ring: Ring, width: float, wide_kind: str) -> Strip:
    if width > 30:
        return Strip(ring, wide_kind, "separates")
    if width > 18:
        return Strip(ring, "street", "separates")
    return Strip(ring, "street" if width > 10 else "ditch", "bridges")


def _rectangle(west: float, south: float, east: float, north: float) -> Ring:
    return [(west, south), (east, south), (east, north), (west, north)]


def _bendable(west: float, south: float, east: float, north: float) -> Ring:
    """Return a rectangle with corners every 25 m so that it bends with the land, a little inside its sides."""
    west, south, east, north = west + _INSET_M, south + _INSET_M, east - _INSET_M, north - _INSET_M
    xs = np.linspace(west, east, max(2, math.ceil((east - west) / _STEP_M) + 1)).tolist()
    ys = np.linspace(south, north, max(2, math.ceil((north - south) / _STEP_M) + 1)).tolist()
    south_side = [(x, south) for x in xs[:-1]]
    east_side = [(east, y) for y in ys[:-1]]
    north_side = [(x, north) for x in reversed(xs[1:])]
    west_side = [(west, y) for y in reversed(ys[1:])]
    return south_side + east_side + north_side + west_side


def yards(ring: Ring, pieces: int) -> list[Ring]:
    """Return the footprints of ``pieces`` buildings inside a convex lot, with a yard around and lanes between."""
    inner = [_shrunk(ring, 0.78)]
    while len(inner) < pieces:
        largest = max(inner, key=ring_area)
        inner.remove(largest)
        inner += [_shrunk(part, 0.9) for part in cut_across(largest)]
    return inner


def _shrunk(ring: Ring, factor: float) -> Ring:
    middle_x = sum(x for x, _ in ring) / len(ring)
    middle_y = sum(y for _, y in ring) / len(ring)
    return [(middle_x + factor * (x - middle_x), middle_y + factor * (y - middle_y)) for x, y in ring]
