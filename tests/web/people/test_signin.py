"""First page, signing in, one-time codes, throttling."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from mujun.cli.serve import _announce
from mujun.web.audit.models import AuditEvent
from mujun.web.people import actions, queries
from mujun.web.people.models import SignInAttempts, User
from mujun.web.people.passwords import setup_code
from mujun.web.people.rights import Role
from mujun.web.people.throttling import ADDRESS, PAIR, USER, Limit, seconds_left
from tests.web.conftest import PASSWORD

pytestmark = pytest.mark.django_db
FIRST = {
    "username": "eerste",
    "display_name": "测试管理员",
    "new_password": PASSWORD,
    "repeated": PASSWORD,
}


@pytest.fixture(autouse=True)
def _code(monkeypatch):
    """The secret key of the test's installation decides the code."""
    monkeypatch.setitem(FIRST, "code", setup_code())


def sign_in(client: Client, username: str, password: str = PASSWORD, **headers: str):
    return client.post("/login/", {"username": username, "password": password}, **headers)


def test_an_empty_installation_leads_to_the_first_page(client):
    assert client.get("/login/").headers["Location"] == "/setup/"
    assert client.get("/setup/").status_code == 200


def test_the_first_page_makes_one_administrator_and_is_gone(client):
    answer = client.post("/setup/", FIRST)
    assert answer.status_code == 302
    user = User.objects.get()
    assert (user.username, user.role, user.must_change_password) == ("eerste", Role.ADMINISTRATOR, False)
    assert client.get("/people/").status_code == 200
    for visitor in (client, Client()):
        assert visitor.get("/setup/").status_code == 404
        assert visitor.post("/setup/", FIRST | {"username": "tweede"}).status_code == 404
    assert User.objects.count() == 1
    assert AuditEvent.objects.get(action="account.first").by == user


@pytest.mark.parametrize("code", ["", "AAAA-AAAA-AAAA", "K7QF", "é" * 12])
def test_who_only_found_the_address_cannot_set_it_up(client, code):
    answer = client.post("/setup/", FIRST | {"code": code})
    assert answer.status_code == 422
    assert setup_code() not in answer.content.decode()
    assert not User.objects.exists()


def test_the_code_may_be_written_as_people_write(client, settings):
    assert client.post("/setup/", FIRST | {"code": f" {setup_code().lower().replace('-', ' ')} "}).status_code == 302
    before = setup_code()
    settings.SECRET_KEY = "another installation"
    assert setup_code() != before


def test_the_server_prints_the_code_until_somebody_has_an_account(capsys, person):
    _announce("http://127.0.0.1:8000/")
    assert setup_code() in capsys.readouterr().out
    person(Role.ADMINISTRATOR)
    _announce("http://127.0.0.1:8000/")
    assert setup_code() not in capsys.readouterr().out


def test_the_first_account_is_not_made_twice_by_two_at_once(person):
    person(Role.ADMINISTRATOR)
    with pytest.raises(Exception, match="首次设置已关闭"):
        actions.make_first_administrator(username="b", display_name="b", password=PASSWORD, by=None)
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("kort-1", "10"),
        ("eerste1234", "用户名"),
        ("password123", "常见"),
        ("zevenkleurig", "两种"),
        ("12345678901", "两种"),
    ],
)
def test_weak_passwords_are_refused_with_the_reason(client, password, sentence):
    answer = client.post("/setup/", FIRST | {"new_password": password, "repeated": password})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not User.objects.exists()


def test_the_two_passwords_must_agree(client):
    assert "不一致" in client.post("/setup/", FIRST | {"repeated": "iets-anders-77"}).content.decode()


def test_signing_in_disregards_the_case_of_the_name_and_goes_where_one_wanted(client, person):
    person(Role.AUDITOR, "Controle")
    answer = client.post("/login/", {"username": "controle", "password": PASSWORD, "next": "/audit/"})
    assert answer.headers["Location"] == "/audit/"


@pytest.mark.parametrize("target", ["https://elders.example/", "//elders.example", "javascript:alert(1)", r"\\elders"])
def test_nobody_is_sent_to_another_host(client, person, target):
    person(Role.AUDITOR, "controle")
    answer = client.post("/login/", {"username": "controle", "password": PASSWORD, "next": target})
    assert answer.status_code == 302
    assert "elders" not in answer.headers["Location"]
    assert "javascript" not in answer.headers["Location"]


def test_a_closed_account_cannot_sign_in_and_its_sessions_end(client, person):
    boss, user = person(Role.ADMINISTRATOR), person(Role.AUDITOR)
    client.force_login(user)
    assert client.get("/audit/").status_code == 200
    actions.close_account(user=user, by=boss, reason="离任")
    assert client.get("/audit/").status_code == 302
    assert sign_in(Client(), user.username).status_code == 422


def test_a_new_password_ends_other_sessions(person):
    user = person(Role.AUDITOR)
    here, there = Client(), Client()
    for client in (here, there):
        client.force_login(user)
    answer = here.post(
        "/password/", {"present": PASSWORD, "new_password": "nieuw-water-9", "repeated": "nieuw-water-9"}
    )
    assert answer.status_code == 302
    assert here.get("/audit/").status_code == 200
    assert there.get("/audit/").status_code == 302


