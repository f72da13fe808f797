"""Runs the solver and its peers as processes of their own, and has every plan looked at."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.renewal.blocks.checker import faults, objective, read_given

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PEERS = ("flow", "steiner", "regions")
_SPARE_S = 30.0


def solver(instances: list[Path], seconds: float, seed: int, front: int = 0) -> tuple[float, list[dict[str, Any]]]:
    """Return the seconds of warming up and one result per instance (see :mod:`planning.child`)."""
    command = [sys.executable, "-W", "ignore", str(HERE / "child.py"), "--seconds", str(seconds), "--seed", str(seed)]
    command += ["--front", str(front)] if front else []
    done = subprocess.run([*command, *map(str, instances)], capture_output=True, text=True, check=False)
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if len(lines) != 1 + len(instances):
        last = done.stderr.strip().splitlines()[-1:] or [f"exit {done.returncode}"]
        print(f"  solver ended early: {last[0]}", file=sys.stderr)
    return (lines[0]["warm_s"] if lines else 0.0), lines[1:]


def peers_python() -> Path | None:
    """Return the Python of the peers' environment (benchmarks/peers/requirements.txt), if it is there."""
    python = Path(os.environ.get("MUJUN_PEERS", ROOT / ".mujun" / "peers")) / "bin" / "python"
    return python if python.exists() else None


def peer(name: str, folder: Path, seconds: float, seed: int) -> dict[str, Any]:
    """Run one peer; return objective (None without a plan that the checker accepts), bound, seconds and note."""
    python = peers_python()
    if python is None:
        return {"objective": None, "bound": None, "note": "no environment for peers"}
    command = [str(python), str(ROOT / "benchmarks" / "peers" / f"{name}.py"), str(folder)]
    try:
        done = subprocess.run(
            [*command, "--seconds", str(seconds), "--seed", str(seed)],
            capture_output=True, text=True, check=False, timeout=seconds + _SPARE_S,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return {"objective": None, "bound": None, "note": "no answer in time"}
    lines = [line for line in done.stdout.splitlines() if line.startswith('{"blocks"')]
    if not lines:
        last = done.stderr.strip().splitlines()[-1:] or [f"exit {done.returncode}"]
        return {"objective": None, "bound": None, "note": f"failed: {last[0][:80]}"}
    return _looked_at(folder, json.loads(lines[-1]))


def _looked_at(folder: Path, said: dict[str, Any]) -> dict[str, Any]:
    problem = read_given(folder)
    place = {name: number for number, name in enumerate(problem.ids)}
    blocks = [[place[name] for name in block] for block in said["blocks"]]
    found = faults(problem, blocks)
    worth = None if found or not blocks else objective(problem, blocks)
    note = f"refused: {found[0]}" if found else said["note"]
    return {"objective": worth, "bound": said["bound"], "seconds": said["seconds"], "note": note}
