"""How many queries a page needs, and that it does not depend on the number of firms."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mujun.web.register.actions.corrections import correct_cell
from tests.web.evaluations.web_county import fill, firm_id, published, tables

pytestmark = pytest.mark.django_db

FIRM_PAGE = 23
AS_KNOWN_THEN = 10  # the firm's rows as known at the run's revision, where they have changed since
RUN_PAGE = 10


def queries_of(client, url):
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return [query["sql"] for query in captured]


@pytest.mark.parametrize("count", [20, 80])
def test_firm_page(client, analyst, count):
    fill(tables(count))
    published(analyst)
    client.force_login(analyst)
    found = queries_of(client, reverse("firm", args=[firm_id(3)]))
    assert len(found) == FIRM_PAGE, "\n".join(sql[:150] for sql in found)


def test_firm_page_after_a_correction_still_shows_the_run_as_it_was(client, county, analyst):
    published(analyst)
    correct_cell("measures", [firm_id(3), "2022"], "tax_wan", "999", reason="测试", by=analyst)
    client.force_login(analyst)
    found = queries_of(client, reverse("firm", args=[firm_id(3)]))
    assert len(found) == FIRM_PAGE + AS_KNOWN_THEN
    text = client.get(reverse("firm", args=[firm_id(3)])).content.decode()
    assert "<strong>176.0000</strong>" in text  # the account sheet
    assert "999.00" in text  # the figures as known now


@pytest.mark.parametrize("count", [20, 80])
def test_run_page(client, analyst, count):
    fill(tables(count))
    run = published(analyst)
    client.force_login(analyst)
    found = queries_of(client, reverse("run", args=[run.pk]))
    assert len(found) == RUN_PAGE, "\n".join(sql[:150] for sql in found)


def test_every_look_up_of_the_firm_page_uses_an_index(client, county, analyst):
    """SQLite says how it would find the rows: no table of the register or of results is read whole."""
    if connection.vendor != "sqlite":
        pytest.skip("asks SQLite's planner")
    published(analyst)
    client.force_login(analyst)
    whole = []
    for sql in queries_of(client, reverse("firm", args=[firm_id(3)])):
        if not sql.startswith("SELECT") or "WHERE 1 = 0" in sql:
            continue
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            whole += [f"{row[3]}: {sql[:200]}" for row in cursor.fetchall() if row[3].startswith("SCAN")]
    small = ("django_session", "people_user", "evaluations_resultnotice", "evaluations_run", "CONSTANT ROW")
    assert [line for line in whole if not any(name in line.split(":")[0] for name in small)] == []
