"""Write the lock files from pyproject.toml: ``python tools/lock.py`` with pip-tools installed.

Three files: what runs mujun, what also tests it, and Node for machines without npm. Every version is pinned and every
file has its hash; no registry address is written, so the machine's own package settings decide where files come from.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HEADER = "# Made by tools/lock.py from pyproject.toml; do not edit.\n"
OPTIONS = [
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--no-emit-trusted-host",
    "--no-emit-options",
    "--no-annotate",
    "--no-header",
    "--strip-extras",
    "--allow-unsafe",
    "--quiet",
]


def compile_lock(requirements: list[str], target: Path, *, upgrade: bool, within: Path | None = None) -> None:
    """Resolve ``requirements`` for this Python into ``target``; ``within`` is a lock whose versions must be kept."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "requirements.in"
        lines = [*requirements, *([f"-c {within}"] if within else [])]
        source.write_text("\n".join(lines) + "\n")
        command = [sys.executable, "-m", "piptools", "compile", *OPTIONS, *(["--upgrade"] if upgrade else [])]
        subprocess.run([*command, "--output-file", str(target), str(source)], check=True, cwd=ROOT)
    target.write_text(HEADER + target.read_text().removeprefix(HEADER))
    print(f"{target.name}: {target.read_text().count('==')} packages")


def main() -> int:
    """Write the three lock files; ``--upgrade`` takes the newest versions that pyproject.toml allows."""
    if sys.version_info[:2] != (3, 11):
        print("Lock with Python 3.11: it is what Debian 12 runs.", file=sys.stderr)
        return 1
    upgrade = "--upgrade" in sys.argv[1:]
    described = tomllib.loads((ROOT / "pyproject.toml").read_text())
    runtime, groups = described["project"]["dependencies"], described["dependency-groups"]
    lock = ROOT / "requirements.lock"
    compile_lock(runtime, lock, upgrade=upgrade)
    compile_lock([*runtime, *groups["dev"]], ROOT / "requirements-dev.lock", upgrade=upgrade, within=lock)
    compile_lock(groups["node"], ROOT / "requirements-node.lock", upgrade=upgrade)
    return 0


if __name__ == "__main__":
    sys.exit(main())
