"""``mujun evaluate COUNTY --year Y --rules NAME_OR_FILE --out DIR``."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from rich.table import Table

from mujun.cli.terminal import progress, stderr, stdout
from mujun.evaluation import evaluate
from mujun.files.county import read_county
from mujun.files.runs import write_run
from mujun.rulebook.load import load_rules


def add_parser(subparsers: Any) -> None:
    """Describe the command to argparse."""
    parser = subparsers.add_parser("evaluate", help="按规则集评价一个年度")
    parser.add_argument("county", type=Path, metavar="COUNTY", help="县文件夹")
    parser.add_argument("--year", type=int, required=True, help="评价年度")
    parser.add_argument("--rules", required=True, metavar="NAME_OR_FILE", help="规则集名称（如 HY2022）或 YAML 文件")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="结果文件夹")
    parser.add_argument("--account", nargs="+", default=[], metavar="ID", help="另写这些企业的算账单；all 为全部")
    parser.add_argument("--json", action="store_true", help="结果以 JSON 打印")


def run(args: argparse.Namespace) -> int:
    """Evaluate and write the run; print the counts per group and grade."""
    rules = load_rules(args.rules)
    with progress("读取县文件夹") as advance:
        register, defects = read_county(args.county, progress=advance)
    evaluation = evaluate(register, rules, args.year)
    with progress("写出结果"):
        description = write_run(evaluation, args.out, "all" if args.account == ["all"] else args.account)
    severities = defects.frame()["severity"].value_counts()
    description["defects"] = {str(severity): int(number) for severity, number in severities.items()}
    if args.json:
        print(json.dumps(description, ensure_ascii=False))
        return 0
    table = Table("分组", "等级", "企业数", title=f"{rules.title}（{args.year}年度）")
    for key, number in description["counts"].items():
        group, grade = key.rsplit(" ", 1)
        table.add_row(group, grade, str(number))
    for reason, number in description["not_graded"].items():
        table.add_row("未定档", reason, str(number))
    stdout().print(table)
    if len(defects):
        stderr().print(f"数据问题 {len(defects)} 条，用 mujun check 查看。")
    stderr().print(f"结果已写入 {args.out}")
    return 0
