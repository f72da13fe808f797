"""Headers on every page, forms from elsewhere, uploads over the limit, errors without a trace."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from mujun.web.audit.actions import request_id
from mujun.web.pages.addresses import client_address
from mujun.web.people.rights import Role
from tests.web.conftest import PASSWORD
from tests.web.people.page_table import pages
from tests.web.people.test_pages_by_role import OURS, address_of

pytestmark = pytest.mark.django_db
POLICY = {
    "default-src": {"'self'"},
    "script-src": {"'self'"},
    "style-src": {"'self'"},
    "object-src": {"'none'"},
    "base-uri": {"'none'"},
    "form-action": {"'self'"},
    "frame-ancestors": {"'none'"},
}


class Inline(HTMLParser):
    """Finds what the policy forbids: scripts and styles inside the page, handlers, addresses elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.inside = tag
        for name, value in given.items():
            if name.startswith("on") or name == "style" or name == "nonce":
                self.found.append(f"{tag} {name}")
            if name in ("src", "href", "action", "data") and re.match(r"(https?:)?//|javascript:", value or ""):
                self.found.append(f"{tag} {name}={value}")
        if tag == "style" or (tag == "script" and "src" not in given and given.get("type") != "application/json"):
            self.found.append(f"inline {tag}")


def readable(letter: str) -> list[str]:
    return [name for name, methods in sorted(pages().items()) if set(methods.get("GET", "")) & {letter, "*"}]


def hold_against(answer) -> None:
    headers = answer.headers
    policy = {
        words[0]: set(words[1:]) for part in headers["Content-Security-Policy"].split(";") if (words := part.split())
    }
    if "attachment" not in headers.get("Content-Disposition", ""):
        assert POLICY.items() <= policy.items()
    assert "'unsafe-inline'" not in headers["Content-Security-Policy"]
    assert "'unsafe-eval'" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert re.fullmatch(r"[0-9a-f]{32}", headers["X-Request-ID"])


@pytest.mark.parametrize("letter", ["A", "M"])
def test_every_page_carries_the_headers_and_nothing_inline(county, signed_in, letter):
    client = signed_in({"A": Role.ANALYST, "M": Role.ADMINISTRATOR}[letter])
    for name in readable(letter):
        answer = client.get(address_of(OURS[name]))
        hold_against(answer)
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            reader = Inline()
            reader.feed(answer.content.decode())
            assert reader.found == [], name
        if answer.status_code == 200 and name not in ("setup", "login"):
            assert {"private", "no-store"} & set(re.split(r"[,\s]+", answer.headers["Cache-Control"])), name


def test_answers_without_a_page_carry_them_too(client):
    for address in ("/login/", "/nergens/", "/api/v1/firms", "/api/v1/openapi.json", "/ogc/"):
        hold_against(client.get(address))
    hold_against(client.get("/login/", headers={"Host": "elders.example"}))


def test_a_form_from_elsewhere_changes_nothing(person):
    user = person(Role.ADMINISTRATOR)
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    for name, methods in pages().items():
        if "POST" not in methods:
            continue
        answer = client.post(address_of(OURS[name]), {"username": "x", "password": "y"})
        assert answer.status_code == 403, name
        assert "页面已过期" in answer.content.decode()


