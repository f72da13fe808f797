"""``mujun backup``: the whole installation in one file, while it goes on running."""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import json
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mujun import __version__
from mujun.cli import archive
from mujun.cli.django_project import start

FORMAT = 1
KIND = "mujun-backup"
SECRET = "secret-key"  # noqa: S105 - the name of a file
LEFT_OUT = frozenset({SECRET, "static", "backups", "work", "workers"})
"""What of the home is no content: made again by itself, or the database, which goes in as tables."""


def add_parser(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("backup", help="备份整个系统")
    parser.add_argument("--out", type=Path, metavar="FILE", help="写到这个文件（默认放进安装目录的 backups 里）")
    parser.add_argument("--with-secret-key", action="store_true", help="连同签名密钥一起备份（恢复后登录状态仍有效）")
    parser.add_argument("--json", action="store_true", help="结果以 JSON 打印")


def run(args: argparse.Namespace) -> int:
    """Write the backup and say where it is."""
    start()
    from django.conf import settings

    now = dt.datetime.now(dt.UTC)
    target = args.out or settings.HOME / "backups" / f"mujun-{now:%Y%m%d-%H%M%S}.tar.gz"
    about = make_backup(target, now, with_secret_key=args.with_secret_key)
    rows, files = sum(about["database"]["rows"].values()), len(about["files"])
    if args.json:
        print(json.dumps({"backup": str(target), "rows": rows, "files": files}, ensure_ascii=False))
    else:
        print(f"已备份到 {target}：数据库 {rows} 行，共 {files} 个文件。")
    return 0


def make_backup(target: Path, now: dt.datetime, *, with_secret_key: bool = False) -> dict[str, Any]:
    """Write the running installation into ``target`` and return the manifest.

    The database is read first, as of one moment; files are only ever added, so those it names are all there afterwards.
    """
    from django.apps import apps
    from django.conf import settings

    from mujun.cli.dump import dump

    with archive.write(target) as writer, tempfile.TemporaryDirectory(prefix="mujun-backup-") as folder:
        with _as_of_now(Path(folder)) as alias:
            migrations = _migrations(alias)
            counts = dump(apps, alias, Path(folder) / "database")
            vendor = settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]
        for file in sorted((Path(folder) / "database").iterdir()):
            writer.add(f"database/{file.name}", file)
        for file in _content(settings.HOME, target):
            writer.add(f"home/{file.relative_to(settings.HOME).as_posix()}", file)
        if with_secret_key:
            writer.add(SECRET, settings.HOME / SECRET)
        about = {
            "kind": KIND,
            "format": FORMAT,
            "mujun": __version__,
            "made_at": now.isoformat(timespec="seconds"),
            "database": {"vendor": vendor, "migrations": migrations, "rows": counts},
        }
        writer.finish(about)
    return {**about, "files": writer.files}


@contextlib.contextmanager
def _as_of_now(folder: Path) -> Iterator[str]:
    """Yield the alias of a database that does not change while it is read, without holding writers up."""
    from django.db import connection, connections, transaction

    if connection.vendor == "sqlite":
        copy = folder / "copy.sqlite3"
        connection.ensure_connection()
        with contextlib.closing(sqlite3.connect(copy)) as target:
            connection.connection.backup(target)
        connections.databases["copy"] = {**connections.databases["default"], "NAME": copy}
        try:
            yield "copy"
        finally:
            connections["copy"].close()
            del connections.databases["copy"]
            del connections["copy"]
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield "default"


def _migrations(alias: str) -> dict[str, list[str]]:
    """Return the last migrations applied, by app: the shape of the tables."""
    from django.db import connections
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connections[alias])
    leaves: dict[str, list[str]] = {}
    for app, name in loader.applied_migrations or {}:
        later = loader.graph.node_map.get((app, name))
        if later is None or any(
            child.key[0] == app and child.key in loader.applied_migrations for child in later.children
        ):
            continue
        leaves.setdefault(app, []).append(name)
    return {app: sorted(names) for app, names in sorted(leaves.items())}


def _content(home: Path, target: Path) -> Iterator[Path]:
    """Yield the files of the home that belong to the installation's content."""
    for entry in sorted(home.iterdir()):
        if entry.name in LEFT_OUT or entry.name.startswith((".", "mujun.sqlite3")):
            continue
        files = [entry] if entry.is_file() else sorted(file for file in entry.rglob("*") if file.is_file())
        yield from (file for file in files if file != target and not file.name.endswith((".draft", ".part")))
