"""Demo, backup and restore from end to end, on a small demonstration county."""

from __future__ import annotations

import gzip
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.installation import environment, free_port, mujun

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    home = tmp_path_factory.mktemp("demo") / "home"
    command = [sys.executable, "-m", "mujun.cli.demo_site", "--scale", "0.05", "--once", "--port", str(free_port())]
    answer = subprocess.run(command, env=environment(home.parent / "home"), capture_output=True, text=True)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    _open_a_block(home)
    return home, answer.stdout


def _open_a_block(home: Path) -> None:
    """A block with consent, stages, a photograph and accepted land, so that the campaign travels too."""
    script = Path(__file__).with_name("campaign_in_demo.py")
    answer = subprocess.run([sys.executable, script], env=environment(home), capture_output=True, text=True)
    assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.fixture(scope="module")
def backup(demo: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("backup") / "backup.tar.gz"
    answer = mujun(demo[0], "backup", "--out", file)
    assert answer.returncode == 0, answer.stderr
    return file


def unpacked(file: Path, folder: Path) -> dict[str, Any]:
    """Return the tables of a backup as values: PostgreSQL keeps JSON with its keys in another order."""
    with tarfile.open(file) as archive:
        archive.extractall(folder)
    tables = sorted((folder / "database").iterdir())
    return {
        table.name: [json.loads(line) for line in table.read_text(encoding="utf-8").splitlines()] for table in tables
    }


def test_demo_says_what_to_open_and_who_may_sign_in(demo: tuple[Path, str]) -> None:
    printed = demo[1]
    assert "http://127.0.0.1:" in printed
    assert "→ 200" in printed
    for name in ("admin", "analyst", "leader", "town", "firm", "auditor"):
        assert f"    {name} " in printed


def test_demo_is_built_once(demo: tuple[Path, str]) -> None:
    home = demo[0]
    before = (home / "mujun.sqlite3").stat().st_ino, len(list((home / "runs").iterdir()))
    command = [sys.executable, "-m", "mujun.cli.demo_site", "--scale", "0.05", "--once", "--port", str(free_port())]
    answer = subprocess.run(command, env=environment(home), capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    assert "admin" in answer.stdout
    assert before == ((home / "mujun.sqlite3").stat().st_ino, len(list((home / "runs").iterdir())))


def test_demo_leaves_a_foreign_home_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "mine.txt").write_text("mine")
    command = [sys.executable, "-m", "mujun.cli.demo_site", "--once", "--port", str(free_port())]
    answer = subprocess.run(command, env=environment(home), capture_output=True, text=True)
    assert answer.returncode == 2
    assert [file.name for file in home.iterdir()] == ["mine.txt"]


def test_a_restored_installation_holds_the_same_and_replays(backup: Path, tmp_path: Path) -> None:
    home = tmp_path / "elsewhere"
    answer = mujun(home, "restore", backup, "--json")
    assert answer.returncode == 0, answer.stdout + answer.stderr
    outcome = json.loads(answer.stdout)
    assert (outcome["runs"], outcome["differ"]) == (3, [])  # two evaluations and the findings
    again = tmp_path / "again.tar.gz"
    assert mujun(home, "backup", "--out", again).returncode == 0
    assert unpacked(again, tmp_path / "b") == unpacked(backup, tmp_path / "a")
    first, second = (
        {name: entry for name, entry in json.loads((tmp_path / part / "manifest.json").read_text())["files"].items()}
        for part in "ab"
    )
    files = {name for name in first if name.startswith("home/")}
    assert files
    photographs = {name for name in files if name.startswith("home/documents/campaign/")}
    rows = unpacked(backup, tmp_path / "rows")
    for table in ("block", "blockparcel", "party", "stagerecord", "decision", "attachment", "acceptance", "block_team"):
        assert len(rows[f"campaign.{table}.jsonl"]) > 1, table  # the first line names the columns
    columns, *attached = rows["campaign.attachment.jsonl"]
    digests = {dict(zip(columns, row, strict=True))["sha256"] for row in attached}  # the same file is kept once
    assert {Path(name).stem for name in photographs} == digests
    assert {name: first[name] for name in files} == {name: second.get(name) for name in files}


@pytest.mark.skipif("MUJUN_DATABASE_URL" not in os.environ, reason="make.py test runs this on PostgreSQL")
def test_a_backup_of_sqlite_restores_into_postgresql_and_back(backup: Path, tmp_path: Path) -> None:
    import psycopg

    url = os.environ["MUJUN_DATABASE_URL"]
    name = f"restored_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    try:
        there = url.rpartition("/")[0] + "/" + name
        answer = mujun(tmp_path / "there", "restore", backup, MUJUN_DATABASE_URL=there)
        assert answer.returncode == 0, answer.stdout + answer.stderr
        refused = mujun(tmp_path / "twice", "restore", backup, MUJUN_DATABASE_URL=there)
        assert refused.returncode == 1
        assert not (tmp_path / "twice").exists()
        second = tmp_path / "second.tar.gz"
        assert mujun(tmp_path / "there", "backup", "--out", second, MUJUN_DATABASE_URL=there).returncode == 0
        assert unpacked(second, tmp_path / "b") == unpacked(backup, tmp_path / "a")
        assert mujun(tmp_path / "back", "restore", second, "--no-replay").returncode == 0
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _cut(content: bytes) -> bytes:
    return content[: len(content) * 2 // 3]


def _one_byte_changed(content: bytes) -> bytes:
    plain = bytearray(gzip.decompress(content))
    place = plain.find(b"firm_id")
    plain[place] ^= 1
    return gzip.compress(bytes(plain), 1)


def _rewritten(content: bytes, keep: Callable[[str], bool], extra: str = "") -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=io.BytesIO(content)) as source, tarfile.open(fileobj=target, mode="w:gz") as archive:
        for member in source:
            if keep(member.name):
                archive.addfile(member, source.extractfile(member))
        if extra:
            member = tarfile.TarInfo(extra)
            member.size = 3
            archive.addfile(member, io.BytesIO(b"bad"))
    return target.getvalue()


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "cut": _cut,
    "one byte changed": _one_byte_changed,
    "no manifest": lambda content: _rewritten(content, lambda name: name != "manifest.json"),
    "a table missing": lambda content: _rewritten(content, lambda name: not name.endswith("people.user.jsonl")),
    "a file too many": lambda content: _rewritten(content, lambda name: True, "home/documents/strange"),
    "a path that leads out": lambda content: _rewritten(content, lambda name: True, "home/../../outside"),
    "empty": lambda content: b"",
    "something else": lambda content: b"not an archive at all",
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_backup_is_refused_and_nothing_changes(backup: Path, damage: str, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.tar.gz"
    damaged.write_bytes(DAMAGE[damage](backup.read_bytes()))
    home = tmp_path / "home"
    answer = mujun(home, "restore", damaged)
    assert answer.returncode == 2
    assert "已损坏" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert sorted(file.name for file in tmp_path.iterdir()) == ["damaged.tar.gz"]


def test_restore_does_not_overwrite(demo: tuple[Path, str], backup: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "note.txt").write_text("kept")
    refused = mujun(home, "restore", backup)
    assert refused.returncode == 1
    assert [file.name for file in home.iterdir()] == ["note.txt"]
    replaced = mujun(home, "restore", backup, "--replace", "--no-replay", "--json")
    assert replaced.returncode == 0, replaced.stderr
    assert (Path(json.loads(replaced.stdout)["moved"]) / "note.txt").read_text() == "kept"
    assert (home / "mujun.sqlite3").exists()


def test_the_signing_key_travels_only_when_asked(demo: tuple[Path, str], tmp_path: Path) -> None:
    file = tmp_path / "with-key.tar.gz"
    assert mujun(demo[0], "backup", "--out", file, "--with-secret-key").returncode == 0
    assert mujun(tmp_path / "home", "restore", file, "--no-replay").returncode == 0
    assert (tmp_path / "home" / "secret-key").read_text() == (demo[0] / "secret-key").read_text()


def test_a_run_that_changed_is_told(backup: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert mujun(home, "restore", backup, "--no-replay").returncode == 0
    grades = next(file for file in sorted((home / "runs").glob("*/grades.csv")) if b",A," in file.read_bytes())
    grades.write_bytes(grades.read_bytes().replace(b",A,", b",B,", 1))
    changed = tmp_path / "changed.tar.gz"
    assert mujun(home, "backup", "--out", changed).returncode == 0
    answer = mujun(tmp_path / "there", "restore", changed)
    assert answer.returncode == 1
    assert "grades.csv" in answer.stdout


def test_runs_of_an_older_version_replay(demo: tuple[Path, str], tmp_path: Path) -> None:
    run = tmp_path / "run"
    shutil.copytree(next(folder for folder in (demo[0] / "runs").iterdir() if folder.is_dir()), run)
    about = json.loads((run / "run.json").read_text(encoding="utf-8"))
    about["mujun"] = "0.0.9"
    (run / "run.json").write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    answer = mujun(tmp_path / "home", "replay", run)
    assert answer.returncode == 0, answer.stdout + answer.stderr
