"""Everything a parcel's card shows, inside the reader's scope and as known now or at a past moment."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pandas as pd

from mujun.register.ledger import ShareLedger, share_ledger
from mujun.register.reconcile import AREAS, reconcile_areas
from mujun.register.schema import PARCELS, Column
from mujun.register.tables import Cell, Register, RegisterTable
from mujun.web.evaluations.models import Run, RunResult
from mujun.web.people.rights import Scope
from mujun.web.people.visible import masked
from mujun.web.register.queries import parcel_register
from mujun.web.register.wording import UNITS, text

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("basic", ("town", "village", "land_use", "right_type", "holder_name", "holder_id", "illegal_use", "protected")),
    ("area", ("registered_area_m2", "taxed_area_m2", "far_min", "far_max")),
    (
        "dates",
        (
            "approved_on",
            "supplied_on",
            "handed_over_on",
            "start_due",
            "started_on",
            "finish_due",
            "finished_on",
            "produced_on",
            "stopped_on",
        ),
    ),
    ("contract", ("land_price_wan", "invest_due_wan", "invested_wan", "tax_due_wan_per_mu")),
)


@dataclasses.dataclass(frozen=True, slots=True)
class Fact:
    """One value of a row with its unit and the cell that holds it."""

    column: Column
    value: Any
    words: str
    unit: str
    cell: Cell | None
    hidden: bool

    @property
    def is_area(self) -> bool:
        """Whether the value is square metres, which people read in mu."""
        return self.column.unit == "m2"


@dataclasses.dataclass(frozen=True, slots=True)
class User:
    """A firm with a share in the parcel."""

    firm_id: str
    name: str
    town: str
    kind: str
    area_m2: float
    start: Any
    end: Any
    grade: str
    visible: bool
    cell: Cell | None


@dataclasses.dataclass(frozen=True, slots=True)
class ParcelCard:
    """The card as the templates draw it; ``ledger`` and ``areas`` are None for an account that sees only its share."""

    parcel_id: str
    day: dt.date
    facts: dict[str, list[Fact]]
    users: list[User]
    ledger: ShareLedger | None
    areas: dict[str, Any] | None
    buildings: list[dict[str, Any]]

    def fact(self, name: str) -> Fact | None:
        """The fact of the column ``name``."""
        return next((fact for group in self.facts.values() for fact in group if fact.column.name == name), None)


def parcel_card(
    parcel_id: str, scope: Scope, day: dt.date, revision: int | None = None, run: Run | None = None
) -> ParcelCard | None:
    """Read the card of a parcel as it stood on ``day``; None where the register (then) does not hold it.

    The caller has checked that the parcel lies inside ``scope``; here its shares and amounts are narrowed to it.
    """
    register = parcel_register(parcel_id, revision)
    if not len(register["parcels"]):
        return None
    if scope.firms is not None:
        register = _own_shares(register, scope)
    whole = scope.firms is None
    return ParcelCard(
        parcel_id,
        day,
        _facts(register, masked("parcels", scope)),
        _users(register, scope, run),
        share_ledger(register, parcel_id, day) if whole else None,
        _areas(register, day) if whole else None,
        _buildings(register),
    )


def _own_shares(register: Register, scope: Scope) -> Register:
    held = register.tables["occupancy"]
    firms = scope.firms or frozenset()
    mine = (held.data["firm_id"].isin(firms) | held.data["lessor_id"].isin(firms)).to_numpy()
    own = RegisterTable(held.data[mine].reset_index(drop=True), {k: codes[mine] for k, codes in held.origin.items()})
    return Register({**register.tables, "occupancy": own}, register.sources)


def _facts(register: Register, hidden: frozenset[str]) -> dict[str, list[Fact]]:
    row = register["parcels"].iloc[0]
    return {
        group: [
            Fact(
                column := PARCELS.column(name),
                None if name in hidden else row[name],
                "" if name in hidden else text(column, row[name]),
                UNITS.get(column.unit, ""),
                register.cell("parcels", 0, name),
                name in hidden,
            )
            for name in names
        ]
        for group, names in GROUPS
    }


def _users(register: Register, scope: Scope, run: Run | None) -> list[User]:
    occupancy, firms = register["occupancy"], register["firms"].drop_duplicates("firm_id").set_index("firm_id")
    grades: dict[str, str] = {}
    if run is not None:
        ids = sorted({*occupancy["firm_id"]} - {""})
        grades = dict(RunResult.objects.filter(run=run, firm_id__in=ids).values_list("firm_id", "grade"))
    found = []
    for position, row in enumerate(occupancy.to_dict("records")):
        firm_id = str(row["firm_id"])
        known = firm_id in firms.index
        town = str(firms.at[firm_id, "town"]) if known else ""
        visible = known and scope.sees_firm(firm_id, town)
        found.append(
            User(
                firm_id,
                str(firms.at[firm_id, "name"]) if known else str(row["firm_name"]) or firm_id,
                town,
                str(row["kind"]),
                float(row["area_m2"]),
                row["from"],
                row["to"],
                grades.get(firm_id, "") if visible else "",
                visible,
                register.cell("occupancy", position, "area_m2"),
            )
        )
    return sorted(found, key=lambda user: (pd.notna(user.end), -(user.area_m2 if user.area_m2 == user.area_m2 else 0)))


def _areas(register: Register, day: dt.date) -> dict[str, Any]:
    table = reconcile_areas(register, day)
    row = table.iloc[0]
    parts = [
        {
            "name": name.removesuffix("_m2"),
            "area_m2": row[name],
            "difference_m2": row.get(f"{name.removesuffix('_m2')}_minus_registered_m2"),
            "ratio": row.get(f"{name.removesuffix('_m2')}_ratio"),
            "differs": bool(row.get(f"{name.removesuffix('_m2')}_differs", False)),
        }
        for name in AREAS
    ]
    return {"parts": parts, "sentence": str(row["sentence"])}


def _buildings(register: Register) -> list[dict[str, Any]]:
    frame = register["buildings"]
    rows: list[dict[str, Any]] = frame.drop(columns="geometry").to_dict("records")  # type: ignore[assignment]
    for position, row in enumerate(rows):
        row["cell"] = register.cell("buildings", position, "floor_area_m2")
    return rows
