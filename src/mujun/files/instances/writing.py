"""Writes an instance folder: what :func:`read_instance` reads back as the same problem."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from mujun.base.errors import MujunError
from mujun.files.instances.capacity import FILE as CAPACITY
from mujun.files.instances.reading import EDGES, FIGURES, NODES
from mujun.files.instances.terms import FILE as TERMS_FILE
from mujun.renewal.blocks.problem import Terms


def write_instance(
    folder: Path,
    nodes: pd.DataFrame,
    edges: pd.DataFrame,
    terms: Terms,
    *,
    budget_by_period: Sequence[float] | None = None,
    capacity: pd.DataFrame | None = None,
) -> None:
    """Write the folder ``INSTANCE`` of the exchange format (UTF-8, figures with all their digits).

    ``nodes`` has id, benefit, cost, area_mu and optionally lock, together, protected, one column per resource of
    ``terms`` and any others; ``edges`` a, b and optionally front_m; ``capacity`` period, sector, floor_area_m2. A new
    folder appears whole or not at all; in a folder that already holds an instance its files are replaced and others
    are left alone. Raises MujunError where the folder holds something else or a column is missing.
    """
    _refuse_foreign(folder)
    _need(nodes, NODES, ("id", *FIGURES, *terms.resources))
    _need(edges, EDGES, ("a", "b"))
    draft = folder.with_name(f".{folder.name}.{os.getpid()}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    try:
        _write_table(nodes if "lock" in nodes else nodes.assign(lock=""), draft / NODES)
        _write_table(edges, draft / EDGES)
        if capacity is not None:
            _write_table(capacity, draft / CAPACITY)
        text = yaml.safe_dump(_described(terms, budget_by_period), sort_keys=False, allow_unicode=True)
        (draft / TERMS_FILE).write_text(text, encoding="utf-8", newline="\n")
        _put_in_place(draft, folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _put_in_place(draft: Path, folder: Path) -> None:
    if not folder.exists():
        draft.rename(folder)
        return
    written = {file.name for file in draft.iterdir()}
    if CAPACITY not in written:
        (folder / CAPACITY).unlink(missing_ok=True)
    for name in sorted(written, key=lambda name: name == TERMS_FILE):
        (draft / name).replace(folder / name)


def _refuse_foreign(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not (folder / TERMS_FILE).exists())):
        raise MujunError(f"“{folder}”已有别的内容，不会覆盖。", next_step="请换一个空的或新的文件夹。")


def _need(table: pd.DataFrame, file: str, names: Sequence[str]) -> None:
    missing = [name for name in names if name not in table]
    if missing:
        raise MujunError(f"写 {file} 缺少列：{'、'.join(missing)}。")


def _write_table(table: pd.DataFrame, path: Path) -> None:
    truths = {str(name): table[name].map({True: "true", False: "false"}) for name in table if table[name].dtype == bool}
    table.assign(**truths).to_csv(path, index=False, encoding="utf-8", lineterminator="\n")


def _described(terms: Terms, budgets: Sequence[float] | None) -> dict[str, Any]:
    """Return the terms as problem.yaml says them; what does not bind is left out."""
    standard = Terms()
    content: dict[str, Any] = {}
    for key in ("budget", "min_block_mu", "max_block_mu", "max_blocks", "target_mu"):
        if (value := getattr(terms, key)) != getattr(standard, key):
            content[key] = int(value) if key == "max_blocks" else float(value)
    if terms.resources:
        content["resources"] = {name: float(limit) for name, limit in terms.resources.items()}
    for key in ("protected_share_max", "front_price"):
        if value := getattr(terms, key):
            content[key] = float(value)
    if not terms.holes:
        content["holes"] = "forbid"
    content["objective"] = terms.objective.value
    if budgets is not None:
        content["budget_by_period"] = [float(budget) for budget in budgets]
    return content
