"""``mujun manage``: Django's management commands, for administrators of an installation."""

from __future__ import annotations

import argparse
from typing import Any

NO_PREFIX = "\0"
"""No option is ours: everything after ``manage`` belongs to Django."""


def add_parser(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("manage", help="Django 管理命令", add_help=False, prefix_chars=NO_PREFIX)
    parser.add_argument("arguments", nargs=argparse.REMAINDER)


def run(args: argparse.Namespace) -> int:
    """Hand the arguments to Django."""
    from mujun.web.manage import main

    main(args.arguments)
    return 0
