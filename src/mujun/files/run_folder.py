"""The folder of a run: written whole or not at all, never over something else, every file with its hash."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

from mujun.base.errors import MujunError


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
