"""What an import of parcels says about where its parcels came from."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mujun.register.schema import TABLES
from mujun.web.register import queries
from mujun.web.register.imports.compare import NEW, TableChange
from mujun.web.register.storage import read

NONE = pd.DataFrame({"parent": [], "child": [], "kind": [], "share": []})


def derived(change: TableChange) -> pd.DataFrame:
    """Return ``parent, child, kind, share`` between parcels that end or change shape and those that are new or do.

    Empty where no parcel held has a shape: the first import of a county has no past.
    """
    shaped = change.rows["geometry"].notna().to_numpy(dtype=bool)
    moved = change.altered.get("geometry", np.zeros(len(change.rows), dtype=bool))
    after = change.rows[shaped & ((change.replaces == NEW) | moved)]
    if not len(after):
        return NONE
    before = _ending(change, moved)
    if not len(before):
        return NONE
    from mujun.register.lineage import derive_lineage

    found = derive_lineage(before, after.reset_index(drop=True))
    told = (found["parent"] != "") & (found["child"] != "") & (found["parent"] != found["child"])
    return found[told]


def _ending(change: TableChange, moved: np.ndarray) -> pd.DataFrame:
    ids = change.replaces[moved]
    if change.whole:
        ids = np.concatenate([ids, change.gone.ids])
    held = read(TABLES["parcels"], queries.CURRENT, origins=False)
    kept = np.isin(held.ids, ids) & held.data["geometry"].notna().to_numpy(dtype=bool)
    return held.data[kept].reset_index(drop=True)
