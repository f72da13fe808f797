"""Units of the trade. 1 mu is 2000/3 square metres exactly (15 mu = 1 ha)."""

from __future__ import annotations

from fractions import Fraction
from typing import TypeVar

import numpy as np
import numpy.typing as npt

M2_PER_MU = Fraction(2000, 3)
KWH_PER_MWH = 1000

Number = TypeVar("Number", float, "npt.NDArray[np.float64]")


def m2_to_mu(area_m2: Number) -> Number:
    """Convert square metres to mu, as ``m² × 3 ÷ 2000`` so that whole mu come out whole."""
    return area_m2 * 3 / 2000


def mu_to_m2(area_mu: Number) -> Number:
    """Convert mu to square metres, as ``mu × 2000 ÷ 3``."""
    return area_mu * 2000 / 3
