"""``mujun worker``: one process that takes background jobs from the database, one after the other."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import threading
import time
from typing import Any

from mujun.cli.django_project import start


def add_parser(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("worker", help="只启动后台任务")
    parser.add_argument("--parent", type=int, default=0, help="随该进程号的进程一同结束")
    parser.add_argument("--until-idle", action="store_true", help="做完现有任务即结束")


def run(args: argparse.Namespace) -> int:
    """Take jobs until stopped; jobs that a killed worker left behind are taken up again."""
    start()
    from mujun.web.register.jobs import run_worker

    if args.parent:
        threading.Thread(target=_leave_with, args=(args.parent,), daemon=True).start()
    run_worker(until_empty=args.until_idle)
    return 0


def _leave_with(parent: int) -> None:
    """End this process in order once the process that started it is gone, however it went."""
    while os.getppid() == parent:
        time.sleep(1)
    with contextlib.suppress(ProcessLookupError):
        os.kill(os.getpid(), signal.SIGTERM)
