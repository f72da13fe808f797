"""People of every role, plainly fictional, and clients signed in as them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import shapely
from django.test import Client

from mujun.web.people import places
from mujun.web.people.models import User
from mujun.web.people.rights import Role
from mujun.web.register.models import MODELS, Revision

PASSWORD = "molen-en-dijk-42"
TOWN, OTHER_TOWN = "甲镇", "乙镇"
FIRM, OTHER_FIRM = "91330000MA0000001T", "91330000MA0000002R"


@pytest.fixture(autouse=True)
def _places_are_those_of_this_test() -> None:
    """The index is kept per revision, and each test counts its revisions anew."""
    places._places.cache_clear()


@pytest.fixture
def person(db: None) -> Callable[..., User]:
    """Make an account of a role; a cadre gets the first town, a firm's account the first firm, a department its unit."""

    def make(role: Role | str, username: str = "", **fields: object) -> User:
        standard: dict[str, object] = {"display_name": f"测试{role}"}
        if role == Role.TOWN:
            standard["towns"] = [TOWN]
        if role == Role.FIRM:
            standard["firm_id"] = FIRM
        if role == Role.DEPARTMENT:
            standard["unit"] = "测试局"
        user = User(username=username or f"test-{role}", role=role, **(standard | fields))
        user.set_password(PASSWORD)
        user.save()
        return user

    return make


@pytest.fixture
def signed_in(person: Callable[..., User]) -> Callable[..., Client]:
    """A client signed in as somebody of a role."""

    def make(role: Role | str, **fields: object) -> Client:
        client = Client()
        client.force_login(person(role, **fields))
        return client

    return make


def square(west: float, south: float, size: float = 0.01) -> bytes:
    """A small square of land as it is kept."""
    wkb: bytes = shapely.to_wkb(shapely.box(west, south, west + size, south + size))
    return wkb


@pytest.fixture
def county(db: None) -> Revision:
    """Two towns, two firms, three parcels: the first firm lets part of its land in the first town to the second."""
    revision = Revision.objects.create(kind="import")

    def add(table: str, **fields: object) -> None:
        MODELS[table]._default_manager.create(since=revision, **fields)

    for number, (firm_id, name, town) in enumerate(((FIRM, "甲字五金", TOWN), (OTHER_FIRM, "乙字五金", OTHER_TOWN)), 1):
        add("firms", firm_id=firm_id, name=name, town=town, industry="3351", above_scale=True, status="active")
        for year in (2021, 2022):
            add("measures", firm_id=firm_id, year=year, tax_wan=1000.0 * number + year, revenue_wan=20_000.0 * number)
        add("taxes", firm_id=firm_id, year=2022, item="增值税", amount_wan=700.0 * number)
        add("marks", firm_id=firm_id, year=2022, code="bonus_safety", points=1.0)
    for number, (town, holder) in enumerate(((TOWN, FIRM), (OTHER_TOWN, OTHER_FIRM), (OTHER_TOWN, "")), 1):
        add(
            "parcels",
            parcel_id=f"P{number}",
            geometry=square(120 + number / 50, 28.5),
            town=town,
            holder_id=holder,
            registered_area_m2=20_000.0,
            land_price_wan=800.0,
        )
        add("buildings", building_id=f"B{number}", parcel_id=f"P{number}", floor_area_m2=9_000.0)
        add("units", unit_id=f"U{number}", building_id=f"B{number}", rent_wan=30.0)
    day = dt.date(2020, 1, 1)
    for firm_id, parcel_id, kind, lessor in (
        (FIRM, "P1", "own", ""),
        (OTHER_FIRM, "P1", "lease", FIRM),
        (OTHER_FIRM, "P2", "own", ""),
    ):
        share = {"firm_id": firm_id, "parcel_id": parcel_id, "kind": kind, "area_m2": 5_000.0, "lessor_id": lessor}
        add("occupancy", **share, **{"from": day})
    add("barriers", barrier_id="R1", kind="river", effect="separates", geometry=square(121, 28.5))
    add("projects", project_id="J1", name="示范项目", invest_wan=5_000.0)
    return revision
