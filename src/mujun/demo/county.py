"""The demonstration county as a folder of raw files, as a real county would hand it over, with planted defects."""

from __future__ import annotations

import csv
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from mujun.base.errors import MujunError
from mujun.demo.bureaus import hand_over
from mujun.demo.planting import plant_all
from mujun.demo.planting.field import Field
from mujun.demo.sheets import Sheet
from mujun.demo.world import FIRMS, PARCELS, draw_world
from mujun.demo.writing import rows_by_identity, write_layer, write_list, write_workbook

Report = Callable[[str, int, int], None]
PLANTED = "_planted"
"""The folder, left alone by the reader, that says where the planted defects are."""

COLUMNS = ("case", "kind", "codes", "role", "file", "sheet", "row", "column", "field")


def write_county(out: Path, *, seed: int = 1, scale: float = 1.0, progress: Report | None = None) -> int:
    """Write the county of ``seed`` into ``out`` (made if missing, must hold no other files): wholly, or not at all.

    ``scale`` multiplies the 3,000 firms and 2,400 parcels. ``out/_planted/defects.csv`` lists every planted defect:
    the code a check should give, file, sheet, row and column; rows of one ``case`` belong together (one of them is to
    be found); ``role`` ``consequence`` marks rows that suffer from a defect elsewhere. Row numbers are those people
    see in a table, and count features from 1 in a layer. ``progress`` is called with (what, done, total). Returns the
    number of planted defects (cases); raises MujunError where ``out`` holds something or cannot be written.
    """
    report = progress or (lambda what, done, total: None)
    try:
        return _write_beside(Path(out).absolute(), seed, scale, report)
    except OSError as error:
        raise MujunError(
            f"写不进 {out}。", why=error.strerror or str(error), next_step="请换一个能写的文件夹。"
        ) from error


def _write_beside(out: Path, seed: int, scale: float, report: Report) -> int:
    """Write into a folder beside ``out`` and move what is there once all of it is written."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise MujunError(f"{out} 里已有文件。", why="示范县只写进空文件夹。", next_step="请换一个文件夹，或先清空它。")
    report("画地与企业", 0, 4)
    world = draw_world(seed, firms=max(60, round(FIRMS * scale)), parcels=max(56, round(PARCELS * scale)))
    report("各部门填表", 1, 4)
    sheets = hand_over(seed, world)
    report("埋设数据问题", 2, 4)
    field = Field(seed, sheets)
    plant_all(field)
    report("写文件", 3, 4)
    out.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    try:
        beside.chmod(0o755)
        write_sheets(beside, list(sheets.values()))
        _write_planted(beside / PLANTED, field)
        _move(beside, out)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    return len({planted.case for planted in field.planted})


def _move(beside: Path, out: Path) -> None:
    if not out.exists():
        beside.rename(out)
        return
    # The folder itself stays: somebody may stand in it.
    for path in list(beside.iterdir()):
        path.rename(out / path.name)
    beside.rmdir()


def write_sheets(out: Path, sheets: list[Sheet]) -> None:
    """Write every sheet into its file; sheets of one workbook in the order given."""
    for file in dict.fromkeys(sheet.file for sheet in sheets):
        together = [sheet for sheet in sheets if sheet.file == file]
        if file.endswith(".xlsx"):
            write_workbook(out / file, together)
        elif file.endswith(".csv"):
            write_list(out / file, together[0])
        else:
            write_layer(out / file, together[0])


def _write_planted(folder: Path, field: Field) -> None:
    folder.mkdir()
    numbers = {id(sheet): rows_by_identity(sheet) for sheet in field.sheets.values()}
    with (folder / "defects.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for planted in field.planted:
            sheet = planted.sheet
            place = (
                sheet.file,
                sheet.sheet,
                numbers[id(sheet)][id(planted.row)],
                sheet.letter(planted.name),
                planted.name,
            )
            writer.writerow([planted.case, planted.kind, "|".join(planted.codes), planted.role, *place])
