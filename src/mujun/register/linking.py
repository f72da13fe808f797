"""Rows without a credit code given their firm, by name and address. Doubtful pairs go to a person."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process

from mujun.base.defects import Defect, DefectLog
from mujun.register.catalogue import Places, defect
from mujun.register.firm_names import core_name, plain_address, plain_name, split_place
from mujun.register.merging import merge_rows
from mujun.register.schema import TABLES
from mujun.register.tables import Register, RegisterTable

PAIR_COLUMNS = ("table", "name", "address", "firm_id", "candidate_name", "candidate_address", "score", "rows")
SAFE_NAME, SAFE_ADDRESS, SAFE_LEAD = 92.0, 97.0, 8.0
DOUBTFUL = 75.0
_MOST_CANDIDATES = 3


@dataclasses.dataclass(frozen=True, slots=True)
class Candidate:
    """A firm that a name may mean; ``score`` 0–100."""

    firm_id: str
    name: str
    address: str
    score: float


@dataclasses.dataclass(frozen=True, slots=True)
class Match:
    """``firm`` is the one that is meant for certain, or None; ``exact`` when the names agree to the letter."""

    firm: Candidate | None
    exact: bool = False
    candidates: tuple[Candidate, ...] = ()


class FirmIndex:
    """The firms of a register, ready to be found by name and address."""

    def __init__(self, firms: pd.DataFrame) -> None:
        self._ids: list[str] = firms["firm_id"].tolist()
        self._names: list[str] = firms["name"].tolist()
        self._addresses: list[str] = firms["address"].tolist()
        plain = [plain_name(name) for name in self._names]
        self._cores = [core_name(name) for name in plain]
        self._by_letter = _positions(self._names)
        self._by_plain = _positions(plain)
        parts = [split_place(name) for name in plain]
        self._places = [place for place, _ in parts]
        self._by_rest = _positions([rest for _, rest in parts])

    def find(self, name: str, address: str) -> Match:
        """Find the firm that is meant: by its name, by its name without the place, else by likeness."""
        letters = self._by_letter.get(name, [])
        if len(letters) == 1:
            return Match(self._candidate(letters[0], 100.0), exact=True)
        plain = plain_name(name)
        place, rest = split_place(plain)
        same = self._by_plain.get(plain) or [
            position
            for position in self._by_rest.get(rest, [])
            if place in self._places[position] or self._places[position] in place
        ]
        if len(same) > 1 and address:
            here = [p for p in same if plain_address(self._addresses[p]) == plain_address(address)]
            same = here if len(here) == 1 else same
        if len(same) == 1:
            return Match(self._candidate(same[0], 100.0), exact=bool(letters))
        if same:
            return Match(None, candidates=tuple(self._candidate(p, 100.0) for p in same[:_MOST_CANDIDATES]))
        return self._alike(plain, address)

    def _candidate(self, position: int, score: float) -> Candidate:
        return Candidate(self._ids[position], self._names[position], self._addresses[position], round(score, 1))

    def _alike(self, plain: str, address: str) -> Match:
        core = core_name(plain)
        here = plain_address(address)
        near = process.extract(core, self._cores, scorer=fuzz.ratio, limit=20, score_cutoff=DOUBTFUL - 15.0)
        scored = []
        for _, by_name, position in near:
            there = plain_address(self._addresses[position])
            by_address = fuzz.ratio(here, there) if here and there else None
            score = by_name if by_address is None else 0.7 * by_name + 0.3 * by_address
            scored.append((score, by_name, by_address, position))
        scored.sort(key=lambda item: (-item[0], item[3]))
        if scored:
            _, by_name, by_address, position = scored[0]
            lead = by_name - max((other[1] for other in scored[1:]), default=0.0)
            if by_name >= SAFE_NAME and by_address is not None and by_address >= SAFE_ADDRESS and lead >= SAFE_LEAD:
                return Match(self._candidate(position, scored[0][0]))
        doubtful = [self._candidate(position, score) for score, _, _, position in scored if score >= DOUBTFUL]
        return Match(None, candidates=tuple(doubtful[:_MOST_CANDIDATES]))


def _positions(names: list[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for position, name in enumerate(names):
        if name:
            found.setdefault(name, []).append(position)
    return found


def link_firms(register: Register) -> tuple[Register, DefectLog, pd.DataFrame]:
    """Give rows with blank ``firm_id`` the firm that ``firm_name`` and ``address`` mean.

    Returns a new register (rows linked to the same key are merged), what there is to say, and the doubtful pairs:
    one row per name, address and candidate with :data:`PAIR_COLUMNS` (``score`` 0–100, ``rows`` = how many rows
    wait). Rows that are not linked stay with a blank ``firm_id``.
    """
    log = DefectLog()
    pairs: list[dict[str, Any]] = []
    result = Register(dict(register.tables), register.sources)
    index: FirmIndex | None = None
    for name, held in register.tables.items():
        if not TABLES[name].linked_by_name or "firm_name" not in held.data:
            continue
        waiting = np.flatnonzero(((held.data["firm_id"] == "") & (held.data["firm_name"] != "")).to_numpy(dtype=bool))
        if not len(waiting):
            continue
        index = index or FirmIndex(register["firms"])
        result.tables[name] = _link_table(register, name, waiting, index, log, pairs)
        log.extend(merge_rows(result, name))
    return result, log, pd.DataFrame(pairs, columns=list(PAIR_COLUMNS))


def _link_table(
    register: Register,
    name: str,
    waiting: np.ndarray[tuple[int], np.dtype[np.int64]],
    index: FirmIndex,
    log: DefectLog,
    pairs: list[dict[str, Any]],
) -> RegisterTable:
    held = register.tables[name]
    places = Places(register)
    rows = held.data[["firm_name", "address"]].iloc[waiting].assign(position=waiting)
    firm_ids = held.data["firm_id"].tolist()
    exact: dict[tuple[str, str], int] = {}
    for (written, address), group in rows.groupby(["firm_name", "address"], sort=False):
        match = index.find(str(written), str(address))
        positions = [int(position) for position in group["position"]]
        if match.firm is not None:
            for position in positions:
                firm_ids[position] = match.firm.firm_id
        if match.exact:
            place = places.of(name, positions[0], "firm_name")
            at = (str(place.get("file", "")), str(place.get("sheet", "")))
            exact[at] = exact.get(at, 0) + len(positions)
            continue
        log.extend(_about(places, name, positions, str(written), str(address), match))
        for candidate in match.candidates:
            pairs.append(
                {
                    "table": name, "name": written, "address": address, "firm_id": candidate.firm_id,
                    "candidate_name": candidate.name, "candidate_address": candidate.address,
                    "score": candidate.score, "rows": len(positions),
                }
            )  # fmt: skip
    for (file, sheet), count in exact.items():
        log.add(defect("linked_exactly", table=name, field="firm_id", file=file, sheet=sheet, count=count))
    data = held.data.assign(firm_id=pd.Series(firm_ids, dtype="str"))
    return RegisterTable(data, dict(held.origin))


def _about(places: Places, table: str, positions: list[int], name: str, address: str, match: Match) -> list[Defect]:
    value = f"{name}（{address}）" if address else name
    parts: dict[str, Any] = {"value": value}
    if match.firm is not None:
        code = "linked_by_name"
        parts |= {"name": match.firm.name, "code": match.firm.firm_id}
    elif match.candidates:
        code = "link_doubtful"
        parts["candidates"] = "、".join(f"{c.name}（{c.firm_id}，{c.score:.0f}分）" for c in match.candidates)
    else:
        code = "link_missing"
    if match.firm is not None:
        parts["count"], positions = len(positions), positions[:1]
    return [defect(code, place=places.of(table, position, "firm_name"), **parts) for position in positions]
