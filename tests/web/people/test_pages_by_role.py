"""Every address, every role, every method: what the gate does is what the table says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from mujun.web.api.operations import OPERATIONS
from mujun.web.api.v1 import api
from mujun.web.people.rights import PAGES, Role
from tests.web.conftest import FIRM
from tests.web.people.page_table import operations, pages

pytestmark = pytest.mark.django_db
LETTERS = {
    "A": Role.ANALYST,
    "L": Role.LEADER,
    "T": Role.TOWN,
    "D": Role.DEPARTMENT,
    "F": Role.FIRM,
    "U": Role.AUDITOR,
    "M": Role.ADMINISTRATOR,
}
METHODS = ("GET", "POST", "DELETE")
WORDS = {
    "table": "firms",
    "part": "new",
    "name": "parcels",
    "key": "P1",
    "parcel_id": "P1",
    "firm_id": FIRM,
    "digest": "0" * 64,
}
OF_THE_API = ("api/v1/",)
PUBLIC_DESCRIPTION = {"openapi-json", "api-root"}


def addresses(resolver: Any = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in (resolver or get_resolver()).url_patterns:
        here = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield here, pattern
        else:
            yield from addresses(pattern, here)


OURS = {pattern.name: pattern for path, pattern in addresses() if not path.startswith(OF_THE_API)}


def address_of(pattern: URLPattern) -> str:
    """The address with something in the place of each part; for a number, one that no row has."""
    parts = {
        name: WORDS.get(name, 987_654 if type(converter).__name__ == "IntConverter" else "x")
        for name, converter in pattern.pattern.converters.items()
    }
    return reverse(pattern.name, kwargs=parts)


def test_every_address_has_a_name_of_its_own():
    names = [pattern.name for path, pattern in addresses() if not path.startswith(OF_THE_API)]
    assert len(names) == len(set(names))
    assert all(names)


def test_every_address_has_a_row_in_the_table_and_every_row_an_address():
    assert set(pages()) == set(OURS)


def test_every_view_declares_who_may_see_it():
    undeclared = [name for name, pattern in OURS.items() if not hasattr(pattern.callback, "page")]
    assert undeclared == []
    used = {pattern.callback.page.name for pattern in OURS.values()}
    assert {name for name in PAGES if name.startswith("mujun.")} <= used, "a declared view without an address"


@pytest.mark.parametrize("name", sorted(pages()))
def test_the_gate_does_what_the_table_says(name, county, signed_in):
    table = pages()[name]
    address = address_of(OURS[name])
    people: dict[str, Client] = {letter: signed_in(role) for letter, role in LETTERS.items()}
    wrong = []
    for letter, client in {**people, "-": Client()}.items():
        for method in METHODS:
            if name == "logout" and method == "POST" and letter != "-":
                client.force_login(_user(client))
            answer = client.generic(method, address)
            expected = _expected(table, method, letter)
            if _outcome(answer) != expected:
                wrong.append((letter, method, expected, _outcome(answer), answer.status_code))
    assert wrong == []


def _user(client: Client) -> Any:
    from mujun.web.people.models import User

    return User.objects.get(pk=client.session["_auth_user_id"])


def _expected(table: dict[str, str], method: str, letter: str) -> str:
    if method not in table:
        return "no method"
    if table[method] == "*" or letter in table[method]:
        return "in"
    return "sign in" if letter == "-" else "no right"


def _outcome(answer: Any) -> str:
    if answer.status_code == 405:
        return "no method"
    if answer.status_code == 403:
        return "no right"
    if answer.status_code == 401 or (answer.status_code == 302 and answer.headers["Location"].startswith("/login/?")):
        return "sign in"
    return "in"


def test_every_operation_of_the_api_has_a_row_and_every_row_an_operation():
    described = {
        said["operationId"] for methods in api.get_openapi_schema()["paths"].values() for said in methods.values()
    }
    assert set(operations()) == described == set(OPERATIONS)


def test_nothing_else_answers_under_the_api():
    paths = api.get_openapi_schema()["paths"]
    served = {path: pattern.name for path, pattern in addresses() if path.startswith(OF_THE_API)}
    assert len(served) == len(paths) + len(PUBLIC_DESCRIPTION)
    assert set(served.values()) >= PUBLIC_DESCRIPTION


@pytest.mark.parametrize("name", sorted(operations()))
def test_the_api_does_what_the_table_says(name, county, signed_in):
    [path] = [
        path
        for path, methods in api.get_openapi_schema()["paths"].items()
        for said in methods.values()
        if said["operationId"] == name
    ]
    path = (
        path.replace("{firm_id}", FIRM)
        .replace("{row_key}", "P1")
        .replace("{run_id}", "987654")
        .replace("{notice_id}", "987654")
        .replace("{block_id}", "987654")
        .replace("{plan_id}", "987654")
    )
    for letter, role in LETTERS.items():
        client = signed_in(role)
        expected = "in" if letter in operations()[name] else "no right"
        assert _outcome(client.get(path)) == expected, letter
        assert client.post(path).status_code == 405
    assert Client().get(path).status_code == 401


def test_a_refused_page_says_who_can(county, signed_in):
    answer = signed_in(Role.FIRM).get("/people/new/")
    text = answer.content.decode()
    assert answer.status_code == 403
    assert "管理账号" in text
    assert "可以办理的角色：管理员" in text


def test_a_fragment_that_may_not_be_seen_sends_the_whole_window_to_sign_in(county, person):
    person(Role.ADMINISTRATOR)
    answer = Client().get("/audit/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/login/?next=%2Faudit%2F")
