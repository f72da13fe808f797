"""``mujun``: finds the command asked for, loads only its module, and turns errors into one sentence."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections.abc import Sequence
from types import ModuleType

from mujun import __version__
from mujun.base.errors import MujunError

COMMANDS: dict[str, tuple[str, str]] = {
    "check": ("mujun.cli.check", "检查一个县的文件夹，列出数据问题"),
    "evaluate": ("mujun.cli.evaluate", "按规则集评价一个年度"),
    "findings": ("mujun.cli.findings", "认定低效用地"),
    "replay": ("mujun.cli.replay", "由快照重算一次评价，逐字节比较"),
    "instance": ("mujun.cli.instance", "由县文件夹做出集中连片的选块问题"),
    "blocks": ("mujun.cli.blocks", "在预算内选出集中连片的地块，并给出上限"),
    "extract": ("mujun.cli.extract", "从文档读出目标、成果和事实"),
    "demo": ("mujun.cli.demo", "生成示范县文件夹"),
    "serve": ("mujun.cli.serve", "启动网页与后台任务"),
    "worker": ("mujun.cli.worker", "只启动后台任务"),
    "bundle": ("mujun.cli.bundle", "制作内网安装包"),
    "backup": ("mujun.cli.backup", "备份整个系统"),
    "restore": ("mujun.cli.restore", "由备份恢复整个系统"),
    "manage": ("mujun.cli.manage", "Django 管理命令"),
}
"""Command → (module with ``add_parser(subparsers)`` and ``run(args) -> int``, one line of help)."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 the answer is no, 2 broken call or unreadable input."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    name = next((argument for argument in arguments if not argument.startswith("-")), "")
    parser = argparse.ArgumentParser(prog="mujun", description="亩均：以地管企、亩均论英雄、集中连片整治")
    parser.add_argument("--version", action="version", version=f"mujun {__version__}")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="命令")
    loaded: ModuleType | None = None
    for command, (module, line) in COMMANDS.items():
        if command == name:
            loaded = importlib.import_module(module)
            loaded.add_parser(subparsers)
        else:
            subparsers.add_parser(command, help=line, add_help=False)
    options = parser.parse_args(arguments)
    if loaded is None:
        parser.error(f"没有“{name}”这个命令")
    try:
        return int(loaded.run(options))
    except MujunError as error:
        return _refuse(error, as_json="--json" in arguments)
    except BrokenPipeError:
        return 0
    except KeyboardInterrupt:
        print("已中断，没有写出任何结果。", file=sys.stderr)
        return 130


def _refuse(error: MujunError, *, as_json: bool) -> int:
    print(f"mujun: {error}", file=sys.stderr)
    if as_json:
        print(json.dumps(error.as_dict(), ensure_ascii=False))
    return error.exit_code


if __name__ == "__main__":
    sys.exit(main())
