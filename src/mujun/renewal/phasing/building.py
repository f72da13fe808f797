"""From tables to a phasing problem: workshops, units and floor space by sector, joined to the parcels of the blocks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mujun.base.errors import MujunError
from mujun.renewal.blocks.problem import Floats, Ints, Problem
from mujun.renewal.phasing.task import ANY_SECTOR, OPEN_SEED, PhasingProblem, Pools, Units, Workshops
from mujun.renewal.phasing.terms import PhasingTerms


def build_phasing(
    problem: Problem,
    blocks: Sequence[Sequence[int]],
    terms: PhasingTerms,
    *,
    firms: pd.DataFrame | None = None,
    units: pd.DataFrame | None = None,
    capacity: pd.DataFrame | None = None,
    seeds: Sequence[int] | None = None,
) -> PhasingProblem:
    """Return the phasing problem of tables.

    ``blocks`` disjoint, each connected by the edges of ``problem`` (positions); ``seeds`` the parcel each block grows
    from, or -1. ``firms``: firm_id, parcel_id, sector, floor_area_m2, load_kn_m2, height_m, power_kva; rows of other
    parcels and without floor area are left out. ``units`` as in the exchange format with ``free_from`` a period from 1
    (a missing one: free from the start; dates: :func:`unit_periods`) and optionally ``parcel_id``: units that stand on
    a parcel of a block host nobody, for who goes there would have to move again. ``capacity``: period (from 1), sector,
    floor_area_m2 that becomes free in that period and stays free until used. An absent sector fits every sector; an
    absent need is none; what an absent figure of a unit would be is nobody's guess, it counts as 0.
    """
    parts = tuple(tuple(int(place) for place in block) for block in blocks)
    _check_blocks(problem, parts)
    firms, units, capacity = (_or_empty(table) for table in (firms, units, capacity))
    names = [_sector(table) for table in (firms, units, capacity)]
    sectors = tuple(sorted({name for column in names for name in column} | set(terms.new_floor_m2_per_mu) - {""}))
    sectors = tuple(sector for sector in sectors if sector)
    codes = {sector: code for code, sector in enumerate(sectors)} | {"": ANY_SECTOR}
    inside = {problem.ids[place] for block in parts for place in block}
    return PhasingProblem(
        problem=problem,
        terms=terms,
        blocks=parts,
        seeds=tuple(seeds) if seeds is not None else (OPEN_SEED,) * len(parts),
        workshops=_workshops(problem, firms, names[0].map(codes).to_numpy(np.int64), inside),
        units=_units(units, names[1].map(codes).to_numpy(np.int64), inside, terms),
        pools=_pools(capacity, names[2].map(codes).to_numpy(np.int64), sectors, terms),
        sectors=sectors,
    )


def unit_periods(free_from: pd.Series, starts: Sequence[pd.Timestamp]) -> pd.Series:
    """Return the first period (from 1) that begins on or after each day; T + 1 where none does, 1 where no day is known.

    ``starts`` the first day of each of the T periods, rising.
    """
    days = pd.to_datetime(free_from)
    place = np.searchsorted(pd.DatetimeIndex(list(starts)).to_numpy(), days.fillna(starts[0]).to_numpy(), side="left")
    return pd.Series(place + 1, index=days.index)


def _or_empty(table: pd.DataFrame | None) -> pd.DataFrame:
    return pd.DataFrame() if table is None else table.reset_index(drop=True)


def _sector(table: pd.DataFrame) -> pd.Series:
    if "sector" not in table:
        return pd.Series([""] * len(table), dtype=object)
    return table["sector"].fillna("").astype(str).str.strip()


def _figure(table: pd.DataFrame, name: str) -> Floats:
    if name not in table:
        return np.zeros(len(table))
    return pd.to_numeric(table[name]).fillna(0.0).to_numpy(float)


def _texts(table: pd.DataFrame, name: str) -> list[str]:
    return table[name].fillna("").astype(str).tolist() if name in table else [""] * len(table)


def _check_blocks(problem: Problem, blocks: Sequence[Sequence[int]]) -> None:
    places = [place for block in blocks for place in block]
    if len(set(places)) < len(places):
        raise MujunError("区块不能分期：", why="有地块属于两个区块。", next_step="请先把区块分开。")
    if any(not block for block in blocks) or any(not 0 <= place < len(problem) for place in places):
        raise MujunError("区块不能分期：", why="有空的区块或不存在的地块。", next_step="请检查方案。")


def _workshops(problem: Problem, firms: pd.DataFrame, sector: Ints, inside: set[str]) -> Workshops:
    area = _figure(firms, "floor_area_m2")
    parcel_id = _texts(firms, "parcel_id")
    kept = np.array([name in inside for name in parcel_id], dtype=bool) & (area > 0)
    places = {name: place for place, name in enumerate(problem.ids)}
    return Workshops(
        firm=tuple(name for name, keep in zip(_texts(firms, "firm_id"), kept, strict=True) if keep),
        parcel=np.array([places[n] for n, keep in zip(parcel_id, kept, strict=True) if keep], dtype=np.int64),
        sector_code=sector[kept],
        floor_area_m2=area[kept],
        load_kn_m2=_figure(firms, "load_kn_m2")[kept],
        height_m=_figure(firms, "height_m")[kept],
        power_kva=_figure(firms, "power_kva")[kept],
    )


def _units(units: pd.DataFrame, sector: Ints, inside: set[str], terms: PhasingTerms) -> Units:
    area = _figure(units, "floor_area_m2")
    free = np.maximum(_figure(units, "free_from"), 1).astype(np.int64) - 1
    stands = np.array([name in inside for name in _texts(units, "parcel_id")], dtype=bool)
    kept = (area > 0) & (free < terms.periods) & ~stands
    building = pd.Series(_texts(units, "building_id"))
    own = pd.Series([f"\0{row}" for row in range(len(units))])
    group = pd.factorize((building.where(building != "", own) if terms.split else own)[kept])[0]
    return Units(
        unit=tuple(name for name, keep in zip(_texts(units, "unit_id"), kept, strict=True) if keep),
        group=group.astype(np.int64),
        sector_code=sector[kept],
        floor_area_m2=area[kept],
        load_kn_m2=_figure(units, "load_kn_m2")[kept],
        height_m=_figure(units, "height_m")[kept],
        power_kva=_figure(units, "power_kva")[kept],
        free_from=free[kept],
    )


def _pools(capacity: pd.DataFrame, code: Ints, sectors: tuple[str, ...], terms: PhasingTerms) -> Pools:
    names, new, codes, per_mu = [], [], [], []
    floors: list[Floats] = []
    period = _figure(capacity, "period").astype(np.int64) - 1
    area = _figure(capacity, "floor_area_m2")
    for number, sector in [(ANY_SECTOR, ""), *enumerate(sectors)]:
        mine = (code == number) & (period < terms.periods)
        if area[mine].sum() > 0:
            arrives = np.bincount(np.maximum(period[mine], 0), area[mine], minlength=terms.periods)
            names.append(f"现有厂房（{sector}）" if sector else "现有厂房")
            new.append(False)
            codes.append(number)
            floors.append(np.cumsum(arrives))
            per_mu.append(0.0)
        if terms.new_floor_m2_per_mu.get(sector, 0.0) > 0 and terms.lag < terms.periods:
            names.append(f"新建厂房（{sector}）" if sector else "新建厂房")
            new.append(True)
            codes.append(number)
            floors.append(np.zeros(terms.periods))
            per_mu.append(terms.new_floor_m2_per_mu[sector])
    return Pools(
        name=tuple(names),
        new=tuple(new),
        sector_code=np.array(codes, dtype=np.int64),
        floor_area_m2=np.array(floors, dtype=float).reshape(len(names), terms.periods),
        m2_per_mu=np.array(per_mu, dtype=float),
    )
