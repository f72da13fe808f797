"""GCJ-02 and BD-09, the shifted coordinates of Chinese internet maps, to and from CGCS2000 (within 0.1 m of WGS 84).

Source: the published reverse-engineered formulas of the 2002 "Mars" datum and of Baidu's second shift. There is no
closed inverse; it is found by iteration to 1e-11 degree (a thousandth of a millimetre).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Pair = tuple[Floats, Floats]

_AXIS = 6_378_245.0
_ECCENTRICITY = 0.00669342162296594323
_BAIDU = np.pi * 3000.0 / 180.0
_ROUNDS = 12
_TOLERANCE = 1e-11


def _waves(x: Floats) -> Floats:
    pi = np.pi
    return np.asarray((20.0 * np.sin(6.0 * x * pi) + 20.0 * np.sin(2.0 * x * pi)) * 2.0 / 3.0)


def _shift(lon: Floats, lat: Floats) -> Pair:
    x, y = lon - 105.0, lat - 35.0
    pi, root = np.pi, np.sqrt(np.abs(x))
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + _waves(x)
    north += (20.0 * np.sin(y * pi) + 40.0 * np.sin(y / 3.0 * pi)) * 2.0 / 3.0
    north += (160.0 * np.sin(y / 12.0 * pi) + 320.0 * np.sin(y * pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + _waves(x)
    east += (20.0 * np.sin(x * pi) + 40.0 * np.sin(x / 3.0 * pi)) * 2.0 / 3.0
    east += (150.0 * np.sin(x / 12.0 * pi) + 300.0 * np.sin(x / 30.0 * pi)) * 2.0 / 3.0
    radians = np.radians(lat)
    magic = 1.0 - _ECCENTRICITY * np.sin(radians) ** 2
    north_degrees = np.degrees(north / (_AXIS * (1.0 - _ECCENTRICITY) / (magic * np.sqrt(magic))))
    east_degrees = np.degrees(east / (_AXIS / np.sqrt(magic) * np.cos(radians)))
    return east_degrees, north_degrees


def to_gcj02(lon: Floats, lat: Floats) -> Pair:
    """Shift CGCS2000 longitude and latitude (degrees) to GCJ-02; outside China nothing is shifted."""
    inside = (lon >= 72.004) & (lon <= 137.8347) & (lat >= 0.8293) & (lat <= 55.8271)
    east, north = _shift(lon, lat)
    return np.where(inside, lon + east, lon), np.where(inside, lat + north, lat)


def to_bd09(lon: Floats, lat: Floats) -> Pair:
    """Shift CGCS2000 longitude and latitude (degrees) to BD-09."""
    x, y = to_gcj02(lon, lat)
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * _BAIDU)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * _BAIDU)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def from_gcj02(lon: Floats, lat: Floats) -> Pair:
    """Return the CGCS2000 longitude and latitude of GCJ-02 coordinates."""
    return _inverse(to_gcj02, lon, lat)


def from_bd09(lon: Floats, lat: Floats) -> Pair:
    """Return the CGCS2000 longitude and latitude of BD-09 coordinates."""
    return _inverse(to_bd09, lon, lat)


def _inverse(forward: Callable[[Floats, Floats], Pair], lon: Floats, lat: Floats) -> Pair:
    x, y = np.array(lon, dtype=np.float64), np.array(lat, dtype=np.float64)
    for _ in range(_ROUNDS):
        ahead_x, ahead_y = forward(x, y)
        error_x, error_y = ahead_x - lon, ahead_y - lat
        x, y = x - error_x, y - error_y
        if max(np.abs(error_x).max(initial=0.0), np.abs(error_y).max(initial=0.0)) < _TOLERANCE:
            break
    return x, y


SHIFTS: dict[str, Callable[[Floats, Floats], Pair]] = {"GCJ-02": from_gcj02, "BD-09": from_bd09}
"""How to come back to CGCS2000, by the name people know the shift by."""


def distance_m(lon: Floats, lat: Floats, other_lon: Floats, other_lat: Floats) -> Floats:
    """Return distances in metres between near points, on a sphere of 6,371 km: good to half a per cent."""
    north = (other_lat - lat) * 111_195.0
    east = (other_lon - lon) * 111_195.0 * np.cos(np.radians(lat))
    return np.hypot(east, north)
