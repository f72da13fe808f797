"""``mujun check COUNTY [--out DIR]``: what is wrong with a county's files, where, and how to mend it."""

from __future__ import annotations

import argparse
import dataclasses
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.table import Table

from mujun.base.defects import Defect, DefectLog, Severity
from mujun.base.errors import MujunError
from mujun.cli.terminal import progress, stderr, stdout
from mujun.files.county import read_county
from mujun.files.reasons import SEVERITIES
from mujun.files.returned import write_returned
from mujun.register.checks import check_register
from mujun.register.tables import Register

_STYLES = {Severity.STOPS: "bold red", Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTICE: "dim"}
_EXAMPLES = 3


def add_parser(subparsers: Any) -> None:
    """Describe the command to argparse."""
    parser = subparsers.add_parser("check", help="检查一个县的文件夹，列出数据问题")
    parser.add_argument("county", type=Path, metavar="COUNTY", help="县文件夹")
    parser.add_argument("--out", type=Path, metavar="DIR", help="把每个文件连同问题写到这个文件夹")
    parser.add_argument("--year", type=int, help="评价年度（默认为数据最全的最近一年）")
    parser.add_argument("--all", action="store_true", help="逐条列出，不按种类归并")
    parser.add_argument("--json", action="store_true", help="结果以 JSON 打印")


def run(args: argparse.Namespace) -> int:
    """Check the county; 1 if some defect stops an evaluation, else 0."""
    with progress("读取县文件夹") as advance:
        register, log = read_county(args.county, progress=advance)
    with progress("核对各表"):
        log.extend(check_register(register, year=args.year))
    returned = _return_files(args.county, args.out, log) if args.out else []
    if args.json:
        print(json.dumps(_answer(register, log, returned), ensure_ascii=False))
    else:
        _print(log, register, every=args.all)
        if args.out:
            stderr().print(f"退回的文件已写入 {args.out}")
    return 1 if log.stops else 0


def _answer(register: Register, log: DefectLog, returned: Sequence[str]) -> dict[str, Any]:
    counts = Counter(str(defect.severity) for defect in log)
    return {
        "defects": [dataclasses.asdict(defect) | {"cell": defect.cell} for defect in log],
        "stops": log.stops,
        "counts": {str(severity): counts.get(str(severity), 0) for severity in Severity},
        "tables": {name: len(table) for name, table in register.tables.items()},
        "returned": list(returned),
    }


def _return_files(county: Path, out: Path, log: DefectLog) -> list[str]:
    """Write every file that has a defect back; a file that cannot be written back is told on the terminal."""
    by_file: dict[str, list[Defect]] = {}
    for defect in log:
        if defect.file and (county / defect.file).is_file():
            by_file.setdefault(defect.file, []).append(defect)
    written = []
    with progress("写出退回文件") as advance:
        for number, (file, defects) in enumerate(sorted(by_file.items())):
            advance(file, number, len(by_file))
            try:
                path = write_returned(county / file, defects, out / file)
            except MujunError as error:
                stderr().print(f"“{file}”没有退回文件：{error}")
                continue
            written.append(path.relative_to(out).as_posix())
    return written


def _print(log: DefectLog, register: Register, *, every: bool) -> None:
    if not len(log):
        stdout().print("没有发现问题。")
    elif every:
        _print_every(log)
    else:
        _print_kinds(log)
    rows = "、".join(f"{name} {len(table)} 行" for name, table in register.tables.items())
    counts = Counter(defect.severity for defect in log)
    found = "，".join(f"{label} {counts[severity]} 条" for severity, label in SEVERITIES.items() if counts[severity])
    stderr().print(f"读入：{rows or '没有可用的表'}。{f'问题：{found}。' if found else ''}")


def _print_every(log: DefectLog) -> None:
    table = _table("级别", "位置", "问题", "办法", title="数据问题", lines=False)
    for severity in SEVERITIES:
        for defect in log:
            if defect.severity is severity:
                style = _STYLES[severity]
                table.add_row(
                    f"[{style}]{SEVERITIES[severity]}[/]", _place(defect), _safe(defect.message), _safe(defect.mend)
                )
    stdout().print(table)


def _print_kinds(log: DefectLog) -> None:
    """Print one line per kind of defect with its count and the first places."""
    kinds: dict[tuple[Severity, str], list[Defect]] = {}
    for defect in log:
        kinds.setdefault((defect.severity, defect.code), []).append(defect)
    table = _table("级别", "种类", "条数", "例", "位置", title="数据问题（--all 逐条列出）", lines=True)
    for severity, label in SEVERITIES.items():
        for (found, code), defects in kinds.items():
            if found is severity:
                places = "\n".join(dict.fromkeys(_place(defect) for defect in defects[:_EXAMPLES]))
                sentence = _safe(f"{defects[0].message}{defects[0].mend}")
                table.add_row(f"[{_STYLES[severity]}]{label}[/]", code, str(len(defects)), sentence, places)
    stdout().print(table)


def _table(*columns: str, title: str, lines: bool) -> Table:
    table = Table(title=title, show_lines=lines)
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=False)
    return table


def _place(defect: Defect) -> str:
    cell = defect.cell if defect.column else (f"第{defect.row}行" if defect.row is not None else "")
    return _safe(" / ".join(part for part in (defect.file, defect.sheet, cell) if part) or defect.table)


def _safe(text: str) -> str:
    return text.replace("[", "\\[")
