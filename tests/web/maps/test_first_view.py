"""What the map shows first: the county, not the one shape that somebody drew a hundred kilometres away."""

from __future__ import annotations

import numpy as np

from mujun.web.maps.document import _view


def _boxes(*corners: tuple[float, float]) -> np.ndarray:
    return np.array([[x, y, x + 0.001, y + 0.001] for x, y in corners])


COUNTY = [(120 + x / 100, 30 + y / 100) for x in range(10) for y in range(10)]


def test_a_far_parcel_does_not_stretch_the_view() -> None:
    assert _view(_boxes(*COUNTY, (121.5, 31.2), (30.0, 120.0))) == _view(_boxes(*COUNTY))


def test_every_parcel_of_an_ordinary_county_is_in_view() -> None:
    assert np.allclose(_view(_boxes(*COUNTY)), [120, 30, 120.091, 30.091])


def test_few_parcels_and_none() -> None:
    assert np.allclose(_view(_boxes((120, 30))), [120, 30, 120.001, 30.001])
    assert np.allclose(_view(_boxes((120, 30), (120.2, 30.1))), [120, 30, 120.201, 30.101])
    assert _view(np.empty((0, 4))) is None
