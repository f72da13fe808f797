"""A county's folder, or one file of it, read into a register with every value's cell."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from mujun.base.defects import Defect, DefectLog, Severity
from mujun.base.errors import UnreadableInput
from mujun.files.cells import cells_of, fill_merged
from mujun.files.guard import real_type
from mujun.files.headings import OWN_SHEETS, Headings, find_headings
from mujun.files.known import Known
from mujun.files.layers import layer_names, read_layer
from mujun.files.names import candidates
from mujun.files.parts import Part, read_part
from mujun.files.sheets import Grid, read_grids
from mujun.register.catalogue import defect
from mujun.register.linking import link_firms
from mujun.register.merging import merge_rows
from mujun.register.schema import TABLES, Table
from mujun.register.tables import NO_ORIGIN, Register, RegisterTable, conform, origin_code

Mapped = Mapping[str, Any]
Report = Callable[[str, int, int], None]

_SIDECARS = frozenset(
    {
        ".dbf",
        ".shx",
        ".prj",
        ".cpg",
        ".sbn",
        ".sbx",
        ".qix",
        ".qmd",
        ".qpj",
        ".fix",
        ".gpkg-wal",
        ".gpkg-shm",
        ".gpkg-journal",
    }
)
_DATA = frozenset(
    {
        ".xlsx",
        ".xlsm",
        ".xls",
        ".et",
        ".ods",
        ".csv",
        ".tsv",
        ".txt",
        ".parquet",
        ".geoparquet",
        ".gpkg",
        ".shp",
        ".geojson",
        ".json",
    }
)
_LAYERS = frozenset({"gpkg", "shp", "geojson", "parquet"})
_REQUIRED = frozenset({"firms", "occupancy"})


def read_county(
    folder: Path,
    *,
    mappings: Mapping[str, Mapping[str, str]] | None = None,
    progress: Report | None = None,
    known: Register | None = None,
    link: bool = True,
    tables: Mapping[str, str] | None = None,
    coordinates: str = "",
) -> tuple[Register, DefectLog]:
    """Read every file of a county's folder; files and folders whose names begin with ``_`` or ``.`` are passed over.

    ``mappings`` gives, per table (or file name), the county's own headings and the columns they mean. ``progress`` is
    called with (file, number, count). ``known`` are parcels to compare coordinates with. With ``link`` rows without
    a credit code are linked by name. ``tables`` says which table a file holds whose name does not tell, and
    ``coordinates`` where coordinates come from that do not tell (:data:`mujun.files.crs.STATEMENTS`). Raises :class:`UnreadableInput` where the folder itself cannot be read.
    """
    folder = Path(folder)
    if not folder.is_dir():
        why = "这是一个文件。" if folder.exists() else "没有这个文件夹。"
        raise UnreadableInput(f"读不到县文件夹“{folder}”。", why=why, next_step="请给出含有数据文件的文件夹。")
    log = DefectLog()
    paths = sorted(_files(folder, log), key=lambda path: path.relative_to(folder).as_posix())
    if not paths and not len(log):
        raise UnreadableInput(f"文件夹“{folder}”里没有数据文件。", next_step="请放入xlsx、csv、gpkg等文件后重试。")
    paths.sort(key=_is_layer)
    reader = _Reader(log, mappings or {}, Known.of(known), coordinates=coordinates)
    for number, path in enumerate(paths):
        if progress is not None:
            progress(path.name, number, len(paths))
        named = (tables or {}).get(path.relative_to(folder).as_posix())
        reader.read(path, path.relative_to(folder).as_posix(), TABLES[named] if named else None)
    if progress is not None:
        progress("", len(paths), len(paths))
    register = reader.register()
    if link:
        register, told, _ = link_firms(register)
        log.extend(told)
    return register, log


def read_file(
    path: Path,
    *,
    table: str | None = None,
    mapping: Mapped | None = None,
    batch: str = "",
    known: Register | None = None,
) -> tuple[Register, DefectLog]:
    """Read one file. ``table`` overrides what its name says; ``mapping`` is heading → column, or table → such a mapping.

    ``known`` are parcels to compare coordinates with. Raises :class:`UnreadableInput` where the file cannot be read.
    """
    path = Path(path)
    if not path.is_file():
        raise UnreadableInput(f"没有文件“{path.name}”。", next_step="请检查文件名。")
    log = DefectLog()
    mapping = mapping or {}
    nested = any(isinstance(value, Mapping) for value in mapping.values())
    reader = _Reader(log, mapping if nested else {path.name: mapping}, Known.of(known), batch)
    reader.read(path, path.name, TABLES[table] if table else None, must=True)
    return reader.register(), log


def _files(folder: Path, log: DefectLog) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith(("_", ".", "~$")) or path.is_symlink():
            continue
        if path.is_dir():
            yield from _files(path, log)
        elif path.suffix.lower() in _DATA:
            yield path
        elif path.suffix.lower() not in _SIDECARS and not path.name.lower().endswith(".shp.xml"):
            log.add(defect("file_type", file=path.name, name=path.name))


def _is_layer(path: Path) -> tuple[bool, bool, bool]:
    """Order files: tables first; then parcels, those that declare their system before others; then other layers."""
    suffix = path.suffix.lower()
    layer = suffix in (".gpkg", ".shp", ".geojson", ".json", ".geoparquet", ".parquet")
    named = candidates(path.stem)
    bare = suffix == ".shp" and not path.with_suffix(".prj").exists() and not path.with_suffix(".PRJ").exists()
    return layer, not (named and named[0].name == "parcels"), bare


@dataclasses.dataclass(slots=True)
class _Reader:
    """Collects the parts of a register file by file."""

    log: DefectLog
    mappings: Mapping[str, Mapping[str, str]]
    known: Known | None = None
    batch: str = ""
    coordinates: str = ""
    parts: list[Part] = dataclasses.field(default_factory=list)

    def read(self, path: Path, file: str, table: Table | None = None, *, must: bool = False) -> None:
        """Read one file; a file that cannot be read is a defect, or is raised where it ``must`` be read."""
        try:
            kind = real_type(path)
            if kind in _LAYERS:
                self._read_layers(path, file, kind, table)
            else:
                self._read_sheets(path, file, table)
        except UnreadableInput as error:
            if must:
                raise
            named = table or next(iter(candidates(path.stem)), None)
            severity = Severity.STOPS if named and named.name in _REQUIRED else None
            place = {"file": file, "table": named.name if named else ""}
            parts = {"why": f"{error.what}{error.why}", "next_step": error.next_step}
            self.log.add(defect("file_unreadable", severity=severity, place=place, **parts))

    def _mapping(self, table: Table, file: str) -> Mapping[str, str]:
        name = file.rsplit("/", 1)[-1]
        return {**self.mappings.get(table.name, {}), **self.mappings.get(name, {})}

    def _read_layers(self, path: Path, file: str, kind: str, table: Table | None) -> None:
        layers = layer_names(path, kind)
        for layer in layers:
            choices = [table] if table else candidates(layer) or candidates(path.stem)
            if not choices:
                self._unknown(file, layer, layer or path.name)
                continue
            cells, told = read_layer(path, file, layer, kind, choices[0], self._mapping(choices[0], file))
            self.log.extend(told)
            self._take(*read_part(cells, choices[0], self.batch, self._known(), self.coordinates))

    def _known(self) -> Known | None:
        """Return the parcels to compare with: those given, else those read so far."""
        if self.known is not None:
            return self.known
        read = [part for part in self.parts if part.table.name == "parcels" and "geometry" in part.data]
        if not read:
            return None
        data = pd.concat([part.data[["parcel_id", "geometry"]] for part in read], ignore_index=True)
        return Known.of(Register({"parcels": RegisterTable(conform(data, TABLES["parcels"]))}))

    def _unknown(self, file: str, sheet: str, name: str) -> None:
        known = "、".join(table.label for table in TABLES.values())
        self.log.add(defect("table_unknown", file=file, sheet=sheet, name=name, known=known))

    def _read_sheets(self, path: Path, file: str, table: Table | None) -> None:
        grids, told = read_grids(path, file)
        self.log.extend(told)
        filled = [grid for grid in grids if any(any(cell != "" for cell in row) for row in grid.rows)]
        if not filled:
            named = table or next(iter(candidates(path.stem)), None)
            self.log.add(defect("no_rows", file=file, table=named.name if named else ""))
        for grid in (grid for grid in filled if grid.sheet not in OWN_SHEETS):
            self._read_grid(grid, path.stem, table, alone=len(filled) == 1)
            grid.rows = []

    def _read_grid(self, grid: Grid, stem: str, table: Table | None, *, alone: bool) -> None:
        by_sheet = candidates(grid.sheet) if grid.sheet else []
        choices = [table] if table else by_sheet or candidates(stem)
        if not choices:
            self._unknown(grid.file, grid.sheet, grid.sheet or grid.file)
            return
        fits = [(choice, find_headings(grid, choice, self._mapping(choice, grid.file))) for choice in choices]
        whole: list[tuple[Table, Headings | None]] = [
            (choice, found) for choice, found in fits if found is not None and not found.missing(choice)
        ]
        partly: list[tuple[Table, Headings | None]] = [(choice, found) for choice, found in fits if found is not None]
        chosen, headings = (whole or partly or fits)[0]
        place = {"file": grid.file, "sheet": grid.sheet, "table": chosen.name}
        if headings is None or (headings.missing(chosen) and not (alone or by_sheet or table)):
            if alone or by_sheet or table:
                keys = "、".join(chosen.column(name).label for name in chosen.key)
                self.log.add(defect("headings_missing", place=place, table_label=chosen.label, columns=keys))
            else:
                self.log.add(defect("sheet_skipped", place=place, name=grid.sheet))
            return
        if grid.hidden:
            self.log.add(defect("sheet_hidden", place=place, name=grid.sheet))
        self.log.extend(fill_merged(grid, headings, chosen))
        known = self._known() if chosen.geometry else None
        self._take(*read_part(cells_of(grid, headings), chosen, self.batch, known, self.coordinates))

    def _take(self, part: Part | None, found: list[Defect]) -> None:
        self.log.extend(found)
        if part is not None:
            self.parts.append(part)

    def register(self) -> Register:
        """Join the parts: rows of one table one below the other, then rows of the same key into one."""
        register = Register({}, [part.source for part in self.parts])
        for table in TABLES.values():
            numbers = [number for number, part in enumerate(self.parts) if part.table is table]
            if numbers:
                register.tables[table.name] = _joined(table, [(number, self.parts[number]) for number in numbers])
                self.log.extend(merge_rows(register, table.name))
        return register


def _joined(table: Table, parts: list[tuple[int, Part]]) -> RegisterTable:
    frames = [conform(part.data, table) for _, part in parts]
    data = frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)
    codes = [origin_code(number, part.lines) for number, part in parts]
    shared: dict[tuple[bool, ...], npt.NDArray[np.int64]] = {}
    origin = {}
    for column in table.columns:
        present = tuple(column.name in part.source.columns for _, part in parts)
        if present not in shared:
            pieces = [
                own if is_there else np.full(len(own), NO_ORIGIN) for own, is_there in zip(codes, present, strict=True)
            ]
            shared[present] = np.concatenate(pieces).astype(np.int64)
        origin[column.name] = shared[present]
    return RegisterTable(data, origin)
