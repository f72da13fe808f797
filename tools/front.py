"""The pages' scripts and styles: npm ci and the build, each done again only when its sources changed."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tools import python_env
from tools.steps import ROOT, must, say

BUILT = ROOT / "src" / "mujun" / "web" / "static" / "built"
_NEEDED_NODE = 18


def ensure() -> None:
    """Install the locked JavaScript packages and build; takes Node from a Python wheel where there is no npm."""
    npm = _npm()
    modules = ROOT / "node_modules"
    if _changed(modules / ".locked", [ROOT / "package-lock.json"]):
        must(
            "JavaScript packages",
            [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts=false"],
            env=python_env.activated(),
            otherwise="npm could not install the locked packages; see the lines above: is the registry reachable?",
        )
        _remember(modules / ".locked", [ROOT / "package-lock.json"])
    if _changed(BUILT / ".sources", list(_sources())):
        must(
            "Scripts and styles of the pages",
            [npm, "run", "build"],
            env=python_env.activated(),
            otherwise="The build of the pages' scripts failed; see the lines above.",
        )
        _remember(BUILT / ".sources", list(_sources()))


def _npm() -> Path:
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm and node:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
        number = re.match(r"v(\d+)", answer)
        if number and int(number[1]) >= _NEEDED_NODE:
            return Path(npm)
    python_env.ensure("requirements-node.lock")
    say("  (no npm on this machine: Node comes from a Python wheel)")
    return python_env.program("npm")


def _sources() -> Iterator[Path]:
    yield ROOT / "package.json"
    yield ROOT / "package-lock.json"
    for folder in (ROOT / "frontend", ROOT / "src" / "mujun" / "web" / "static"):
        yield from (file for file in sorted(folder.rglob("*")) if file.is_file() and BUILT not in file.parents)


def _digest(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def _changed(stamp: Path, files: list[Path]) -> bool:
    return not stamp.exists() or stamp.read_text() != _digest(files)


def _remember(stamp: Path, files: list[Path]) -> None:
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(_digest(files))
