"""Mapbox Vector Tile 2.1 layers that hold geometry and integer ids, nothing else; encoded with NumPy."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

EXTENT = 4096
"""Units of a tile's side."""

_MOVE_TO_ONE, _LINE_TO, _CLOSE = 9, 2, 15
_LINES, _POLYGONS = 2, 3
Ints = NDArray[np.int64]


def encode_polygons(name: str, ids: Ints, geometry: NDArray[np.object_]) -> bytes:
    """One layer of polygons. ``geometry`` is in tile units, y down; a polygon too small to keep becomes a unit square.

    ``ids`` are positive and stand in the order of ``geometry``. Polygons and multipolygons only.
    """
    if not len(ids):
        return b""
    parts, part_of = shapely.get_parts(geometry, return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    first = np.r_[True, ring_part[1:] != ring_part[:-1]]
    points, starts, counts = _rounded(rings, closed=True)
    outer = first.copy()
    area = _areas(points, starts, counts)
    keep = (counts >= 3) & np.where(outer, area != 0, area != 0)
    # A hole without its shell would turn into a shell.
    shell_kept = np.zeros(len(parts), dtype=bool)
    shell_kept[ring_part[outer & keep]] = True
    keep &= shell_kept[ring_part]
    # In tile units with y down the shell has a positive area, its holes a negative one.
    flip = keep & ((area > 0) != outer)
    feature_of = part_of[ring_part]
    commands, lengths = _ring_commands(points, starts, counts, keep, flip, feature_of)
    missing = np.setdiff1d(np.arange(len(ids)), feature_of[keep])
    squares = {int(index): _square(geometry[index]) for index in missing}
    return _layer(name, ids, _POLYGONS, feature_of[keep], commands, lengths, squares)


def encode_lines(name: str, ids: Ints, geometry: NDArray[np.object_]) -> bytes:
    """One layer of lines in tile units, y down; a line shorter than a unit is left out."""
    if not len(ids):
        return b""
    parts, feature_of = shapely.get_parts(geometry, return_index=True)
    points, starts, counts = _rounded(parts, closed=False)
    keep = counts >= 2
    commands, lengths = _ring_commands(points, starts, counts, keep, np.zeros_like(keep), feature_of, close=False)
    return _layer(name, ids, _LINES, feature_of[keep], commands, lengths, {})


def _rounded(lines: NDArray[np.object_], *, closed: bool) -> tuple[Ints, Ints, Ints]:
    """Whole coordinates without repeats; of a ring without its closing point: points, first index, count per line."""
    xy, of = shapely.get_coordinates(lines, return_index=True)
    points = np.rint(xy).astype(np.int64)
    keep = np.ones(len(points), dtype=bool)
    keep[1:] = (of[1:] != of[:-1]) | (points[1:] != points[:-1]).any(axis=1)
    points, of = points[keep], of[keep]
    if closed and len(points):
        last = np.r_[of[1:] != of[:-1], True]
        first_index = np.searchsorted(of, of)
        same = last & (points == points[first_index]).all(axis=1) & (np.arange(len(points)) > first_index)
        points, of = points[~same], of[~same]
    counts = np.bincount(of, minlength=len(lines)).astype(np.int64)
    return points, np.cumsum(counts) - counts, counts


def _areas(points: Ints, starts: Ints, counts: Ints) -> Ints:
    """Twice the signed area per ring (surveyor's formula)."""
    total = np.zeros(len(counts), dtype=np.int64)
    if not len(points):
        return total
    following = np.arange(1, len(points) + 1)
    filled = counts > 0
    following[(starts + counts - 1)[filled]] = starts[filled]
    cross = points[:, 0] * points[following, 1] - points[following, 0] * points[:, 1]
    total[filled] = np.add.reduceat(cross, starts[filled])
    return total


def _ring_commands(
    points: Ints,
    starts: Ints,
    counts: Ints,
    keep: NDArray[np.bool_],
    flip: NDArray[np.bool_],
    feature_of: Ints,
    *,
    close: bool = True,
) -> tuple[Ints, Ints]:
    """The integers of all kept rings in a row, and how many each has; the cursor starts anew with each feature."""
    kept = np.flatnonzero(keep)
    sizes = counts[kept]
    ring = np.repeat(np.arange(len(kept)), sizes)
    place = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    backwards = flip[kept][ring] & (place > 0)
    order = starts[kept][ring] + np.where(backwards, sizes[ring] - place, place)
    path = points[order]
    delta = path.copy()
    delta[1:] -= path[:-1]
    new = np.r_[True, feature_of[kept][1:] != feature_of[kept][:-1]] if len(kept) else np.zeros(0, dtype=bool)
    opening = (place == 0) & new[ring]
    delta[opening] = path[opening]
    zigzag = (delta << 1) ^ (delta >> 63)
    lengths = 2 * sizes + (3 if close else 2)
    begin = np.cumsum(lengths) - lengths
    commands = np.empty(int(lengths.sum()), dtype=np.int64)
    commands[begin] = _MOVE_TO_ONE
    commands[begin + 3] = ((sizes - 1) << 3) | _LINE_TO
    if close:
        commands[begin + lengths - 1] = _CLOSE
    at = begin[ring] + np.where(place == 0, 1, 2 + 2 * place)
    commands[at], commands[at + 1] = zigzag[:, 0], zigzag[:, 1]
    return commands, lengths


def _square(geometry: shapely.Geometry) -> bytes:
    x, y = np.rint(shapely.get_coordinates(geometry)[0]).astype(int)
    numbers = [_MOVE_TO_ONE, _zigzag(x), _zigzag(y), (3 << 3) | _LINE_TO, 2, 0, 0, 2, 1, 0, _CLOSE]
    return b"".join(_varint(int(number)) for number in numbers)


def _zigzag(number: int) -> int:
    return (number << 1) ^ (number >> 63)


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def _varints(numbers: Ints) -> tuple[bytes, Ints]:
    """All ``numbers`` (not negative) as varints in a row, and where each ends."""
    sizes = np.ones(len(numbers), dtype=np.int64)
    for bits in (7, 14, 21, 28, 35):
        sizes += numbers >= 1 << bits
    ends = np.cumsum(sizes)
    out = np.zeros(int(sizes.sum()), dtype=np.uint8)
    for step in range(int(sizes.max(initial=1))):
        some = sizes > step
        more = sizes[some] > step + 1
        out[(ends - sizes)[some] + step] = ((numbers[some] >> (7 * step)) & 127) | np.where(more, 128, 0)
    return out.tobytes(), ends


def _layer(
    name: str, ids: Ints, kind: int, feature_of: Ints, commands: Ints, lengths: Ints, others: dict[int, bytes]
) -> bytes:
    stream, ends = _varints(commands)
    last = np.cumsum(lengths) - 1
    byte_end = ends[last] if len(last) else np.zeros(0, dtype=np.int64)
    shapes = dict(others)
    last_of_feature = np.flatnonzero(feature_of != np.r_[feature_of[1:], -1])
    begin = 0
    for index in last_of_feature.tolist():
        shapes[int(feature_of[index])] = stream[begin : int(byte_end[index])]
        begin = int(byte_end[index])
    head = b"\x78\x02" + b"\x0a" + _sized(name.encode())
    body = [head]
    for index in sorted(shapes):
        feature = b"\x08" + _varint(int(ids[index])) + bytes((0x18, kind)) + b"\x22" + _sized(shapes[index])
        body.append(b"\x12" + _sized(feature))
    body.append(b"\x28" + _varint(EXTENT))
    return b"\x1a" + _sized(b"".join(body))


def _sized(content: bytes) -> bytes:
    return _varint(len(content)) + content
