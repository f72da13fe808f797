"""Arrays of days."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Days = npt.NDArray[np.datetime64]


def shifted(days: Any, by: int) -> Days:
    """Return ``days`` moved by so many days."""
    moved: Days = np.asarray(days).astype("datetime64[D]") + np.timedelta64(by, "D")  # type: ignore[assignment]
    return moved