def test_a_form_of_ours_works_with_its_token(person):
    person(Role.AUDITOR, "controle")
    client = Client(enforce_csrf_checks=True)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get("/login/").content.decode())
    data = {"username": "controle", "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
    assert client.post("/login/", data).status_code == 302


def test_cookies_stay_with_us(client, person):
    person(Role.AUDITOR, "controle")
    cookies = client.post("/login/", {"username": "controle", "password": PASSWORD}).cookies
    assert cookies["sessionid"]["httponly"]
    assert {morsel["samesite"] for morsel in cookies.values()} == {"Lax"}


def test_a_session_taken_before_signing_in_is_worth_nothing(client, person):
    person(Role.AUDITOR, "controle")
    session = client.session
    session["mark"] = 1
    session.save()
    before = client.cookies["sessionid"].value
    client.post("/login/", {"username": "controle", "password": PASSWORD})
    assert client.cookies["sessionid"].value != before


def test_an_unknown_host_is_refused_without_a_trace(client):
    answer = client.get("/login/", headers={"Host": "elders.example"})
    assert answer.status_code == 400
    assert "Traceback" not in answer.content.decode()
    assert "elders" not in answer.content.decode()


@pytest.mark.parametrize("address", ["/login/?next=%00", "/parcels/P%001/", "/search/?q=%00", "/api/v1/firms?town=%00"])
def test_a_nul_in_an_address_is_refused(signed_in, address):
    assert signed_in(Role.ANALYST).get(address).status_code == 400


def test_a_page_that_breaks_gives_its_number_and_no_trace(client, monkeypatch, caplog):
    from mujun.web.people import queries

    def breaks() -> bool:
        raise RuntimeError("geheim 4711")

    monkeypatch.setattr(queries, "nobody_yet", breaks)
    client.raise_request_exception = False
    answer = client.get("/login/")
    text = answer.content.decode()
    assert answer.status_code == 500
    assert answer.headers["X-Request-ID"] in text
    assert "系统出错" in text
    assert "geheim" not in text
    assert "Traceback" not in text
    assert "geheim 4711" in caplog.text
    assert request_id.get() == ""


def test_an_error_of_the_api_is_json_with_its_number(signed_in, monkeypatch):
    from mujun.web.api import tables

    monkeypatch.setattr(tables, "visible", lambda *parts: 1 / 0)
    answer = signed_in(Role.ANALYST).get("/api/v1/firms")
    assert answer.status_code == 500
    assert answer.json().keys() == {"error", "request_id"}
    assert answer.json()["request_id"] == answer.headers["X-Request-ID"]


@override_settings(REQUEST_LIMIT_BYTES=1000)
def test_a_request_over_the_limit_is_refused_before_it_is_read(signed_in):
    client = signed_in(Role.ADMINISTRATOR)
    answer = client.post("/people/import/", {"file": SimpleUploadedFile("lijst.xlsx", b"x" * 2000)})
    assert answer.status_code == 413
    assert "文件太大" in answer.content.decode()


@override_settings(FILE_LIMIT_BYTES=1000)
def test_a_single_file_over_the_limit_is_refused(signed_in):
    client = signed_in(Role.ADMINISTRATOR)
    answer = client.post("/people/import/", {"file": SimpleUploadedFile("lijst.xlsx", b"x" * 200_000)})
    assert answer.status_code == 413
    small = client.post("/people/import/", {"file": SimpleUploadedFile("lijst.xlsx", b"x" * 900)})
    assert small.status_code == 422
    assert "不是可以读取的 Excel" in small.content.decode()


def test_a_broken_length_is_refused(client):
    assert client.post("/login/", {}, headers={"Content-Length": "veel"}).status_code in (400, 422)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "1.1.1.1", "10.0.0.1"),
        (1, "6.6.6.6, 1.1.1.1", "1.1.1.1"),
        (2, "6.6.6.6, 1.1.1.1, 10.0.0.2", "1.1.1.1"),
        (1, "", "10.0.0.1"),
        (3, "1.1.1.1", "1.1.1.1"),
    ],
)
def test_an_address_is_believed_only_from_trusted_proxies(rf, settings, proxies, forwarded, expected):
    settings.TRUSTED_PROXIES = proxies
    request = rf.get("/", REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": forwarded})
    assert client_address(request) == expected


def test_https_means_hsts_and_secure_cookies():
    import os
    import subprocess
    import sys

    code = (
        "from django.conf import settings as s; "
        "print(s.SECURE_HSTS_SECONDS > 0, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT)"
    )
    environment = os.environ | {"MUJUN_HTTPS": "1", "DJANGO_SETTINGS_MODULE": "mujun.web.settings"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert done.stdout.split() == ["True"] * 4
