"""What a rehearsal found, in the few lines that a person needs to decide."""

from __future__ import annotations

import dataclasses
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from mujun.register.schema import TABLES
from mujun.web.register.imports import rehearsal as rehearsals
from mujun.web.register.models import ImportBatch

COORDINATE_CODES = ("datum_unknown", "zone_unknown")
HEADING_CODES = ("column_unknown", "columns_unknown", "key_column_missing", "headings_missing")
SEVERITIES = ("stops", "error", "warning", "notice")


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """Counts of one table."""

    table: str
    label: str
    new: int
    changed: int
    same: int
    gone: int
    defective: int
    whole: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Summary:
    """All tables; defects by severity; whether it can be written; what a person should look at first."""

    lines: list[Line]
    severities: dict[str, int]
    stops: list[str]
    headings: int
    coordinates: bool
    unknown_files: list[str]
    open_pairs: int
    changes: bool
    kept: bool

    @property
    def committable(self) -> bool:
        """Whether there is something to write and nothing forbids it."""
        return self.kept and self.changes and not self.stops


def summary_of(batch: ImportBatch) -> Summary | None:
    """Return the summary of the present rehearsal of ``batch``; None before the first."""
    if not batch.rehearsal:
        return None
    lines = [_line(name, batch.counts[name]) for name in TABLES if name in batch.counts]
    kept = rehearsals.meta(batch.rehearsal) is not None
    severities, stops, headings, coordinates, files = _defects(batch.rehearsal) if kept else ({}, [], 0, False, [])
    return Summary(
        lines=lines,
        severities=severities,
        stops=stops,
        headings=headings,
        coordinates=coordinates or bool(batch.answers.get("coordinates")),
        unknown_files=files,
        open_pairs=batch.pairs.filter(same=None).count(),
        changes=any(line.new or line.changed or (line.gone and line.whole) for line in lines),
        kept=kept,
    )


def _line(name: str, counts: dict[str, Any]) -> Line:
    numbers = {kind: int(counts[kind]) for kind in ("new", "changed", "same", "gone", "defective")}
    return Line(table=name, label=TABLES[name].label, whole=bool(counts["whole"]), **numbers)


def _defects(name: str) -> tuple[dict[str, int], list[str], int, bool, list[str]]:
    found = rehearsals.view(name, "defects")
    counted = {row["values"]: row["counts"] for row in pc.value_counts(found["severity"]).to_pylist()}
    stops = found.filter(pc.equal(found["severity"], "stops"))["message"].to_pylist()[:20]
    headings = pc.sum(pc.is_in(found["code"], value_set=pa.array(HEADING_CODES))).as_py() or 0
    asked = bool(pc.any(pc.is_in(found["code"], value_set=pa.array(COORDINATE_CODES))).as_py())
    files = sorted(set(found.filter(pc.equal(found["code"], "table_unknown"))["file"].to_pylist()))
    return {severity: counted.get(severity, 0) for severity in SEVERITIES}, stops, int(headings), asked, files
