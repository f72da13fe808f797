from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from mujun.base.creditcode import is_valid
from mujun.demo.firms import YEARS
from mujun.demo.memory import make_register
from mujun.demo.names import COUNTY
from mujun.demo.world import World, draw_world
from mujun.register.ledger import share_ledger
from mujun.register.reconcile import reconcile_areas
from mujun.register.schema import TABLES

DAY = dt.date(2024, 12, 31)


@pytest.fixture(scope="module")
def world() -> World:
    return draw_world(1, firms=1_200, parcels=960)


def test_codes_are_right_and_names_plainly_fictional(world: World) -> None:
    firms = world.frames["firms"]
    assert firms["firm_id"].map(is_valid).all()
    assert firms["firm_id"].is_unique
    assert firms["name"].is_unique
    assert firms["name"].str.startswith(COUNTY).all()
    assert firms["address"].str.startswith(COUNTY).all()


def test_sizes_are_lognormal_with_about_fifteen_in_a_hundred_above_scale(world: World) -> None:
    assert 0.11 < world.frames["firms"]["above_scale"].mean() < 0.19
    logs = np.log(world.frames["measures"].query("year == 2022")["revenue_wan"])
    assert 1.3 < logs.std() < 1.8
    assert abs(logs.skew()) < 0.35


def test_five_years_of_figures_that_grow_steadily(world: World) -> None:
    measures = world.frames["measures"]
    assert sorted(measures["year"].unique()) == list(YEARS)
    assert not measures.duplicated(["firm_id", "year"]).any()
    before = measures.query("year == 2021").set_index("firm_id")["revenue_wan"]
    after = measures.query("year == 2022").set_index("firm_id")["revenue_wan"]
    change = (after / before).dropna()
    assert change.between(0.4, 2.5).mean() > 0.99


def test_items_of_tax_add_up_to_the_cent(world: World) -> None:
    taxes = world.frames["taxes"]
    cents = (taxes["amount_wan"] * 100).round().astype(int).groupby([taxes["firm_id"], taxes["year"]]).sum()
    measures = world.frames["measures"].set_index(["firm_id", "year"])["tax_wan"]
    assert ((measures * 100).round().astype(int) == cents.reindex(measures.index)).all()


def test_many_tenants_in_one_plot_and_firms_on_many_plots(world: World) -> None:
    occupancy = world.frames["occupancy"]
    assert occupancy.query("kind == 'lease'").groupby("parcel_id").size().max() >= 10
    assert occupancy.query("kind == 'own'").groupby("firm_id").size().max() >= 4
    assert {"own", "lease", "sublease", "excluded"} == set(occupancy["kind"])
    assert not occupancy.duplicated(["firm_id", "parcel_id", "from"]).any()
    assert not (occupancy["to"] < occupancy["from"]).any()


def test_the_clean_county_adds_up() -> None:
    register = make_register(2, 300)
    held = register["parcels"].query("supplied_on.notna()")["parcel_id"]
    assert all(share_ledger(register, parcel, DAY).adds_up for parcel in held[:30])
    found = reconcile_areas(register, DAY, tolerance=0.12)
    assert not found["drawn_differs"].any()
    assert not found["taxed_differs"].any()


def test_a_register_in_memory_has_every_column_in_order() -> None:
    register = make_register(3, 600, taxes=True, years=(2022, 2023))
    for name, table in TABLES.items():
        assert register[name].columns.tolist() == table.column_names
        assert len(register[name])
    assert register["parcels"]["geometry"].map(type).eq(bytes).all()
    assert sorted(register["measures"]["year"].unique()) == [2022, 2023]
    assert make_register(3, 60, geometry=False)["taxes"].empty


def test_the_same_seed_gives_the_same_county() -> None:
    one, other = make_register(4, 80, taxes=True), make_register(4, 80, taxes=True)
    for name in TABLES:
        pd.testing.assert_frame_equal(one[name], other[name])
