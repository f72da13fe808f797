"""``mujun worker``: one process that takes background jobs from the database, one after the other."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import socket
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
    """Take jobs until stopped. A job that was being done when its worker died is closed as failed, never left open."""
    start()
    from mujun.web.register.jobs import run_worker

    if args.parent:
        threading.Thread(target=_leave_with, args=(args.parent,), daemon=True).start()
    close_orphans()
    run_worker(until_empty=args.until_idle)
    return 0


def worker_id() -> str:
    """Name this worker so that others can tell whether it is still alive: machine, process, moment of its start."""
    return f"{socket.gethostname()[:32]}:{os.getpid()}:{int(time.time())}"


class WorkerDied(RuntimeError):
    """The process that did a job ended before the job did."""


def close_orphans() -> int:
    """Close jobs whose worker on this machine no longer exists; return how many.

    A job writes in transactions, so what it had not finished was not written; the person starts it again.
    """
    from django_tasks_db.models import DBTaskResult

    closed = 0
    for result in DBTaskResult.objects.running():
        if _is_dead(str(result.worker_ids[-1]) if result.worker_ids else ""):
            result.set_failed(WorkerDied("后台进程中途结束，这项任务没有完成，请重新发起。"))
            closed += 1
    return closed


def _is_dead(worker: str) -> bool:
    host, _, rest = worker.partition(":")
    process = rest.partition(":")[0]
    if host != socket.gethostname()[:32] or not process.isdigit():
        return False
    if int(process) == os.getpid():
        return True  # an earlier process had the number that is ours now
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def _leave_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    with contextlib.suppress(ProcessLookupError):
        os.kill(os.getpid(), signal.SIGTERM)
