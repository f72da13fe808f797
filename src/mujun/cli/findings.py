"""``mujun findings COUNTY --year Y --rules NAME_OR_FILE --out DIR``."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pandas as pd
from rich.table import Table

from mujun.base.errors import MujunError
from mujun.cli.terminal import progress, stderr, stdout
from mujun.evaluation import evaluate
from mujun.files.county import read_county
from mujun.files.findings import read_grades, write_findings
from mujun.register.tables import Register
from mujun.renewal.findings import find
from mujun.rulebook.findings.load import load_findings_rules
from mujun.rulebook.findings.ruleset import FindingsRules
from mujun.rulebook.load import load_rules


def add_parser(subparsers: Any) -> None:
    """Describe the command to argparse."""
    parser = subparsers.add_parser("findings", help="认定低效用地")
    parser.add_argument("county", type=Path, metavar="COUNTY", help="县文件夹")
    parser.add_argument("--year", type=int, required=True, help="认定年度（看12月31日的状态）")
    parser.add_argument("--rules", required=True, metavar="NAME_OR_FILE", help="认定规则集名称（如 YK）或 YAML 文件")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="结果文件夹")
    grades = parser.add_mutually_exclusive_group()
    grades.add_argument(
        "--grades", type=Path, metavar="DIR_OR_CSV", help="评价等级：mujun evaluate 的结果文件夹或 grades.csv"
    )
    grades.add_argument(
        "--grade-rules", metavar="NAME_OR_FILE", help="没有 --grades 时按这个规则集先评价（默认取认定规则集里写明的）"
    )
    parser.add_argument("--json", action="store_true", help="结果以 JSON 打印")


def run(args: argparse.Namespace) -> int:
    """Find and write; print the counts per criterion."""
    rules = load_findings_rules(args.rules)
    given = read_grades(args.grades) if args.grades else None
    with progress("读取县文件夹") as advance:
        register, defects = read_county(args.county, progress=advance)
    grades, told = (given, "") if given is not None else _evaluated(register, rules, args.year, args.grade_rules)
    findings = find(register, rules, args.year, grades)
    with progress("写出结果"):
        description = write_findings(findings, args.out, grades if rules.needs_grades else None)
    severities = defects.frame()["severity"].value_counts()
    description["defects"] = {str(severity): int(number) for severity, number in severities.items()}
    if told:
        description["notes"].append(told)
    if args.json:
        print(json.dumps(description, ensure_ascii=False))
        return 0
    table = Table("标准", "认定", "无法认定", title=f"{rules.title}（{args.year}年度）")
    for criterion in rules.criteria:
        found, undecided = description["counts"][criterion.name], description["undecided"][criterion.name]
        table.add_row(criterion.label, str(found), str(undecided))
    stdout().print(table)
    stdout().print(f"{description['parcels']} 宗地中认定 {description['found']} 宗（一宗地可同时符合几条标准）。")
    for note in description["notes"]:
        stderr().print(note, markup=False)
    stderr().print(f"结果已写入 {args.out}")
    return 0


def _evaluated(
    register: Register, rules: FindingsRules, year: int, named: str | None
) -> tuple[pd.DataFrame | None, str]:
    """Evaluate for the criteria that read grades; where that cannot be done, return no grades and say why."""
    if not rules.needs_grades:
        return None, ""
    chosen = named or rules.grade_rules
    if not chosen:
        return None, "认定规则集没有写明按哪个评价规则集定等级，请用 --grades 或 --grade-rules 给出。"
    ruler = load_rules(chosen)
    try:
        with progress(f"按{ruler.name}评价"):
            return evaluate(register, ruler, year).grades[["firm_id", "grade"]], ""
    except MujunError as error:
        if named:
            raise
        return None, f"不能按{ruler.name}评价，等级标准无法认定：{error}"
