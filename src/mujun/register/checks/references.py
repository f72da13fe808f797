"""Codes: right in themselves, and known where they point."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from mujun.base import creditcode
from mujun.base.defects import Defect
from mujun.register.checks.view import Ints, View
from mujun.register.credit_codes import valid

_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_IDENTITY_CHECKS = "10X98765432"


def tables_that_must_be(view: View) -> Iterator[Defect]:
    """Nothing can be evaluated without firms and land; without figures every score is blank."""
    if not len(view["firms"]):
        yield view.missing("firms_missing", "firms")
    if not len(view["occupancy"]):
        yield view.missing("occupancy_missing", "occupancy")
    years = view["measures"]["year"]
    if not len(years) or (view.year is not None and not (years == view.year).any()):
        yield view.missing("measures_missing", "measures", year=f"{view.year}年的" if view.year else "")


def firm_codes(view: View) -> Iterator[Defect]:
    """The codes of the firm table have their check character."""
    yield from _faulty(view, "firms", "firm_id", view["firms"]["firm_id"], np.arange(len(view["firms"])))


def firms_elsewhere(view: View) -> Iterator[Defect]:
    """Firms named in other tables stand in the firm table."""
    for table, field, code in (
        ("occupancy", "firm_id", "firm_unknown"),
        ("measures", "firm_id", "firm_unknown"),
        ("taxes", "firm_id", "firm_unknown"),
        ("marks", "firm_id", "firm_unknown"),
        ("occupancy", "lessor_id", "lessor_unknown"),
        ("parcels", "holder_id", ""),
    ):
        values = view[table][field]
        if not len(view.firm_ids) or not len(unknown := view.unknown_firms(values)):
            continue
        codes = values.iloc[unknown].tolist()
        right = valid(codes)
        yield from _faulty(view, table, field, values, unknown[~right])
        if code:
            for position, value in zip(unknown[right], np.array(codes, dtype=object)[right], strict=True):
                yield view.say(code, table, position, field, value=value)


def _faulty(view: View, table: str, field: str, values: pd.Series, positions: Ints) -> Iterator[Defect]:
    codes = values.iloc[positions].tolist()
    right = valid(codes)
    for position, value in zip(positions[~right], np.array(codes, dtype=object)[~right], strict=True):
        if field == "holder_id" and is_identity_number(value):
            continue
        fault = creditcode.fault(value) or ""
        yield view.say("credit_code_check", table, position, field, value=value, fault=fault)


def is_identity_number(code: str) -> bool:
    """Tell whether a code is a person's identity number (GB 11643): holders of land may be persons."""
    if len(code) != 18 or not code[:17].isdigit():
        return False
    total = sum(int(digit) * weight for digit, weight in zip(code, _IDENTITY_WEIGHTS, strict=False))
    return _IDENTITY_CHECKS[total % 11] == code[17]


def parcels_elsewhere(view: View) -> Iterator[Defect]:
    """Parcels named in other tables stand in the parcel table, buildings in the building table."""
    for table, field, target, code in (
        ("occupancy", "parcel_id", "parcels", "parcel_unknown"),
        ("buildings", "parcel_id", "parcels", "parcel_unknown"),
        ("units", "building_id", "buildings", "building_unknown"),
    ):
        known, values = view[target][field], view[table][field]
        if not len(known) or not len(values):
            continue
        for position in np.flatnonzero(((values != "") & ~values.isin(known)).to_numpy(dtype=bool)):
            yield view.say(code, table, position, field, value=values.iat[position])


CHECKS = (tables_that_must_be, firm_codes, firms_elsewhere, parcels_elsewhere)
