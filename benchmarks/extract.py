"""Extraction of statements: how good, how fast, and Recognizers-Text as a finder of numbers on the same pages.

    python benchmarks/extract.py [--real /path/to/real/data] [--peer .mujun/peers-text/bin/python]

Prints F1 on span, value, unit and bound (a span agrees if it overlaps), the share of right kinds among those, the list of
confusions (of pages that nobody may look at only their number by sort), megabytes of raw text a second of one core for
cleaning and extraction together, and the same figures of the peer: it knows no units, so that a number of it agrees where
its span overlaps a statement and its value is the statement's. How its environment is made: benchmarks/peers/number_finder.py.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from mujun.targets.extraction import extract  # noqa: E402
from tests.targets.extraction.scoring import Score, score  # noqa: E402
from tests.targets.labels import LabelledPage, load_pages  # noqa: E402

ROUNDS = 15


def main() -> int:
    """Score, time and compare; 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--real", type=Path, default=os.environ.get("MUJUN_REAL_DATA"), help="folder that holds documents/"
    )
    parser.add_argument("--peer", type=Path, help="Python of the peer's environment")
    options = parser.parse_args()
    sets = {"known": load_pages("seen") + load_pages("held"), "unseen": load_pages("fresh")}
    if options.real and (Path(options.real) / "documents").is_dir():
        sets = {"real": load_pages(folder=Path(options.real) / "documents"), **sets}
    goals = {"real": (0.97, 0.95), "known": (0.97, 0.95), "unseen": (0.92, 0.88)}
    met = True
    for name, pages in sets.items():
        result = score(pages)
        met &= result.f1 >= goals[name][0] and result.kind >= goals[name][1]
        print(f"{name}: {len(pages)} pages, {result.labels} statements, F1 {result.f1:.4f} (goal {goals[name][0]}), "
              f"kind {result.kind:.4f} (goal {goals[name][1]})")  # fmt: skip
        print(f"  period {result.period:.3f}, metric the same {result.metric[0]:.3f}, near {result.metric[1]:.3f}")
        _confusions(result, by_count=name == "unseen")
    timed = sets.get("real", sets["known"])
    ours = _seconds(timed)
    size = sum(len(page.raw.encode()) for page in timed) / 1e6
    met &= size / ours >= 1
    print(f"cleaning and extraction: {size / ours:.2f} MB/s of raw text on one core (goal 1)")
    if options.peer:
        _peer(options.peer, sets, timed, ours)
    return 0 if met else 1


def _confusions(result: Score, *, by_count: bool) -> None:
    if by_count:
        print("  errors by sort:", ", ".join(f"{sort} {count}" for sort, count in sorted(result.counts().items())))
        return
    for error in result.errors:
        print(f"  {error.page:<22}{error.sort:<8}{' '.join(error.quote.split())}  {error.said}")


def _seconds(pages: Sequence[LabelledPage]) -> float:
    """Return the quickest of several rounds over all pages, in seconds of processor time."""
    quickest = float("inf")
    for _ in range(ROUNDS):
        started = time.process_time()
        for page in pages:
            extract(page.raw, name=page.name)
        quickest = min(quickest, time.process_time() - started)
    return quickest


def _peer(python: Path, sets: dict[str, list[LabelledPage]], timed: Sequence[LabelledPage], ours: float) -> None:
    for name, pages in sets.items():
        with tempfile.TemporaryDirectory() as folder:
            files = []
            for page in pages:
                files.append(Path(folder) / f"{page.name}.txt")
                files[-1].write_bytes(page.raw.encode())
            script = ROOT / "benchmarks" / "peers" / "number_finder.py"
            done = subprocess.run([python, script, *files], capture_output=True, text=True, check=True)
        answer = list(json.loads(done.stdout).values())
        labels = sum(len(page.labels) for page in pages)
        found = sum(len(entry["numbers"]) for entry in answer)
        agreed = sum(_agreeing(page, entry["numbers"]) for page, entry in zip(pages, answer, strict=True))
        touched = sum(_touched(page, entry["numbers"]) for page, entry in zip(pages, answer, strict=True))
        print(f"peer on {name}: {found} numbers; span and value F1 {2 * agreed / (labels + found):.4f}; as a finder of "
              f"numbers recall {touched / labels:.2f}, precision {touched / found:.2f}")  # fmt: skip
        if pages is timed:
            seconds = sum(entry["seconds"] for entry in answer)
            print(f"peer: {seconds:.2f} s against our {ours:.3f} s on the same pages, ratio {seconds / ours:.1f}")


def _agreeing(page: LabelledPage, numbers: list[dict[str, object]]) -> int:
    free = list(numbers)
    agreed = 0
    for label in page.labels:
        for number in free:
            if _overlaps(number, label.start, label.end) and _is(number["value"], label.value):
                free.remove(number)
                agreed += 1
                break
    return agreed


def _touched(page: LabelledPage, numbers: list[dict[str, object]]) -> int:
    return sum(any(_overlaps(number, label.start, label.end) for number in numbers) for label in page.labels)


def _overlaps(number: dict[str, object], start: int, end: int) -> bool:
    return int(str(number["start"])) < end and start < int(str(number["end"]))


def _is(value: object, wanted: float) -> bool:
    try:
        return abs(float(str(value)) - wanted) <= 1e-9 * max(1.0, abs(wanted))
    except ValueError:
        return False


if __name__ == "__main__":
    sys.exit(main())
