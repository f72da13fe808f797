"""Who touches whom on 22,500 parcels, against libpysal's rook contiguity in the same run, on the same shapes.

    python benchmarks/adjacency.py --peer PEER_PYTHON [--cambridge FOLDER] [--side 150] [--rounds 5]

The peer lives in an environment of its own and is no dependency of mujun:

    python -m venv peers
    peers/bin/pip install libpysal geopandas
    python benchmarks/adjacency.py --peer peers/bin/python

Both are given shapes in metres that are already in memory; rounds alternate and the fastest of each counts, in
processor time (both work on one core), so that other work on the machine does not decide. Of the two
ways of libpysal (``weights.Rook.from_dataframe`` and ``graph.Graph.build_contiguity``) the faster is the peer. FOLDER
holds ``cambridge_fy14.parquet`` (City of Cambridge GIS, PDDL 1.0). Without a peer only our own times are printed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from mujun.renewal.adjacency import Rule, adjacency

Shapes = npt.NDArray[np.object_]

PEER = """
import sys, time
import geopandas, numpy, shapely
from libpysal.graph import Graph
from libpysal.weights import Rook
print("ready", flush=True)
for line in sys.stdin:
    stored = numpy.load(line.strip(), allow_pickle=False)
    shapes = shapely.from_wkb([row.tobytes() for row in numpy.split(stored["wkb"], stored["ends"][:-1])])
    frame = geopandas.GeoDataFrame(geometry=shapes)
    ways = {
        "weights.Rook": lambda: Rook.from_dataframe(frame, use_index=False, silence_warnings=True),
        "graph.Graph": lambda: Graph.build_contiguity(frame, rook=True),
    }
    for name, way in ways.items():
        started = time.process_time()
        found = way()
        seconds = time.process_time() - started
        print(name, seconds, found.nonzero // 2, sep="\\t", flush=True)
        if name == "graph.Graph":
            table = found.adjacency.reset_index()
            table = table[(table["focal"] < table["neighbor"]) & (table["weight"] > 0)]
            numpy.save(line.strip() + ".edges.npy", table[["focal", "neighbor"]].to_numpy())
    print("done", flush=True)
"""


class Peer:
    """libpysal in another interpreter, asked as often as we like."""

    def __init__(self, python: Path) -> None:
        command = [str(python), "-W", "ignore", "-c", PEER]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._line() == "ready", "libpysal does not start"

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def ask(self, file: Path) -> dict[str, tuple[float, int]]:
        """Return, per way, the seconds and the number of edges."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{file}\n")
        self.process.stdin.flush()
        found = {}
        while (line := self._line()) != "done":
            assert line, "libpysal ended"
            name, seconds, edges = line.split("\t")
            found[name] = (float(seconds), int(edges))
        return found


def fabric(side: int, block: int = 0, street_m: float = 16.0) -> tuple[Shapes, pd.DataFrame]:
    """Return side × side parcels of about 40 × 40 m with moved corners, and barriers.

    With ``block`` there is a street after every so many parcels, every fifth a river (east) or a railway (north) of 20 m
    with a bridge over each river beside every street that crosses it.
    """
    chance = np.random.default_rng(1)
    places = np.arange(side + 1) * 40.0
    corners = np.stack(np.meshgrid(places, places, indexing="ij"), -1) + chance.uniform(-6, 6, (side + 1, side + 1, 2))
    cells = np.stack([corners[:-1, :-1], corners[1:, :-1], corners[1:, 1:], corners[:-1, 1:]], 2)
    rows: list[tuple[object, str]] = []
    if block:
        moved = np.arange(side) // block * street_m
        cells[..., 0] += moved[:, None, None]
        cells[..., 1] += moved[None, :, None]
        end = places[-1] + moved[-1]
        for number in range(1, (side - 1) // block + 1):
            middle = number * block * 40.0 + (number - 0.5) * street_m
            kinds = ("river", "railway") if number % 5 == 0 else ("street", "street")
            rows.append((shapely.box(middle - 2, -50, middle + 2, end + 50), kinds[0]))
            rows.append((shapely.LineString([(-50, middle), (end + 50, middle)]), kinds[1]))
            if kinds[0] == "river":
                rows += [(shapely.box(middle - 3, y, middle + 3, y + 8), "bridge") for y in np.arange(100, end, 600)]
    shapes = np.asarray(shapely.polygons(cells.reshape(-1, 4, 2)), dtype=object)
    drawn = pd.Series([shape for shape, _ in rows], dtype=object)
    names = [str(number) for number in range(len(rows))]
    return shapes, pd.DataFrame(
        {"barrier_id": names, "geometry": drawn, "kind": [kind for _, kind in rows], "effect": ""}
    )


def cambridge(folder: Path) -> Shapes:
    """Return all polygons of fiscal year 2014 in metres, streets too."""
    table = pd.read_parquet(folder / "cambridge_fy14.parquet", columns=["geometry"])
    shapes = np.asarray(shapely.from_wkb(table["geometry"].to_numpy(dtype=object)), dtype=object)
    return shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]


