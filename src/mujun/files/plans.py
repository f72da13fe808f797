"""``plan.json``: a plan as a file, written so that at any moment a whole plan stands there or none."""

from __future__ import annotations

import contextlib
import json
import math
import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from mujun.renewal.blocks.plan import Plan, Status


def plan_content(
    plan: Plan,
    ids: Sequence[str],
    *,
    periods: Sequence[Sequence[int]] | None = None,
    notes: Sequence[str] = (),
    unfinished: bool = False,
) -> dict[str, Any]:
    """Return what ``plan.json`` holds: the keys of the exchange format, then ``periods``, ``clash``, ``notes``,
    ``unfinished``.

    ``periods`` are the positions of what is taken in each. The last four stand there only where there is something to say. ``objective``, ``bound`` and ``gap`` are null where
    there is none (a gap has no size where the objective is 0 and the bound is not).
    """
    content: dict[str, Any] = {
        "status": plan.status.value,
        "objective": _finite(plan.objective),
        "bound": _finite(plan.bound),
        "gap": _finite(plan.gap),
        "seconds": round(plan.seconds, 3),
        "seed": plan.seed,
        "blocks": plan.named(ids),
        "alternatives": [
            {
                "objective": _finite(other.objective),
                "blocks": [[ids[position] for position in block] for block in other.blocks],
            }
            for other in plan.alternatives
        ],
    }
    if periods is not None:
        content["periods"] = [[ids[position] for position in period] for period in periods]
    if plan.status is Status.INFEASIBLE:
        content["clash"] = list(plan.clash)
    if notes:
        content["notes"] = list(notes)
    if unfinished:
        content["unfinished"] = True
    return content


def _finite(figure: float | None) -> float | None:
    return float(figure) + 0.0 if figure is not None and math.isfinite(figure) else None


def write_plan(content: dict[str, Any], path: Path) -> None:
    """Put ``content`` in place of ``path`` in one step, and on the disk before returning."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    try:
        with draft.open("w", encoding="utf-8", newline="\n") as stream:
            json.dump(content, stream, ensure_ascii=False, indent=1, allow_nan=False)
            stream.write("\n")
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


class PlanKeeper:
    """Writes the newest plan beside the search, which never waits for the disk. Plans overtaken while one is being
    written are passed over."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._changed = threading.Condition()
        self._newest: Callable[[], dict[str, Any]] | None = None
        self._ended = False
        self._thread = threading.Thread(target=self._write, daemon=True)
        self._thread.start()
        self.kept = False

    def keep(self, make: Callable[[], dict[str, Any]]) -> None:
        """Have the content that ``make`` returns written as soon as may be."""
        with self._changed:
            self._newest = make
            self._changed.notify()

    def end(self) -> None:
        """Return once nothing is being written any more; the newest plan then stands in the file."""
        with self._changed:
            self._ended = True
            self._changed.notify()
        self._thread.join()

    def _write(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._newest is not None or self._ended)
                make, self._newest = self._newest, None
            if make is None:
                return
            with contextlib.suppress(OSError):  # the last plan is written again at the end, and fails aloud then
                write_plan(make(), self._path)
                self.kept = True
