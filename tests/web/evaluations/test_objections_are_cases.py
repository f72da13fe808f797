"""An objection is a case of the list ``objection``: both always stand the same, whoever moves them and from where."""

from __future__ import annotations

import datetime as dt
import importlib

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from mujun.base.errors import Refused
from mujun.web.audit.models import AuditEvent
from mujun.web.cases import actions as cases
from mujun.web.cases.models import Case, CaseAlert, CaseClock, CaseEntry
from mujun.web.cases.queries import card_of, list_named, list_of
from mujun.web.cases.subjects import address_of
from mujun.web.evaluations.models import Objection, ObjectionState
from mujun.web.evaluations.objections import actions
from mujun.web.evaluations.objections.queries import window_for_run
from mujun.web.evaluations.runs.actions import open_result_notice
from tests.web.evaluations.web_county import firm_id, published

pytestmark = pytest.mark.django_db
MIGRATION = importlib.import_module("mujun.web.evaluations.migrations.0003_objections_are_cases")


@pytest.fixture
def run(county, analyst):
    held = published(analyst)
    now = timezone.now()
    open_result_notice(held.pk, "公示", now - dt.timedelta(days=1), now + dt.timedelta(days=5), by=analyst)
    return held


def file(run, by, firm=15, claimed="400"):
    return actions.file_objection(
        window_for_run(run), firm_id(firm), f"测试{firm}厂", "甲镇", table="measures", key=[firm_id(firm), "2022"],
        column="tax_wan", claimed=claimed, text="漏计一笔税款", upload=SimpleUploadedFile("a.pdf", b"%PDF-1.4 x"), by=by,
    )  # fmt: skip


def all_stand_the_same() -> None:
    for objection in Objection.objects.select_related("case"):
        assert objection.case is not None
        assert objection.state == objection.case.state == objection.case.entries.last().after
        assert objection.is_open == (objection.case.closed_at is None)


def test_each_step_leaves_its_line(run, analyst, person):
    firm = person("firm", firm_id=firm_id(15))
    first, second, third = file(run, firm), file(run, analyst, 12, "390"), file(run, analyst, 13, "380")
    assert (first.case.raiser, first.case.firm_id, first.case.number[:10]) == (firm, firm_id(15), "objection-")
    assert first.case.title == first.label
    all_stand_the_same()
    actions.take_up_objection(first.pk, by=analyst)
    all_stand_the_same()
    actions.accept_objection(first.pk, "400", "属实", by=analyst)
    actions.reject_objection(second.pk, "不符", by=analyst)
    actions.withdraw_objection(third.pk, by=analyst)
    all_stand_the_same()
    lines = list(first.case.entries.values_list("action", "role", "by"))
    assert lines == [("raise", "firm", firm.pk), ("take_up", "office", analyst.pk), ("accept", "office", analyst.pk)]
    assert "已由 80 更正为 400" in first.case.entries.last().proof
    assert not CaseClock.objects.filter(stopped_at=None).exists()
    second.refresh_from_db()
    assert (second.decided_by, second.decided_at, second.reason) == (analyst, second.case.closed_at, "不符")
    assert card_of(firm, first.case.pk) is not None
    assert card_of(person("firm", "other", firm_id=firm_id(3)), first.case.pk) is None


def test_from_the_case_the_objection_follows(run, analyst):
    first, second = file(run, analyst), file(run, analyst, 12, "390")
    cases.act(first.case.pk, "take_up", by=analyst)
    all_stand_the_same()
    with pytest.raises(Refused, match="还没有更正"):
        cases.act(first.case.pk, "accept", reason="属实", by=analyst)
    cases.act(first.case.pk, "reject", reason="与完税证明不符", by=analyst)
    cases.act(second.case.pk, "withdraw", by=analyst)
    all_stand_the_same()
    first.refresh_from_db()
    assert (first.state, first.reason) == (ObjectionState.REJECTED, "与完税证明不符")
    assert set(AuditEvent.objects.filter(action__startswith="objection.").values_list("action", flat=True)) == {
        "objection.filed", "objection.taken_up", "objection.rejected", "objection.withdrawn"
    }  # fmt: skip
    assert address_of(first.case) == f"/objections/{first.pk}/"
    with pytest.raises(Refused, match="不能再处理"):
        actions.withdraw_objection(first.pk, by=analyst)


def test_only_who_raised_it_withdraws(run, analyst, person):
    objection = file(run, person("firm", firm_id=firm_id(15)))
    with pytest.raises(Refused, match="应由异议人办理"):
        actions.withdraw_objection(objection.pk, by=analyst)
    all_stand_the_same()


def test_such_a_case_is_raised_at_its_cell_only(run, analyst):
    file(run, analyst)
    with pytest.raises(Refused, match="点击有疑问的数据"):
        cases.raise_case("objection", fields={}, by=analyst)
    assert not list_of(list_named("objection"), analyst).may_raise


def test_objections_of_before_get_their_case(run, analyst):
    held = [
        file(run, analyst),
        file(run, analyst, 12, "390"),
        file(run, analyst, 13, "380"),
        file(run, analyst, 14, "370"),
    ]
    actions.take_up_objection(held[1].pk, by=analyst)
    actions.accept_objection(held[1].pk, "390", "属实", by=analyst)
    actions.reject_objection(held[2].pk, "不符", by=analyst)
    actions.withdraw_objection(held[3].pk, by=analyst)
    told = {one.pk: said_of(one.case) for one in Objection.objects.select_related("case")}
    Objection.objects.update(case=None)
    assert MIGRATION.make_cases(apps) == 4
    assert MIGRATION.make_cases(apps) == 0
    all_stand_the_same()
    assert {one.pk: said_of(one.case) for one in Objection.objects.select_related("case")} == told
    assert Case.objects.count() == 8
    assert CaseEntry.objects.count() == 2 * 8
    assert not CaseAlert.objects.exists()


def said_of(case):
    """What has to come out the same: where it stands, its trail, its clocks; not the name of the cell for people."""
    lines = [(line.action, line.label, line.by_id, line.before, line.after, line.reason) for line in case.entries.all()]
    clocks = [(clock.clock, clock.turn, clock.stopped_at is None, clock.late) for clock in case.clocks.all()]
    return case.state, case.firm_id, case.town, case.raiser_id, lines, clocks


@pytest.mark.parametrize("column", ["tax_wan", "name"])
def test_the_case_masks_what_the_page_of_the_objection_masks(run, analyst, person, column):
    from django.test import Client

    firm, town = person("firm", firm_id=firm_id(15)), person("town")
    key, claimed = {"tax_wan": ([firm_id(15), "2022"], "398.7"), "name": ([firm_id(15)], "新名称398.7")}[column]
    objection = actions.file_objection(
        window_for_run(run), firm_id(15), "测试15厂", "甲镇", table="firms" if column == "name" else "measures", key=key,
        column=column, claimed=claimed, text="漏计一笔税款", upload=SimpleUploadedFile("a.pdf", b"%PDF-1.4 x"), by=firm,
    )  # fmt: skip
    actions.accept_objection(objection.pk, claimed, "属实", by=analyst)
    hidden = column == "tax_wan"
    for user, masked in ((town, hidden), (firm, False), (analyst, False)):
        client = Client()
        client.force_login(user)
        pages = [
            client.get(url).content.decode() for url in (f"/objections/{objection.pk}/", f"/cases/{objection.case_id}/")
        ]
        for page in pages:
            assert ("398.7" not in page) is masked
            assert ("漏计一笔税款" not in page) is masked
            assert ("●●●" in page) is masked
