"""``mujun replay RUN_DIR [--out DIR]``: 0 if byte-identical, 1 if not."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from mujun.cli.terminal import progress, stdout
from mujun.files.replaying import replay


def add_parser(subparsers: Any) -> None:
    """Describe the command to argparse."""
    parser = subparsers.add_parser("replay", help="由快照重算一次评价或认定，逐字节比较")
    parser.add_argument("run", type=Path, metavar="RUN_DIR", help="mujun evaluate 或 mujun findings 写出的文件夹")
    parser.add_argument("--out", type=Path, metavar="DIR", help="把重算的文件写到这里")
    parser.add_argument("--json", action="store_true", help="结果以 JSON 打印")


def run(args: argparse.Namespace) -> int:
    """Replay the run and say whether every byte agrees."""
    with progress("由快照重算"):
        outcome = replay(args.run, args.out)
    if args.json:
        print(json.dumps({"same": outcome.same, "differ": outcome.reasons}, ensure_ascii=False))
    elif outcome.same:
        stdout().print("重算结果与当时逐字节一致。")
    else:
        stdout().print("重算结果与当时不一致：")
        for reason in outcome.reasons:
            stdout().print(f"  {reason}", markup=False)
    return 0 if outcome.same else 1
