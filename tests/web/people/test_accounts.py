"""Accounts one by one and in bulk, codes on paper, leaving and handing over."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook, load_workbook

from mujun.base.errors import Refused, UnreadableInput
from mujun.web.audit.models import AuditEvent
from mujun.web.people import actions, duties
from mujun.web.people.actions import NewAccount
from mujun.web.people.imports import read_accounts
from mujun.web.people.models import User
from mujun.web.people.passwords import ALPHABET, new_code
from mujun.web.people.rights import ROLE_RIGHTS, Right, Role, scope_of
from mujun.web.register.models import ImportBatch
from tests.web.conftest import FIRM, PASSWORD

pytestmark = pytest.mark.django_db
HEAD = ["姓名", "用户名", "角色", "镇街", "统一社会信用代码", "所在单位"]


def workbook(*rows: list[object], head: list[str] = HEAD) -> bytes:
    book = Workbook()
    for row in (head, *rows):
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def upload(client: Client, content: bytes, name: str = "人员.xlsx"):
    return client.post("/people/import/", {"file": SimpleUploadedFile(name, content)})


def codes_on(page: str) -> dict[str, str]:
    return dict(re.findall(r'<dd class="code">([^<]+)</dd>.*?<strong>([0-9A-Z-]{14})</strong>', page, re.DOTALL))


def test_a_list_is_rehearsed_then_made_and_every_code_works(county, signed_in):
    boss = signed_in(Role.ADMINISTRATOR)
    content = workbook(
        ["测试甲", "", "业务人员", "", ""],
        ["测试甲", "", "领导", "", ""],
        ["测试乙", "yi.yi", "镇街干部", "甲镇、乙镇", ""],
        ["测试丙", "", "企业用户", "", FIRM],
    )
    page = upload(boss, content)
    assert page.status_code == 200
    assert User.objects.count() == 1, "a rehearsal makes nothing"
    signed = page.context["signed"]
    printed = boss.post("/people/import/act/", {"signed": signed})
    assert printed.headers["Cache-Control"] == "no-store"
    codes = codes_on(printed.content.decode())
    assert set(codes) == {"ceshijia", "ceshijia2", "yi.yi", FIRM}
    assert User.objects.get(username="yi.yi").towns == ["甲镇", "乙镇"]
    assert scope_of(User.objects.get(username=FIRM)).firms == {FIRM}
    for name, code in codes.items():
        assert Client().post("/login/", {"username": name, "password": code}).headers["Location"] == "/password/"
        assert code not in str(list(User.objects.values())) + str(list(AuditEvent.objects.values()))
    again = boss.post("/people/import/act/", {"signed": signed}, follow=True)
    assert "没有开设任何账号" in again.content.decode()
    assert User.objects.count() == 5


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (["", "naam", "领导", "", ""], "没有填姓名"),
        (["测试", "", "大王", "", ""], "没有“大王”这个角色"),
        (["测试", "", "镇街干部", "", ""], "至少要有一个镇街"),
        (["测试", "", "企业用户", "", ""], "统一社会信用代码"),
        (["测试", "na am", "领导", "", ""], "用户名只能用"),
        (["测试", "TEST-administrator", "领导", "", ""], "已经有人使用"),
    ],
)
def test_one_wrong_line_and_nothing_is_made(county, signed_in, row, sentence):
    page = upload(signed_in(Role.ADMINISTRATOR), workbook(["测试甲", "", "领导", "", ""], row))
    assert sentence in page.content.decode()
    assert page.context["wrong"] == 1
    assert page.context["signed"] == ""
    assert User.objects.count() == 1


def test_the_same_name_twice_in_one_list_is_found(db):
    lines = read_accounts(workbook(["测试甲", "naam", "领导", "", ""], ["测试乙", "Naam", "领导", "", ""]))
    assert [bool(line.faults) for line in lines] == [False, True]


def test_what_deserves_a_second_look_is_said_but_does_not_stop(db):
    content = workbook(["测试甲", "", "镇街干部", "丙镇", ""], ["测试乙", "", "企业用户", "", "12345"])
    lines = read_accounts(content, towns=["甲镇"], firms=[FIRM])
    assert not any(line.faults for line in lines)
    assert "丙镇" in lines[0].notices[0]
    assert len(lines[1].notices) == 2


def test_headings_may_stand_under_a_title_and_in_any_order(db):
    book = Workbook()
    for row in (["某县人员名单"], ["角色", "姓 名"], ["审计", "测试甲"]):
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    [line] = read_accounts(target.getvalue())
    assert (line.row, line.account.role, line.account.username) == (3, "auditor", "ceshijia")


def bomb() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (210 * 2**20))
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "不是可以读取的 Excel"),
        (b"PK\x03\x04 broken", "不是可以读取的 Excel"),
        (b"naam;rol\n", "不是可以读取的 Excel"),
        (workbook(head=["甲", "乙"]), "没有找到标题行"),
        (workbook(), "没有人员"),
        (workbook(*[[f"测试{n}", f"n{n}", "领导", "", ""] for n in range(1001)]), "一次最多1000行"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_a_sentence(db, content, sentence):
    with pytest.raises(UnreadableInput, match=sentence):
        read_accounts(content)


def test_a_zip_bomb_is_not_unpacked(signed_in):
    page = upload(signed_in(Role.ADMINISTRATOR), bomb())
    assert page.status_code == 422
    assert "解压后过大" in page.content.decode()


def test_nobody_acts_on_the_rehearsal_of_another_or_on_a_forged_one(county, signed_in):
    first = signed_in(Role.ADMINISTRATOR, username="een")
    second = signed_in(Role.ADMINISTRATOR, username="twee")
    signed = upload(first, workbook(["测试甲", "", "领导", "", ""])).context["signed"]
    for forged in (signed, signed[:-2] + "xx", ""):
        assert second.post("/people/import/act/", {"signed": forged}).status_code == 302
    assert User.objects.count() == 2


def test_the_template_reads_back(signed_in, db):
    content = b"".join(signed_in(Role.ADMINISTRATOR).get("/people/import/template.xlsx").streaming_content)
    sheet = load_workbook(io.BytesIO(content)).active
    assert [cell.value for cell in sheet[1]] == HEAD
    assert "镇街干部" in sheet.data_validations.dataValidation[0].formula1
    sheet.append(["测试甲", "", "领导", "", ""])
    target = io.BytesIO()
    sheet.parent.save(target)
    assert read_accounts(target.getvalue())[0].account.role == "leader"


def test_codes_are_chance_and_hard_to_misread():
    codes = {new_code() for _time in range(200)}
    assert len(codes) == 200
    assert all(re.fullmatch(r"(\w{4}-){2}\w{4}", code) and set(code) <= {*ALPHABET, "-"} for code in codes)
    assert not set("0O1I") & set(ALPHABET)


def test_making_one_account_shows_its_code_once(signed_in):
    boss = signed_in(Role.ADMINISTRATOR)
    data = {"username": "nieuw", "display_name": "测试新", "role": "town", "towns": "甲镇，乙镇", "firm_id": "X"}
    [(name, code)] = codes_on(boss.post("/people/new/", data).content.decode()).items()
    user = User.objects.get(username=name)
    assert (user.towns, user.firm_id) == (["甲镇", "乙镇"], "")
    assert code not in boss.get(f"/people/{user.pk}/").content.decode()
    assert "已经有人使用" in boss.post("/people/new/", data | {"username": "NIEUW"}).content.decode()


def test_a_forgotten_password_is_replaced_by_a_code(signed_in, person):
    boss, user = signed_in(Role.ADMINISTRATOR), person(Role.ANALYST)
    here = Client()
    here.force_login(user)
    [(_name, code)] = codes_on(boss.post(f"/people/{user.pk}/code/").content.decode()).items()
    assert here.get("/tokens/").headers["Location"].startswith("/login/"), "sessions end"
    assert Client().post("/login/", {"username": user.username, "password": PASSWORD}).status_code == 422
    assert Client().post("/login/", {"username": user.username, "password": code}).status_code == 302


def test_changing_an_account_is_noted_with_before_and_after(signed_in, person):
    boss, user = signed_in(Role.ADMINISTRATOR), person(Role.TOWN)
    data = {
        "username": "wordt-niet-anders",
        "display_name": "测试改",
        "role": "town",
        "towns": "乙镇",
        "reason": "调岗",
    }
    assert boss.post(f"/people/{user.pk}/", data).status_code == 302
    user.refresh_from_db()
    assert (user.username, user.towns) == ("test-town", ["乙镇"])
    event = AuditEvent.objects.get(action="account.changed")
    assert event.detail["before"]["towns"] == ["甲镇"]
    assert event.detail["after"]["towns"] == ["乙镇"]
    assert event.reason == "调岗"


def test_the_last_administrator_stays(signed_in):
    boss = signed_in(Role.ADMINISTRATOR)
    user = User.objects.get()
    data = {"username": user.username, "display_name": "x", "role": "leader"}
    assert "最后一个管理员" in boss.post(f"/people/{user.pk}/", data).content.decode()
    assert "最后一个管理员" in boss.post(f"/people/{user.pk}/close/", {"reason": "离任"}).content.decode()
    user.refresh_from_db()
    assert (user.role, user.is_active) == (Role.ADMINISTRATOR, True)


def test_unfinished_work_passes_to_the_successor_and_finished_work_stays(signed_in, person):
    boss = signed_in(Role.ADMINISTRATOR)
    leaver, heir = person(Role.ANALYST, "gaat"), person(Role.ANALYST, "blijft")
    stranger = person(Role.AUDITOR)
    states = ["uploaded", "mapping", "rehearsed", "committed", "undone", "discarded"]
    batches = [ImportBatch.objects.create(state=state, source_name=state, digest="", by=leaver) for state in states]
    assert "未入库的导入批次" in boss.get(f"/people/{leaver.pk}/close/").content.decode()
    refused = boss.post(f"/people/{leaver.pk}/close/", {"reason": "离任"})
    assert "还有未办结的工作：未入库的导入批次3项" in refused.content.decode()
    assert boss.post(f"/people/{leaver.pk}/close/", {"reason": "离任", "successor": stranger.pk}).status_code == 422
    assert ImportBatch.objects.filter(by=leaver).count() == 6
    assert boss.post(f"/people/{leaver.pk}/close/", {"reason": "离任", "successor": heir.pk}).status_code == 302
    owners = dict(ImportBatch.objects.values_list("state", "by__username"))
    assert owners == dict.fromkeys(states[:3], "blijft") | dict.fromkeys(states[3:], "gaat")
    handed = AuditEvent.objects.filter(action="duty.handed_over").values_list("about", flat=True)
    assert sorted(handed) == [f"batch:{batch.pk}" for batch in batches[:3]]


def test_every_duty_names_states_that_its_model_has():
    from django.apps import apps

    for duty in duties.DUTIES:
        field = apps.get_model(duty.model)._meta.get_field(duty.column)
        assert set(duty.states) < set(dict(field.flatchoices))


def test_the_towns_of_a_cadre_pass_on(signed_in, person):
    boss = signed_in(Role.ADMINISTRATOR)
    leaver, heir = person(Role.TOWN, "gaat"), person(Role.TOWN, "blijft", towns=["丙镇"])
    assert boss.post(f"/people/{leaver.pk}/close/", {"reason": "离任", "successor": heir.pk}).status_code == 302
    leaver.refresh_from_db()
    heir.refresh_from_db()
    assert heir.towns == sorted(["丙镇", "甲镇"])
    assert (leaver.is_active, leaver.successor) == (False, heir)
    assert leaver.left_on is not None
    assert AuditEvent.objects.get(action="account.closed").detail["passed"] == {"towns": 1}


def test_a_firms_account_passes_only_inside_the_firm(person):
    leaver = person(Role.FIRM)
    other = person(Role.FIRM, "ander", firm_id="ANDER")
    with pytest.raises(Refused, match="同一企业"):
        actions.close_account(user=leaver, by=person(Role.ADMINISTRATOR), successor=other)


def test_a_closed_account_can_be_opened_again_with_a_code(signed_in, person):
    boss, user = signed_in(Role.ADMINISTRATOR), person(Role.LEADER)
    boss.post(f"/people/{user.pk}/close/", {"reason": "离任"})
    assert "已关闭" in boss.post(f"/people/{user.pk}/code/", follow=True).content.decode()
    [(name, code)] = codes_on(boss.post(f"/people/{user.pk}/reopen/").content.decode()).items()
    assert Client().post("/login/", {"username": name, "password": code}).status_code == 302


def test_accounts_are_found_by_role_town_state_and_name(signed_in, person):
    boss = signed_in(Role.ADMINISTRATOR)
    person(Role.TOWN, "een", towns=["甲镇"])
    person(Role.TOWN, "twee", towns=["乙镇"], display_name="测试二")

    def shown(query: str) -> list[str]:
        return [row.username for row in boss.get(f"/people/?{query}").context["table"].page]

    assert shown("role=town") == ["een", "twee"]
    assert shown("town=乙镇") == ["twee"]
    assert shown("q=测试二") == ["twee"]
    assert shown("state=closed") == []
    answer = boss.get("/people/?format=xlsx&role=town")
    rows = list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert [row[0] for row in rows][-2:] == ["een", "twee"]


def test_making_accounts_is_all_or_nothing(person):
    boss = person(Role.ADMINISTRATOR)
    with pytest.raises(Refused, match="已经有人使用"):
        actions.make_accounts(
            accounts=[NewAccount("nieuw", "新", "leader"), NewAccount("NIEUW", "新", "leader")], by=boss
        )
    assert User.objects.count() == 1
    assert not AuditEvent.objects.exists()


def test_nobody_who_only_reads_may_change_anything():
    changing = {Right.IMPORT, Right.CORRECT, Right.EVALUATE, Right.PUBLISH, Right.OBJECT, Right.DECIDE}
    changing |= {Right.ACCOUNTS}
    assert not ROLE_RIGHTS[Role.AUDITOR] & changing
    assert Right.READ_AMOUNTS not in ROLE_RIGHTS[Role.ADMINISTRATOR] | ROLE_RIGHTS[Role.TOWN]
    assert ROLE_RIGHTS[Role.ADMINISTRATOR] & changing == {Right.ACCOUNTS}
