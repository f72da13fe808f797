"""The same problem of several becomes a matter of policy: what it is called, who leaves it, and two acts at once."""

from __future__ import annotations

import contextlib
import threading

import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from mujun.base.errors import Refused
from mujun.web.cases import actions
from mujun.web.cases.actions import matters
from mujun.web.cases.models import Case, Matter
from tests.web.conftest import FIRM, OTHER_FIRM

CAUSE = {"category": "land", "cause": "层高不够"}


@pytest.fixture(autouse=True)
def _lists(db):
    actions.take_in_lists(by=None)


def raised(by, subject="漏水", **fields):
    return actions.raise_case("request", fields={"subject": subject} | fields, source="visit", by=by)


def seen_by(user):
    client = Client()
    client.force_login(user)
    pages = [reverse("case_matters"), *(reverse("case_matter", args=[one.pk]) for one in Matter.objects.all())]
    return "".join(client.get(page).content.decode() for page in pages)


@pytest.mark.django_db
def test_what_the_others_wrote_is_not_told(office, firm, person):
    other = person("firm", "other", firm_id=OTHER_FIRM)
    raised(firm, "厂房太矮", **CAUSE)
    raised(office, **CAUSE)
    raised(other, "乙字五金欠税被查封要求解封", **CAUSE)
    matter = Matter.objects.get()
    assert matter.title == "用地厂房 · 层高不够"
    said = seen_by(firm)
    assert "1 件，涉及 1 家企业" in said
    assert "厂房太矮" in said
    assert "欠税" not in said
    assert "乙字五金" not in said


@pytest.mark.django_db
def test_no_firm_is_named_in_what_all_of_them_read(office, firm, county):
    for subject in ("一", "二", "三"):
        raised(office, subject, category="land", cause="乙字五金挡了路", firm=OTHER_FIRM if subject == "一" else "")
    matter = Matter.objects.get()
    assert matter.title == "用地厂房 · 某企业挡了路"
    with pytest.raises(Refused, match="不能写企业名称"):
        actions.change_matter(matter.pk, "settled", "乙字五金已让路", by=office)
    assert actions.change_matter(matter.pk, "settled", "统一让路办法", by=office).note == "统一让路办法"
    one, two = raised(office, "四", firm=FIRM), raised(office, "五", firm=OTHER_FIRM)
    with pytest.raises(Refused, match="不能写企业名称"):
        actions.group_cases([one.pk, two.pk], "甲字五金一类", by=office)
    assert actions.group_cases([one.pk, two.pk], "停水", by=office).title == "停水"


@pytest.mark.django_db
def test_a_mended_cause_leaves_the_matter(office):
    cases = [raised(office, str(number), **CAUSE) for number in range(3)]
    old = Matter.objects.get()
    actions.act(cases[0].pk, "contact", fields={"cause": "另一个原因"}, by=office)
    assert [Case.objects.get(pk=case.pk).matter for case in cases] == [None, old, old]
    actions.act(cases[0].pk, "close", fields={"result": "好", "cause": "层高不够"}, files=_reply(), by=office)
    assert Case.objects.get(pk=cases[0].pk).matter == old, "and comes back with it"


@pytest.mark.django_db
def test_a_matter_made_by_hand_outlives_the_cause(office):
    cases = [raised(office, str(number), **CAUSE) for number in range(2)]
    made = actions.group_cases([case.pk for case in cases], "层高", by=office)
    actions.act(cases[0].pk, "contact", fields={"cause": "另一个原因"}, by=office)
    assert [Case.objects.get(pk=case.pk).matter for case in cases] == [made, made]


def _reply():
    from tests.web.cases.conftest import paper

    return {"reply": [paper()]}


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite writes one after the other")
def test_acts_at_the_same_moment_lose_nothing(person, monkeypatch):
    office = person("analyst", "office", unit="专班办公室")
    counted = matters._firms
    for before, together in ((2, 2), (1, 2), (0, 4)):
        cause = {"category": "tax", "cause": f"退税{before}"}
        cases = [raised(office, f"{before}{number}") for number in range(before + together)]
        for case in cases[:before]:
            actions.act(case.pk, "contact", fields=cause, by=office)
        barrier, faults = threading.Barrier(together), []

        def slow(cases, barrier=barrier):
            number = counted(cases)
            with contextlib.suppress(threading.BrokenBarrierError):
                barrier.wait(1)
            return number

        def act(case, cause=cause, faults=faults):
            try:
                actions.act(case.pk, "contact", fields=cause, by=office)
            except Exception as error:
                faults.append(error)
            finally:
                connections.close_all()

        monkeypatch.setattr(matters, "_firms", slow)
        threads = [threading.Thread(target=act, args=(case,)) for case in cases[before:]]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        monkeypatch.setattr(matters, "_firms", counted)
        assert faults == []
        made = Matter.objects.get(key__contains=f"退税{before}")
        held = Case.objects.filter(pk__in=[case.pk for case in cases])
        assert {(case.state, case.matter) for case in held.select_related("matter")} == {("contacted", made)}
