"""``mujun restore``: a whole installation out of one backup, into either database, all of it or nothing."""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mujun.base.errors import MujunError, Refused
from mujun.cli import archive
from mujun.cli.backup import FORMAT, KIND, SECRET
from mujun.cli.django_project import start


def add_parser(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("restore", help="由备份恢复整个系统")
    parser.add_argument("backup", type=Path, metavar="FILE", help="mujun backup 写出的文件")
    parser.add_argument("--replace", action="store_true", help="安装目录已有内容时，先把它移到一边再恢复")
    parser.add_argument("--no-replay", action="store_true", help="不逐一重算评价结果（更快）")
    parser.add_argument("--json", action="store_true", help="结果以 JSON 打印")


def run(args: argparse.Namespace) -> int:
    """Restore, replay every run, and say what was restored; 1 where a run does not replay to the same bytes."""
    home = Path(os.environ.get("MUJUN_HOME", Path.home() / ".mujun")).resolve()
    outcome = restore(args.backup.resolve(), home, replace=args.replace, replay_runs=not args.no_replay)
    if args.json:
        print(json.dumps(outcome, ensure_ascii=False))
    else:
        print(f"已恢复到 {home}：数据库 {outcome['rows']} 行，{outcome['files']} 个文件，备份于 {outcome['made_at']}。")
        if not args.no_replay:
            print(f"{outcome['runs']} 次评价已重算，{outcome['runs'] - len(outcome['differ'])} 次逐字节一致。")
        for line in outcome["differ"]:
            print(f"  {line}")
        if outcome["moved"]:
            print(f"原有内容移到了 {outcome['moved']}。")
    return 1 if outcome["differ"] else 0


def restore(backup: Path, home: Path, *, replace: bool, replay_runs: bool) -> dict[str, Any]:
    """Build the installation beside ``home`` and put it in place by renaming, once everything in it was checked."""
    if home.exists() and any(home.iterdir()) and not replace:
        raise Refused(
            f"“{home}”已有一个系统，没有恢复任何内容。",
            next_step="请用 MUJUN_HOME 指定一个空目录，或加 --replace 把现有内容移到一边。",
        )
    home.parent.mkdir(parents=True, exist_ok=True)
    staged = home.with_name(f".{home.name}.restoring-{os.getpid()}")
    unpacked = home.with_name(f".{home.name}.unpacked-{os.getpid()}")
    try:
        unpacked.mkdir(mode=0o700)
        manifest = archive.extract(backup, unpacked)
        _check_kind(manifest, backup)
        _lay_out(unpacked, staged, home)
        os.environ["MUJUN_HOME"] = str(staged)
        start()
        with _transaction():
            rows = _fill_database(manifest, unpacked / "database")
            runs, differ = _replay_all(staged) if replay_runs else (0, [])
            _close_sqlite()
            moved = _put_in_place(staged, home)
    finally:
        shutil.rmtree(unpacked, ignore_errors=True)
        shutil.rmtree(staged, ignore_errors=True)
    return {
        "home": str(home),
        "made_at": manifest["made_at"],
        "rows": sum(rows.values()),
        "files": len(manifest["files"]),
        "runs": runs,
        "differ": differ,
        "moved": str(moved or ""),
    }


def _check_kind(manifest: dict[str, Any], backup: Path) -> None:
    if manifest.get("kind") != KIND:
        raise MujunError(f"“{backup}”不是 mujun 的备份。", next_step="请给出 mujun backup 写出的文件。")
    if manifest.get("format", 0) > FORMAT:
        raise MujunError(f"“{backup}”由更新的版本 {manifest.get('mujun')} 写出。", next_step="请先升级 mujun，再恢复。")


def _lay_out(unpacked: Path, staged: Path, home: Path) -> None:
    content = unpacked / "home"
    if content.exists():
        content.rename(staged)
    staged.mkdir(mode=0o700, exist_ok=True)
    staged.chmod(0o700)
    key = next((file for file in (unpacked / SECRET, home / SECRET) if file.exists()), None)
    if key is not None:
        shutil.copy2(key, staged / SECRET)


@contextlib.contextmanager
def _transaction() -> Iterator[None]:
    """On PostgreSQL everything happens in one transaction; on SQLite in a file that nobody sees before the end."""
    from django.db import connection, transaction

    if connection.vendor == "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        names = set(connection.introspection.table_names(cursor)) - {"spatial_ref_sys"}
    if names:
        raise Refused(
            "MUJUN_DATABASE_URL 指向的数据库不是空的，没有恢复任何内容。",
            next_step="请用 createdb 新建一个数据库，并让 MUJUN_DATABASE_URL 指向它。",
        )
    with transaction.atomic():
        yield


def _fill_database(manifest: dict[str, Any], folder: Path) -> dict[str, int]:
    """Make the tables as they were, fill them, then bring them to this version."""
    from django.core.management import call_command
    from django.db import DatabaseError, connection, transaction
    from django.db.migrations.executor import MigrationExecutor

    from mujun.cli.dump import load

    targets = [(app, name) for app, names in manifest["database"]["migrations"].items() for name in names]
    executor = MigrationExecutor(connection)
    unknown = [f"{app}.{name}" for app, name in targets if (app, name) not in executor.loader.graph.nodes]
    if unknown:
        raise MujunError(
            f"备份由另一个版本 {manifest['mujun']} 写出，这个版本不认识其中的 {'、'.join(unknown)}。",
            next_step="请先升级 mujun，再恢复。",
        )
    executor.migrate(targets)
    then = executor.loader.project_state(targets).apps
    try:
        with transaction.atomic():
            _constraints(connection, "DEFERRED")
            rows = load(then, "default", folder)
            _constraints(connection, "IMMEDIATE")
    except DatabaseError as error:
        raise MujunError(
            "数据库没有接受备份的内容，没有恢复任何内容。",
            why=str(error).splitlines()[0],
            next_step="请换一份完好的备份。",
        ) from error
    expected = manifest["database"]["rows"]
    if rows != expected:
        raise MujunError("恢复后的行数与备份不符，没有恢复任何内容。", next_step="请换一份完好的备份。")
    call_command("migrate", interactive=False, verbosity=0)
    return rows


def _constraints(connection: Any, when: str) -> None:
    """Say when PostgreSQL checks references; migrations in the same transaction leave them immediate."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET CONSTRAINTS ALL {when}")


def _replay_all(staged: Path) -> tuple[int, list[str]]:
    from mujun.files.replaying import replay

    runs = sorted(file.parent for file in (staged / "runs").rglob("run.json"))
    outcomes = {run: replay(run) for run in runs}
    return len(runs), [
        f"{run.relative_to(staged)}：{'；'.join(outcome.reasons)}"
        for run, outcome in outcomes.items()
        if not outcome.same
    ]


def _close_sqlite() -> None:
    from django.db import connection

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()


def _put_in_place(staged: Path, home: Path) -> Path | None:
    moved = None
    if home.exists():
        if any(home.iterdir()):
            moved = home.with_name(f"{home.name}.before-{dt.datetime.now():%Y%m%d-%H%M%S}")
            home.rename(moved)
        else:
            home.rmdir()
    staged.rename(home)
    return moved
