"""Tokens: made on a page, kept as a hash, with the scope of their user, ended at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from mujun.web.audit.models import AuditEvent
from mujun.web.people import actions
from mujun.web.people.models import ApiToken
from mujun.web.people.rights import Role
from tests.web.conftest import FIRM

pytestmark = pytest.mark.django_db


def ask(token: str, path: str = "/api/v1/me", client: Client | None = None):
    return (client or Client()).get(path, headers={"Authorization": f"Bearer {token}"})


@pytest.fixture
def token(person):
    user = person(Role.FIRM)
    _token, text = actions.make_token(by=user, name="test", days=30)
    return text


def test_a_token_is_shown_once_and_kept_only_as_a_hash(client, person):
    client.force_login(person(Role.TOWN))
    page = client.post("/tokens/", {"name": "QGIS", "days": "30"})
    kept = ApiToken.objects.get()
    text = page.content.decode().split(kept.hint, 1)[1].split("<", 1)[0]
    text = kept.hint + text
    assert page.headers["Cache-Control"] == "no-store"
    assert ask(text).json()["towns"] == ["甲镇"]
    assert text not in client.get("/tokens/").content.decode()
    assert text not in str(list(ApiToken.objects.values())) + str(list(AuditEvent.objects.values()))


def test_a_token_has_the_scope_of_its_user(county, token):
    assert [row["firm_id"] for row in ask(token, "/api/v1/firms").json()["items"]] == [FIRM]
    assert ask(token, "/api/v1/batches").status_code == 403


@pytest.mark.parametrize("wrong", ["", "mujun_", "x" * 500, "mujun_" + "A" * 43])
def test_without_a_valid_token_there_is_nothing(county, wrong):
    answer = ask(wrong, "/api/v1/firms")
    assert answer.status_code == 401
    assert "令牌" in answer.json()["error"]
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_wrong_token_is_not_forgiven_by_a_session(county, signed_in):
    assert ask("mujun_wrong", client=signed_in(Role.ANALYST)).status_code == 401


def test_a_token_ends_when_it_is_revoked_expires_or_its_user_leaves(token, person):
    kept = ApiToken.objects.get()
    assert ask(token).status_code == 200
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert ask(token).status_code == 401
    ApiToken.objects.update(expires_at=timezone.now() + timedelta(days=1))
    assert ask(token).status_code == 200
    actions.close_account(user=kept.user, by=person(Role.ADMINISTRATOR))
    assert ask(token).status_code == 401
    kept.refresh_from_db()
    assert kept.revoked_at is not None


def test_nobody_revokes_another_ones_token(token, signed_in):
    kept = ApiToken.objects.get()
    other = signed_in(Role.ANALYST)
    assert other.post(f"/tokens/{kept.pk}/revoke/").status_code == 404
    assert ask(token).status_code == 200
    assert kept.hint not in other.get("/tokens/").content.decode()
    own = Client()
    own.force_login(kept.user)
    assert own.post(f"/tokens/{kept.pk}/revoke/").status_code == 302
    assert ask(token).status_code == 401


def test_use_is_noted_once_an_hour(token):
    for _time in range(3):
        ask(token)
    assert AuditEvent.objects.filter(action="token.used").count() == 1
    ApiToken.objects.update(last_used_at=timezone.now() - timedelta(hours=2))
    ask(token)
    assert AuditEvent.objects.filter(action="token.used").count() == 2


def test_somebody_with_a_one_time_code_gets_nothing_through_the_api(county, person, client):
    user = person(Role.ANALYST)
    _token, text = actions.make_token(by=user, name="test", days=30)
    client.force_login(user)
    assert client.get("/api/v1/me").status_code == 200
    actions.issue_codes(users=[user], by=person(Role.ADMINISTRATOR))
    assert ask(text).status_code == 401


def test_the_api_only_reads(county, signed_in):
    client = signed_in(Role.ANALYST)
    for method in ("post", "put", "patch", "delete"):
        assert getattr(client, method)("/api/v1/firms").status_code == 405
        assert getattr(client, method)("/ogc/collections").status_code == 405