def compare(
    name: str, shapes: Shapes, cases: dict[str, tuple[Rule, pd.DataFrame | None]], peer: Peer | None, rounds: int
) -> None:
    """Print the fastest round of every case and of the peer, and the ratio."""
    print(f"\n== {name}: {len(shapes):,} parcels, {shapely.get_num_coordinates(shapes).sum():,} points")
    ours: dict[str, float] = {}
    theirs: dict[str, tuple[float, int]] = {}
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "shapes.npz"
        wkb = shapely.to_wkb(shapes)
        ends = np.cumsum([len(value) for value in wkb])
        np.savez(file, wkb=np.frombuffer(b"".join(wkb), dtype=np.uint8), ends=ends)
        for _ in range(rounds):
            for case, (rule, barriers) in cases.items():
                started = time.process_time()
                found[case] = adjacency(shapes, rule, barriers)
                ours[case] = min(ours.get(case, np.inf), time.process_time() - started)
            for way, (seconds, edges) in (peer.ask(file) if peer else {}).items():
                theirs[way] = min(theirs.get(way, (np.inf, 0)), (seconds, edges))
        for way, (seconds, edges) in theirs.items():
            print(f"libpysal {way:<36} {seconds:8.3f} s  {edges:>8,} edges")
        fastest = min((seconds, way) for way, (seconds, _) in theirs.items()) if theirs else None
        for case, seconds in ours.items():
            ratio = f"  ratio {fastest[0] / seconds:5.1f} to {fastest[1]}" if fastest else ""
            print(f"mujun {case:<39} {seconds:8.3f} s  {len(found[case]):>8,} edges{ratio}")
        if peer:
            edges = {(int(i), int(j)) for i, j in np.load(f"{file}.edges.npy")}
            first = {(int(i), int(j)) for i, j in next(iter(found.values())).pairs}
            print(
                f"edges of the first case: both {len(edges & first):,}, only libpysal {len(edges - first):,}, only mujun {len(first - edges):,}"
            )


def main() -> int:
    """Run all cases."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", type=Path, help="a Python that has libpysal and geopandas")
    parser.add_argument("--cambridge", type=Path, help="folder with cambridge_fy14.parquet")
    parser.add_argument("--side", type=int, default=150)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    peer = Peer(options.peer) if options.peer else None
    started = time.perf_counter()
    adjacency(fabric(4)[0], Rule(gap_m=0))
    print(f"first call, with loading or compiling: {time.perf_counter() - started:.1f} s")
    plain, _ = fabric(options.side)
    touch, near = Rule(gap_m=0), Rule(gap_m=30)
    compare("clean fabric", plain, {"gap 0": (touch, None), "gap 30 m": (near, None)}, peer, options.rounds)
    blocks, barriers = fabric(options.side, block=5)
    cases: dict[str, tuple[Rule, pd.DataFrame | None]] = {
        "gap 0": (touch, None),
        "gap 30 m": (near, None),
        "gap 30 m, barriers": (near, barriers),
    }
    compare("blocks with streets", blocks, cases, peer, options.rounds)
    if options.cambridge:
        compare(
            "Cambridge FY2014",
            cambridge(options.cambridge),
            {"gap 0": (touch, None), "gap 30 m": (near, None)},
            peer,
            options.rounds,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
