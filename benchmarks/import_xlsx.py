"""Times the import of a workbook, rehearsal included, against what python-calamine needs just to read it.

    python benchmarks/import_xlsx.py [--rows 100000] [--rounds 3] [--home DIR]

Writes a workbook of parcels (20 columns: codes, names, areas, dates, truths, prices), then measures in turn, each in a
process of its own on a database of its own, the processor time (and, beside it, the time by the clock) of (a) the bare
read, every cell as a Python value, and (b) rehearsal and commit into SQLite as the web's jobs do them. Prints the median of each and their ratio; exits 1 where it is above 2.5.
The returned workbook is a job apart and not part of it.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import random
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

LIMIT = 2.5
TOWNS = ("青溪镇", "白石街道", "南渡镇", "双桥镇", "临港街道", "云岭镇")
USES = ("0601", "0602", "0701", "05H1")
HEADINGS = (
    "宗地代码", "镇街", "村", "登记面积(平方米)", "计税面积(平方米)", "土地用途", "权利类型", "权利人代码", "权利人", "批准日期",
    "供地日期", "约定开工", "约定竣工", "开工日期", "竣工日期", "容积率下限", "容积率上限", "土地价款(万元)", "约定投资(万元)", "违法用地",
)  # fmt: skip


def main() -> int:
    """Write the workbook, run both sides in turn, print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--side", choices=("read", "import"), help=argparse.SUPPRESS)
    parser.add_argument("--workbook", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.side == "read":
        return bare_read(options.workbook)
    if options.side == "import":
        return whole_import(options.workbook, options.rows)
    with tempfile.TemporaryDirectory() as folder:
        workbook = Path(folder) / "宗地.xlsx"
        write_workbook(workbook, options.rows)
        print(f"{options.rows:,} rows × {len(HEADINGS)} columns, {workbook.stat().st_size / 1e6:.1f} MB")
        times: dict[str, list[tuple[float, float]]] = {"read": [], "import": []}
        for number in range(options.rounds):
            for side in times:
                times[side].append(timed(side, workbook, options.rows, Path(folder) / f"home-{number}"))
                print(f"round {number + 1} {side}: {times[side][-1][0]:.2f} s", flush=True)
    (read, whole), (read_clock, whole_clock) = (
        [statistics.median(one[kind] for one in times[side]) for side in ("read", "import")] for kind in (0, 1)
    )
    print(f"python-calamine, bare read: {read:.2f} s of processor time")
    print(f"mujun, rehearsal and commit on SQLite: {whole:.2f} s")
    print(f"by the clock: {read_clock:.2f} s and {whole_clock:.2f} s, {whole_clock / read_clock:.2f} times")
    print(f"ratio {whole / read:.2f} (limit {LIMIT})")
    return 0 if whole / read <= LIMIT else 1


def write_workbook(target: Path, rows: int) -> None:
    """Write plausible parcels; the seed is fixed."""
    import xlsxwriter

    from mujun.base.creditcode import check_character

    chance = random.Random(1)
    bodies = [f"91331003MA{number:07d}" for number in range(60_000)]
    firms = [body + check_character(body) for body in bodies]
    first = dt.date(2005, 1, 1)
    with xlsxwriter.Workbook(str(target), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("宗地")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, HEADINGS)
        for row in range(1, rows + 1):
            area, start = round(chance.uniform(800, 90_000), 2), first + dt.timedelta(days=chance.randrange(6000))
            far, town = round(chance.uniform(0.8, 1.5), 1), chance.choice(TOWNS)
            sheet.write_row(row, 0, (f"331003{row:012d}", town, f"{chance.randrange(1, 40)}村", area, area))
            right = chance.choice(("出让", "划拨", "集体"))
            sheet.write_row(row, 5, (chance.choice(USES), right, firms[row % 60_000], f"示例五金{row % 60_000}厂"))
            for place in range(6):
                sheet.write_datetime(
                    row, 9 + place, dt.datetime.combine(start, dt.time()) + dt.timedelta(90 * place), day
                )
            price, due = round(area * chance.uniform(0.02, 0.09), 2), round(area * chance.uniform(0.1, 0.4), 1)
            sheet.write_row(row, 15, (far, round(far + 1, 1), price, due, "否"))


def timed(side: str, workbook: Path, rows: int, home: Path) -> tuple[float, float]:
    """Run one side in a process of its own; it prints the seconds it measured, of the processor and by the clock."""
    command = [sys.executable, __file__, "--side", side, "--workbook", str(workbook), "--rows", str(rows)]
    environment = os.environ | {"MUJUN_HOME": str(home), "MUJUN_DATABASE_URL": ""}
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    processor, clock = done.stdout.strip().splitlines()[-1].split()
    return float(processor), float(clock)


def spent() -> tuple[float, float]:
    """Seconds that this process and its children took of the processor (others do not count), and by the clock."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system, times.elapsed


def tell(since: tuple[float, float]) -> None:
    """Print what was spent ``since`` then, for the process that started this one."""
    print(*(now - then for now, then in zip(spent(), since, strict=True)))


def bare_read(workbook: Path) -> int:
    """Read every cell with python-calamine and do nothing with it."""
    from python_calamine import CalamineWorkbook

    started = spent()
    rows = CalamineWorkbook.from_path(str(workbook)).get_sheet_by_index(0).to_python()
    assert rows
    tell(started)
    return 0


def whole_import(workbook: Path, rows: int) -> int:
    """Take the file in, rehearse and commit, as the pages and their jobs do; installing the database is not timed."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "mujun.web.settings"
    import django

    django.setup()
    from django.core.files import File
    from django.core.management import call_command

    import mujun.files.county  # noqa: F401 - a worker has loaded it long before
    from mujun.web.people.models import User
    from mujun.web.register import actions, imports, jobs
    from mujun.web.register.models import Parcel

    call_command("migrate", verbosity=0)
    clerk = User.objects.create(username="benchmark", display_name="基准", role="analyst")
    with workbook.open("rb") as handle:
        batch = actions.take_in(imports.store_uploads([File(handle, name="宗地.xlsx")]), "基准", by=clerk)
    started = spent()
    jobs.rehearse(batch=batch.pk, by=clerk.pk)
    jobs.commit(batch=batch.pk, by=clerk.pk)
    tell(started)
    assert Parcel.objects.filter(until=None).count() == rows
    return 0


if __name__ == "__main__":
    sys.exit(main())
