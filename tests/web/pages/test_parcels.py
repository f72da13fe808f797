"""The parcel list and card: inside the scope, as known then and now, amounts masked, every value with its cell."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mujun.web.people.rights import Role
from mujun.web.register.models import Occupancy, Parcel, Revision, SourceSheet
from tests.web.conftest import FIRM, OTHER_FIRM, OTHER_TOWN, TOWN

SignedIn = Callable[..., Client]


def card(client: Client, parcel_id: str = "P1", **address: str) -> str:
    answer = client.get(reverse("parcel", args=[parcel_id]), address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("role", Role)
def test_cards_inside_the_scope_only(role: Role, county: Revision, signed_in: SignedIn) -> None:
    client = signed_in(role)
    seen = {"P1"} if role in (Role.TOWN, Role.FIRM) else {"P1", "P2", "P3"}
    for parcel_id in ("P1", "P2", "P3", "P4"):
        for headers in ({}, {"HX-Request": "true"}):
            answer = client.get(reverse("parcel", args=[parcel_id]), headers=headers)
            assert answer.status_code == (200 if parcel_id in seen else 404), (role, parcel_id)


@pytest.mark.parametrize("role", Role)
def test_the_list_and_its_workbook_hold_the_same(role: Role, county: Revision, signed_in: SignedIn) -> None:
    client = signed_in(role)
    seen = ["P1"] if role in (Role.TOWN, Role.FIRM) else ["P1", "P2", "P3"]
    page = client.get(reverse("parcels"))
    assert [row.parcel_id for row in page.context["table"].page] == seen
    book = client.get(reverse("parcels"), {"format": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(book.content)).active
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == seen
    assert sheet["G1"].value == "登记面积(亩)"
    assert sheet["G2"].value == pytest.approx(20_000 * 3 / 2_000)


def test_filters(county: Revision, signed_in: SignedIn) -> None:
    client = signed_in(Role.ANALYST)

    def found(**address: str) -> list[str]:
        return [row.parcel_id for row in client.get(reverse("parcels"), address).context["table"].page]

    assert found(town=OTHER_TOWN) == ["P2", "P3"]
    assert found(town=OTHER_TOWN, sort="-parcel_id") == ["P3", "P2"]
    assert found(q="p2") == ["P2"]
    assert found(right="lease") == []
    assert found(flag="protected") == []
    assert found(sort="nonsense; drop table") == ["P1", "P2", "P3"]
    assert found(page="99") == ["P1", "P2", "P3"]


def test_the_ledger_adds_up(county: Revision, signed_in: SignedIn) -> None:
    Parcel.objects.filter(parcel_id="P1").update(registered_area_m2=5_000.0)
    page = card(signed_in(Role.ANALYST))
    assert "账实相符" in page
    assert "7.5000" in page  # 5,000 m² are 7.5 mu
    Occupancy.objects.filter(firm_id=FIRM).update(area_m2=4_000.0)
    assert "对不上" in card(signed_in(Role.LEADER))


def test_a_firm_sees_its_own_shares_only(county: Revision, signed_in: SignedIn) -> None:
    Occupancy.objects.create(
        since=county, firm_id="91330000MA0000003P", parcel_id="P1", kind="lease", area_m2=1.0, lessor_id=OTHER_FIRM
    )
    page = card(signed_in(Role.FIRM))
    assert "91330000MA0000003P" not in page
    assert "份额账" not in page


@pytest.mark.parametrize(("role", "shown"), [(Role.ANALYST, True), (Role.FIRM, True), (Role.TOWN, False)])
def test_amounts_are_masked(role: Role, shown: bool, county: Revision, signed_in: SignedIn) -> None:
    page = card(signed_in(role))
    assert ("800" in page) is shown
    assert ("●●●" in page) is not shown


def test_every_value_says_which_cell_holds_it(county: Revision, signed_in: SignedIn) -> None:
    sheet = SourceSheet.objects.create(
        file="宗地.xlsx", sheet="甲镇", columns={"registered_area_m2": ["F", "登记面积(平方米)"]}
    )
    Parcel.objects.filter(parcel_id="P1").update(source=sheet, row=12)
    page = card(signed_in(Role.ANALYST))
    assert "宗地.xlsx / 甲镇 / F12" in page
    assert "登记面积(平方米)" in page


def test_as_known_then_and_now(county: Revision, signed_in: SignedIn) -> None:
    day = timezone.now() - dt.timedelta(days=30)
    Revision.objects.filter(pk=county.pk).update(at=day)
    later = Revision.objects.create(kind="import")
    old = Parcel.objects.get(parcel_id="P1")
    fields: dict[str, Any] = {"parcel_id": "P1", "town": TOWN, "holder_id": FIRM, "geometry": old.geometry}
    Parcel.objects.filter(pk=old.pk).update(until=later)
    Parcel.objects.create(since=later, registered_area_m2=30_000.0, **fields)
    client = signed_in(Role.ANALYST)
    then = (day + dt.timedelta(days=2)).date().isoformat()
    assert "45.0000" in card(client)
    page = card(client, known=then)
    assert "30.0000" in page
    assert "45.0000" not in page
    before = (day - dt.timedelta(days=2)).date().isoformat()
    assert "那时登记簿里还没有这宗地" in card(client, known=before)


def test_the_land_of_another_day(county: Revision, signed_in: SignedIn) -> None:
    page = card(signed_in(Role.ANALYST), day="2019-06-01")
    assert "这一天没有自有记录" in page


@pytest.mark.parametrize("broken", ["2022-13-01", "yesterday", "", "0000-00-00"])
def test_a_broken_day_is_today(broken: str, county: Revision, signed_in: SignedIn) -> None:
    card(signed_in(Role.ANALYST), day=broken, known=broken)


def test_queries_do_not_grow_with_the_list(
    county: Revision, signed_in: SignedIn, django_assert_max_num_queries: Any
) -> None:
    Parcel.objects.bulk_create(Parcel(since=county, parcel_id=f"N{n}", town=TOWN) for n in range(300))
    client = signed_in(Role.ANALYST)
    with django_assert_max_num_queries(8):
        client.get(reverse("parcels"))
