"""``mujun demo``: writes the demonstration county as a folder of raw files."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any


def add_parser(subparsers: Any) -> None:
    """Add the command and its options."""
    parser = subparsers.add_parser("demo", help="生成示范县文件夹")
    parser.add_argument(
        "--out", type=Path, default=Path("示范县"), metavar="COUNTY", help="写到哪个空文件夹（默认：示范县）"
    )
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="随机种子；同一种子总得同样的文件（默认：1）")
    parser.add_argument("--json", action="store_true", help="以JSON输出")


def run(args: argparse.Namespace) -> int:
    """Write the county and say where it is and what is planted in it."""
    from mujun.cli.terminal import progress
    from mujun.demo.county import PLANTED, write_county

    with progress("生成示范县") as report:
        planted = write_county(args.out, seed=args.seed, progress=report)
    if args.json:
        print(json.dumps({"county": str(args.out), "planted": planted}, ensure_ascii=False))
    else:
        print(f"示范县已写到 {args.out}，埋设了 {planted} 处数据问题，清单在 {args.out / PLANTED / 'defects.csv'}。")
        print(f"下一步：mujun check {args.out}")
    return 0
