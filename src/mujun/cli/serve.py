"""``mujun serve``: the pages and the background jobs of one installation, in one command."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from mujun.base.errors import MujunError
from mujun.cli.django_project import prepare, start
from mujun.cli.processes import Keeper


class AddressTaken(MujunError):
    """The address to serve on is not free."""


def add_parser(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("serve", help="启动网页与后台任务")
    parser.add_argument(
        "--host", default="127.0.0.1", help="监听地址（127.0.0.1；对外服务用 0.0.0.0 并设置 MUJUN_HOSTS）"
    )
    parser.add_argument("--port", type=int, default=8000, help="端口（8000）")
    parser.add_argument("--workers", type=int, default=1, help="后台任务进程数（1）")
    parser.add_argument("--threads", type=int, default=8, help="同时处理的请求数（8）")


def run(args: argparse.Namespace) -> int:
    """Bring the database up to date, then serve until stopped."""
    start()
    prepare()
    return serve(args.host, args.port, workers=args.workers, threads=args.threads)


def serve(
    host: str, port: int, *, workers: int = 1, threads: int = 8, ready: Callable[[str], None] | None = None
) -> int:
    """Serve an installation that is up to date; ``ready`` is called with the address once it answers.

    SIGTERM and Ctrl-C end it in order: open requests and the job in hand are finished first.
    """
    from waitress.server import create_server

    from mujun.web.wsgi import application

    try:
        server = create_server(application, host=host, port=port, threads=threads, ident="mujun", connection_limit=500)
    except OSError as error:
        raise AddressTaken(
            f"不能在 {host}:{port} 上提供服务。", why=str(error), next_step="请用 --port 换一个端口。"
        ) from None
    keeper = Keeper([sys.executable, "-m", "mujun.cli.main", "worker", "--parent", str(os.getpid())], workers)
    signal.signal(signal.SIGTERM, _end)
    try:
        keeper.start()
        (ready or _announce)(f"http://{host}:{port}/")
        server.run()
    finally:
        server.close()
        keeper.stop()
    return 0


def _announce(address: str) -> None:
    from mujun.web.people.passwords import setup_code
    from mujun.web.people.queries import nobody_yet

    print(f"mujun 已启动：{address}（按 Ctrl-C 结束）", flush=True)
    if nobody_yet():
        print(f"还没有账号。首次设置码：{setup_code()}（在第一个页面上输入，建立管理员账号后作废）", flush=True)


def _end(number: int, frame: object) -> None:
    raise SystemExit(0)
