"""What the tests of the API share."""

from __future__ import annotations

import pytest

from mujun.web.api.ogc import features


@pytest.fixture(autouse=True)
def _places_are_those_of_this_test() -> None:
    """The index is kept per revision, and each test counts its revisions anew."""
    features._places.cache_clear()
