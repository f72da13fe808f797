"""The files of the project: what git tracks, or, in an unpacked archive, everything that is not made by a tool."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MADE = {".git", ".mujun", ".venv", "node_modules", "built", "__pycache__", "output", "build", "dist"}
BINARY = {".png", ".jpg", ".jpeg", ".webp", ".xlsx", ".parquet", ".gpkg", ".shp", ".dbf", ".mo", ".woff2", ".pmtiles"}


def tracked_files() -> list[Path]:
    """Return every text file of the project."""
    if shutil.which("git") and (ROOT / ".git").exists():
        answer = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
        if answer.returncode == 0:
            files = [ROOT / name for name in answer.stdout.split("\0") if name]
            return [file for file in files if file.is_file() and file.suffix not in BINARY]
    return [
        file
        for file in ROOT.rglob("*")
        if file.is_file()
        and file.suffix not in BINARY
        and not any(part in MADE or part.endswith((".egg-info", "_cache")) for part in file.relative_to(ROOT).parts)
    ]


def python_files(*under: str) -> list[Path]:
    """Return the Python files under the given folders."""
    folders = [ROOT / name for name in under]
    return [
        file for file in tracked_files() if file.suffix == ".py" and any(folder in file.parents for folder in folders)
    ]
