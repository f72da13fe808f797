"""Sheets as grids of cells, whatever file they stand in."""

from __future__ import annotations

import dataclasses
import re
import zipfile
from collections.abc import Sequence
from html import unescape
from pathlib import Path
from typing import Any

import python_calamine as calamine

from mujun.base.defects import Defect
from mujun.base.errors import UnreadableInput
from mujun.files.encodings import read_csv
from mujun.files.guard import check_archive, real_type
from mujun.register.catalogue import defect

Row = Sequence[object]
Range = tuple[int, int, int, int]

_SUFFIXES = {"xlsx": (".xlsx", ".xlsm"), "xls": (".xls", ".et"), "ods": (".ods",), "text": (".csv", ".txt", ".tsv")}


@dataclasses.dataclass(slots=True)
class Grid:
    """The cells of one sheet. ``lines`` gives the number the user sees for each row where it is not index + 1.

    ``merged`` lists (first row, first column, last row, last column), counted from 0; None where the format cannot
    tell.
    """

    file: str
    sheet: str
    rows: list[list[object]]
    lines: list[int] | None = None
    merged: list[Range] | None = None
    hidden: bool = False

    def line(self, index: int) -> int:
        """Return the row number that the user sees."""
        return self.lines[index] if self.lines is not None else index + 1


def read_grids(path: Path, file: str) -> tuple[list[Grid], list[Defect]]:
    """Read every sheet of a workbook, or the one grid of a text file; ``file`` is the name to report.

    Raises :class:`UnreadableInput` with one sentence where the file cannot be read.
    """
    kind = real_type(path)
    found: list[Defect] = []
    if kind == "encrypted":
        raise UnreadableInput(f"文件“{path.name}”有打开密码。", next_step="请去掉密码后重新提交。")
    if kind not in _SUFFIXES:
        raise UnreadableInput(f"文件“{path.name}”不是表格。", why=f"内容是{kind}。", next_step="请另存为xlsx或csv。")
    if path.suffix.lower() not in _SUFFIXES[kind]:
        if kind == "text" and path.suffix.lower() not in {s for suffixes in _SUFFIXES.values() for s in suffixes}:
            raise UnreadableInput(f"文件“{path.name}”不是表格。", next_step="请另存为xlsx或csv。")
        actual = "文本（csv）" if kind == "text" else kind
        found.append(defect("wrong_suffix", file=file, suffix=path.suffix, actual=actual))
    if kind == "text":
        rows, lines, encoding, replaced = read_csv(path)
        if replaced:
            found.append(defect("encoding_broken", file=file, count=replaced, encoding=encoding))
        return [Grid(file, "", rows, lines)], found  # type: ignore[arg-type]
    return _workbook(path, file, kind), found


def _workbook(path: Path, file: str, kind: str) -> list[Grid]:
    errors = check_archive(path, kind) if kind != "xls" else {}
    try:
        with path.open("rb") as stream:
            workbook = calamine.CalamineWorkbook.from_filelike(stream)
            parts = _sheet_parts(path) if any(errors.values()) else {}
            grids = []
            for about in workbook.sheets_metadata:
                if about.typ != calamine.SheetTypeEnum.WorkSheet:
                    continue
                sheet = workbook.get_sheet_by_name(about.name)
                rows: list[list[Any]] = sheet.to_python(skip_empty_area=False)
                for (row, column), text in errors.get(parts.get(about.name, ""), {}).items():
                    if row < len(rows) and column < len(rows[row]):
                        rows[row][column] = text
                merged = [(*first, *last) for first, last in sheet.merged_cell_ranges or []] if kind != "ods" else None
                hidden = about.visible != calamine.SheetVisibleEnum.Visible
                grids.append(Grid(file, about.name, rows, merged=merged, hidden=hidden))
    except calamine.PasswordError:
        raise UnreadableInput(f"文件“{path.name}”有打开密码。", next_step="请去掉密码后重新提交。") from None
    except MemoryError:
        raise UnreadableInput(f"文件“{path.name}”太大。", next_step="请拆成几个文件。") from None
    except (calamine.CalamineError, OSError, ValueError, OverflowError, KeyError, TypeError) as error:
        raise UnreadableInput(
            f"文件“{path.name}”读不出来。", why=f"{error}"[:200], next_step="请在Excel中重新打开并另存后再提交。"
        ) from None
    except BaseException as error:
        # calamine is Rust: a panic on broken input arrives as an exception outside the Exception family
        if type(error).__name__ != "PanicException":
            raise
        raise UnreadableInput(
            f"文件“{path.name}”已损坏。", why="内部结构不合规范。", next_step="请在Excel中重新打开并另存后再提交。"
        ) from None
    return grids


def _sheet_parts(path: Path) -> dict[str, str]:
    """Return, per sheet name, the part of the archive that holds it."""
    with zipfile.ZipFile(path) as archive:
        names = {name.lower(): name for name in archive.namelist()}
        book = archive.read(names["xl/workbook.xml"]).decode("utf-8", "replace")
        links = archive.read(names["xl/_rels/workbook.xml.rels"]).decode("utf-8", "replace")
    targets = {}
    for link in re.findall(r"<Relationship\b[^>]*>", links):
        name, target = re.search(r'\bId="([^"]*)"', link), re.search(r'\bTarget="([^"]*)"', link)
        if name and target:
            targets[name[1]] = target[1].lstrip("/").lower()
    parts = {}
    for sheet in re.findall(r"<(?:\w+:)?sheet\b[^>]*>", book):
        name, identifier = re.search(r'\bname="([^"]*)"', sheet), re.search(r'\w+:id="([^"]*)"', sheet)
        if name and identifier and identifier[1] in targets:
            part = targets[identifier[1]]
            parts[unescape(name[1])] = part if part.startswith("xl/") else f"xl/{part}"
    return parts
