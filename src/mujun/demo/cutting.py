"""Cutting blocks into lots: straight cuts, so that a cut is the shared edge of both sides."""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence

import numpy as np
import shapely

Point = tuple[float, float]
Ring = list[Point]
"""Corners of a convex polygon, anticlockwise, the first not repeated; metres."""

_GRID_M = 0.001


def ring_area(ring: Sequence[Point]) -> float:
    """Return the area of ``ring`` in m² (shoelace formula)."""
    return sum(ax * by - bx * ay for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True)) / 2


def cut(ring: Ring, through: Point, direction: Point) -> tuple[Ring, Ring]:
    """Cut a convex ring by the line ``through`` + t · ``direction``; return the left and the right part."""
    sides = [direction[0] * (y - through[1]) - direction[1] * (x - through[0]) for x, y in ring]
    left: Ring = []
    right: Ring = []
    for place, (point, side) in enumerate(zip(ring, sides, strict=True)):
        (left if side >= 0 else right).append(point)
        other, beyond = ring[(place + 1) % len(ring)], sides[(place + 1) % len(ring)]
        if (side >= 0) != (beyond >= 0):
            part = side / (side - beyond)
            crossing = (point[0] + part * (other[0] - point[0]), point[1] + part * (other[1] - point[1]))
            left.append(crossing)
            right.append(crossing)
    return left, right


def cut_across(ring: Ring, place: float = 0.5, turn: float = 0.0) -> tuple[Ring, Ring]:
    """Cut a convex ring across its longest edge, at ``place`` (0–1) along it, ``turn`` radians off the square."""
    edges = list(zip(ring, [*ring[1:], ring[0]], strict=True))
    (ax, ay), (bx, by) = max(edges, key=lambda edge: math.dist(*edge))
    along = math.atan2(by - ay, bx - ax) + math.pi / 2 + turn
    return cut(ring, (ax + place * (bx - ax), ay + place * (by - ay)), (math.cos(along), math.sin(along)))


def cut_into_lots(blocks: Sequence[Ring], count: int, chance: np.random.Generator) -> list[list[Ring]]:
    """Cut ``blocks`` until there are ``count`` lots in all (at least one per block); return the lots of each block.

    What is cut next is the largest piece after a random factor, so that sizes come out uneven, as they are.
    """
    queue = [(-ring_area(ring) * math.exp(chance.normal(0, 0.9)), number, ring) for number, ring in enumerate(blocks)]
    owner = {number: number for number in range(len(blocks))}
    serial = len(blocks)
    heapq.heapify(queue)
    while len(queue) < count:
        _, number, ring = heapq.heappop(queue)
        place, turn = 0.36 + 0.28 * chance.random(), 0.16 * (chance.random() - 0.5)
        for part in cut_across(ring, place, turn):
            owner[serial] = owner[number]
            heapq.heappush(queue, (-ring_area(part) * math.exp(chance.normal(0, 0.45)), serial, part))
            serial += 1
    lots: list[list[Ring]] = [[] for _ in blocks]
    for _, number, ring in sorted(queue, key=lambda item: item[1]):
        lots[owner[number]].append(ring)
    return lots


def with_common_corners(lots: Sequence[Ring]) -> list[Ring]:
    """Return the lots of one block with a corner wherever a neighbour has one, so that shared edges are equal exactly."""
    places = np.repeat(np.arange(len(lots)), [len(ring) for ring in lots])
    lines = shapely.linearrings(np.array([point for ring in lots for point in ring]), indices=places)
    noded = shapely.union_all(lines, grid_size=_GRID_M)
    faces = shapely.get_parts(shapely.polygonize([noded]))
    return [[(x, y) for x, y in shapely.get_coordinates(shapely.orient_polygons(face))[:-1].tolist()] for face in faces]


def with_more_corners(ring: Ring, step_m: float = 30.0) -> Ring:
    """Return the ring with corners at most ``step_m`` apart, on a shared edge the same from both sides."""
    points: Ring = []
    for start, end in zip(ring, [*ring[1:], ring[0]], strict=True):
        (ax, ay), (bx, by) = sorted((start, end))
        parts = math.ceil(math.dist(start, end) / step_m)
        between = [(ax + (bx - ax) * part / parts, ay + (by - ay) * part / parts) for part in range(1, parts)]
        points.append(start)
        points += between if start < end else reversed(between)
    return points
