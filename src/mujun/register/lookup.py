"""Find where identifiers stand, for whole columns at once."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from mujun.base.exact import Ints


def positions_of(values: pd.Series | pd.Index, ids: pd.Index) -> Ints:
    """Return the position in ``ids`` (unique) of each of ``values``; -1 where it does not occur or is missing."""
    wanted, held = _strings(values), _strings(ids)
    if len(wanted) == len(held) and wanted.equals(held):
        return np.arange(len(ids), dtype=np.int64)
    found = pc.index_in(wanted, value_set=held).fill_null(-1)
    positions: Ints = found.to_numpy(zero_copy_only=False).astype(np.int64)
    return positions


def _strings(values: pd.Series | pd.Index) -> pa.Array:
    array = pa.array(values, type=pa.large_string(), from_pandas=True)
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
