"""People of every role, plainly fictional, and clients signed in as them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from mujun.web.people.models import User
from mujun.web.people.rights import Role

PASSWORD = "molen-en-dijk-42"
TOWN, OTHER_TOWN = "甲镇", "乙镇"
FIRM, OTHER_FIRM = "91330000MA0000001T", "91330000MA0000002R"


@pytest.fixture
def person(db: None) -> Callable[..., User]:
    """Make an account of a role; a cadre gets the first town, a firm's account the first firm."""

    def make(role: Role | str, username: str = "", **fields: object) -> User:
        standard: dict[str, object] = {"display_name": f"测试{role}"}
        if role == Role.TOWN:
            standard["towns"] = [TOWN]
        if role == Role.FIRM:
            standard["firm_id"] = FIRM
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
