"""Credit codes of whole columns at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from mujun.base.creditcode import ALPHABET

_VALUES = np.full(256, -1, dtype=np.int64)
_VALUES[np.frombuffer(ALPHABET.encode(), dtype=np.uint8)] = np.arange(31)
_WEIGHTS = np.array([pow(3, place, 31) for place in range(17)], dtype=np.int64)
_LENGTH = 18


def valid(codes: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Tell, per code, whether it has 18 characters of the alphabet and the right check character (GB 32100-2015)."""
    result = np.zeros(len(codes), dtype=bool)
    whole = np.flatnonzero([len(code) == _LENGTH and code.isascii() for code in codes])
    if not len(whole):
        return result
    text = "".join(codes[int(position)] for position in whole).encode("ascii")
    values = _VALUES[np.frombuffer(text, dtype=np.uint8).reshape(-1, _LENGTH)]
    known = (values >= 0).all(axis=1)
    expected = (31 - (values[:, :17] @ _WEIGHTS) % 31) % 31
    result[whole] = known & (expected == values[:, 17])
    return result
