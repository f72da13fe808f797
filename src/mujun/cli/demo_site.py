"""The demonstration site: builds it once in ``MUJUN_HOME`` and serves it (``python3 make.py demo``)."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import threading
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mujun.base.errors import MujunError
from mujun.cli.django_project import prepare, start
from mujun.cli.serve import serve

MARK = "demo.json"
"""In a home that this module made: what was built, once it is whole."""


def main(argv: Sequence[str] | None = None) -> int:
    """Build what is missing, then serve until stopped, or with ``--once`` until the first page answered."""
    parser = argparse.ArgumentParser(prog="demo_site", description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scale", type=float, default=1.0, help="size of the county (1 = 3,000 firms)")
    parser.add_argument("--once", action="store_true", help="leave as soon as the pages answer")
    options = parser.parse_args(argv)
    home = Path(os.environ.get("MUJUN_HOME", Path.cwd() / ".mujun" / "demo")).resolve()
    os.environ["MUJUN_HOME"] = str(home)
    try:
        accounts = _built(home, options.seed, options.scale)
        return serve("127.0.0.1", options.port, ready=lambda address: _ready(address, accounts, once=options.once))
    except MujunError as error:
        print(f"mujun: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return 130


def _built(home: Path, seed: int, scale: float) -> list[dict[str, Any]]:
    mark = home / MARK
    held = json.loads(mark.read_text(encoding="utf-8")) if mark.exists() else None
    if held and held["accounts"] and (held["seed"], held["scale"]) == (seed, scale):
        _say(f"▸ 示范县已在 {home}（删除该目录即可重建） · the demo county is there already")
        start()
        prepare()
        return list(held["accounts"])
    _clear(home, ours=held is not None)
    mark.write_text(json.dumps({"seed": seed, "scale": scale, "accounts": []}), encoding="utf-8")
    begun = time.monotonic()
    _say("▸ 建立数据库 · the database")
    start()
    prepare()
    from mujun.cli.demo_county import PASSWORD, build

    accounts = [
        {"username": account.username, "password": PASSWORD, "role": account.role.value, "what": account.what}
        for account in build(home, seed=seed, scale=scale, say=_say)
    ]
    mark.write_text(json.dumps({"seed": seed, "scale": scale, "accounts": accounts}), encoding="utf-8")
    _say(f"  示范县已就绪，用时 {time.monotonic() - begun:.0f} 秒 · the demo county is ready")
    return accounts


def _clear(home: Path, *, ours: bool) -> None:
    """Empty what an interrupted build left; refuse a home that somebody else fills."""
    if home.exists() and any(home.iterdir()):
        if not ours:
            raise MujunError(
                f"“{home}”里已有别的系统，示范县不会写进去。", next_step="请用 MUJUN_HOME 指定另一个目录。"
            )
        shutil.rmtree(home)
    home.mkdir(parents=True, exist_ok=True)


def _ready(address: str, accounts: list[dict[str, Any]], *, once: bool) -> None:
    lines = [f"    {one['username']:<10}{one['password']:<18}{one['role']:<15}{one['what']}" for one in accounts]
    _say("")
    _say(f"  打开 · open  {address}")
    _say("  演示账号（虚构，仅供示范） · demo users (fictional, for this demonstration only)")
    _say("\n".join(lines))
    _say("  按 Ctrl-C 结束 · Ctrl-C ends it")
    if once:
        threading.Thread(target=_leave_when_answering, args=(address,), daemon=True).start()


def _leave_when_answering(address: str) -> None:
    """Ask for the sign-in page until it comes, then end this process in order."""
    import signal

    for _attempt in range(60):
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - our own address
                _say(f"  {address} → {answer.status}")
                break
        except OSError:
            time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
