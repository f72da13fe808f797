"""The folder of a run: written whole or not at all, never over something else, every file with its hash."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mujun.base.errors import MujunError, UnreadableInput


@contextlib.contextmanager
def written_whole(out: Path) -> Iterator[Path]:
    """Give a draft to write into; at the end it stands as ``out``, on the disk, whole. On an error nothing is left.

    Raises MujunError where ``out`` holds something else.
    """
    refuse_foreign(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    draft = out.with_name(f".{out.name}.{os.getpid()}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    try:
        yield draft
        flush(draft)
        put_in_place(draft, out)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def read_run(run: Path) -> dict[str, Any]:
    """Return the content of ``run.json``; raise UnreadableInput where ``run`` is no run folder."""
    try:
        description = json.loads((run / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise UnreadableInput(
            f"“{run}”不是一次评价或认定的结果文件夹。",
            next_step="请给出 mujun evaluate 或 mujun findings 用 --out 写出的文件夹。",
        ) from None
    if not isinstance(description, dict) or "files" not in description:
        raise UnreadableInput(f"“{run}”里的 run.json 已损坏。", next_step="请从备份恢复这个文件夹。")
    return description


def digests(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file of a run but ``run.json``, by its relative path."""
    files = sorted(relative(file, folder) for file in folder.rglob("*") if file.is_file())
    return {name: digest_of(folder / name) for name in files if name != "run.json"}


def put_in_place(draft: Path, out: Path) -> None:
    """Swap the finished folder in; the one it replaces goes only once the new one stands."""
    aside = out.with_name(f".{out.name}.{os.getpid()}.aside")
    if out.exists():
        out.rename(aside)
    try:
        draft.rename(out)
    except OSError:
        if aside.exists():
            aside.rename(out)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def relative(file: Path, folder: Path) -> str:
    """Return the name of a file inside the folder, with slashes."""
    return file.relative_to(folder).as_posix()


def digest_of(file: Path) -> str:
    """Return the SHA-256 of a file."""
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def write_json(content: dict[str, Any], file: Path) -> None:
    """Write JSON that people can read and that is the same bytes every time."""
    text = json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False)
    file.write_text(text + "\n", encoding="utf-8", newline="\n")


def flush(folder: Path) -> None:
    """Have every file of the folder on the disk before the folder is shown."""
    for file in folder.rglob("*"):
        if file.is_file():
            with file.open("rb") as handle:
                os.fsync(handle.fileno())


def refuse_foreign(out: Path) -> None:
    """Raise MujunError where ``out`` holds something that is not a run."""
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not (out / "run.json").exists())):
        raise MujunError(f"“{out}”已有别的内容，不会覆盖。", next_step="请换一个空的或新的文件夹作为 --out。")