def test_signing_out_needs_a_post(client, person):
    client.force_login(person(Role.AUDITOR))
    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/").status_code == 302
    assert client.get("/audit/").status_code == 302


def test_a_one_time_code_must_be_changed_before_anything_else(client, person):
    boss = person(Role.ADMINISTRATOR)
    user = person(Role.AUDITOR)
    [(_user, code)] = actions.issue_codes(users=[user], by=boss)
    assert sign_in(client, user.username).status_code == 422
    assert sign_in(client, user.username, code).headers["Location"] == "/password/"
    assert client.get("/audit/").headers["Location"] == "/password/"
    data = {"present": code, "new_password": "polder-en-plas-3", "repeated": "polder-en-plas-3"}
    assert client.post("/password/", data).status_code == 302
    assert client.get("/audit/").status_code == 200
    assert sign_in(Client(), user.username, code).status_code == 422


def test_a_code_out_of_date_opens_nothing_and_only_its_holder_learns_why(client, person):
    boss, user = person(Role.ADMINISTRATOR), person(Role.AUDITOR)
    [(_user, code)] = actions.issue_codes(users=[user], by=boss)
    assert sign_in(client, user.username, code).status_code == 302
    User.objects.filter(pk=user.pk).update(code_expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get("/password/").headers["Location"].startswith("/login/")
    assert "已过期" in sign_in(Client(), user.username, code).content.decode()
    assert "已过期" not in sign_in(Client(), user.username, "K7QF-3MPD-XW2A").content.decode()


def test_delays_double_up_to_a_limit():
    limit = Limit(free=2, first=5, longest=60)
    assert [limit.delay(n).seconds for n in range(1, 9)] == [0, 0, 5, 10, 20, 40, 60, 60]
    assert limit.delay(10_000).seconds == 60
    now = timezone.now()
    assert seconds_left(now + timedelta(seconds=4.2), now) == 5
    assert seconds_left(now, now) == 0
    assert seconds_left(None, now) == 0


def test_guessing_is_slowed_and_the_page_says_how_long(client, person):
    user = person(Role.AUDITOR)
    for _try in range(PAIR.free):
        assert sign_in(client, user.username, "fout").status_code == 422
    assert sign_in(client, user.username, "fout").status_code == 422
    answer = sign_in(client, user.username)
    assert answer.status_code == 429
    assert "秒后再试" in answer.content.decode()
    elsewhere = sign_in(Client(), user.username, REMOTE_ADDR="10.0.0.9")
    assert elsewhere.status_code == 302, "one who sits elsewhere is not locked out"
    SignInAttempts.objects.update(blocked_until=timezone.now())
    assert sign_in(client, user.username).status_code == 302
    assert not SignInAttempts.objects.filter(username=user.username, address="127.0.0.1").exists()


def test_one_password_tried_on_many_names_is_slowed(client, person):
    person(Role.AUDITOR)
    for number in range(ADDRESS.free + 1):
        sign_in(client, f"naam{number}", "fout")
    assert sign_in(client, "nog-een-naam", "fout").status_code == 429


def test_one_name_tried_from_many_places_is_slowed_for_a_minute_at_most(person):
    user = person(Role.AUDITOR)
    for number in range(USER.free + 12):
        actions.begin_sign_in(username=user.username, address=f"10.0.{number}.1", by=None)
        SignInAttempts.objects.exclude(failures__gt=USER.free + 10).update(blocked_until=None)
    assert 0 < queries.sign_in_wait(user.username, "10.9.9.9") <= USER.longest


def test_attempts_are_counted_before_the_password_is_looked_at(person):
    user = person(Role.AUDITOR)
    for _try in range(PAIR.free + 1):
        actions.begin_sign_in(username=user.username, address="10.0.0.1", by=None)
    assert actions.begin_sign_in(username=user.username, address="10.0.0.1", by=None) > 0
    assert AuditEvent.objects.filter(action="sign_in.blocked").count() == 1


def test_old_failures_are_forgotten(person):
    user = person(Role.AUDITOR)
    for _try in range(PAIR.free + 1):
        actions.begin_sign_in(username=user.username, address="10.0.0.1", by=None)
    long_ago = timezone.now() - timedelta(days=2)
    SignInAttempts.objects.update(last_at=long_ago, blocked_until=long_ago)
    assert actions.begin_sign_in(username=user.username, address="10.0.0.1", by=None) == 0
    assert SignInAttempts.objects.get(username=user.username, address="10.0.0.1").failures == 1


def test_the_language_is_remembered_and_the_way_back_stays_inside(client, person):
    person(Role.AUDITOR)
    answer = client.post("/language/", {"language": "en", "next": "https://elders.example/"})
    assert answer.cookies["django_language"].value == "en"
    assert "elders" not in answer.headers["Location"]
    assert "django_language" not in client.post("/language/", {"language": "xx", "next": "/login/"}).cookies


def test_chinese_comes_first_whatever_the_browser_says(client, person):
    person(Role.AUDITOR)
    assert client.get("/login/", headers={"Accept-Language": "en"}).headers["Content-Language"] == "zh-hans"
    client.post("/language/", {"language": "en"})
    assert client.get("/login/", headers={"Accept-Language": "zh"}).headers["Content-Language"] == "en"
