"""The log is only ever added to, and its page finds things again."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

import mujun.web
from mujun.web.audit.actions import SilentAction, action, log_amounts_view, record
from mujun.web.audit.models import AuditEvent
from mujun.web.pages.audit.words import ACTIONS
from mujun.web.people import actions
from mujun.web.people.models import User
from mujun.web.people.rights import Role

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "change",
    [
        lambda event: AuditEvent.objects.filter(pk=event.pk).update(reason="anders"),
        lambda event: AuditEvent.objects.filter(pk=event.pk).delete(),
        lambda event: event.delete(),
        lambda event: _raw("UPDATE audit_auditevent SET about = 'x'"),
        lambda event: _raw("DELETE FROM audit_auditevent"),
    ],
)
def test_the_database_refuses_to_change_or_delete_an_event(person, change):
    event = _event(person(Role.ANALYST))
    with pytest.raises(DatabaseError, match="only ever added to"), transaction.atomic():
        change(event)
    event.refresh_from_db()
    assert event.reason == "omdat"


def _event(user: User) -> AuditEvent:
    return record("test.event", by=user, about="firm:X", reason="omdat")


def _raw(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def test_an_action_that_says_nothing_is_rolled_back(person):
    user = person(Role.ANALYST)

    @action
    def silent(*, by: User) -> None:
        User.objects.filter(pk=by.pk).update(display_name="anders")

    with pytest.raises(SilentAction):
        silent(by=user)
    user.refresh_from_db()
    assert user.display_name != "anders"


def test_an_action_that_breaks_leaves_neither_change_nor_event(person):
    boss, user = person(Role.ADMINISTRATOR), person(Role.ANALYST)

    @action
    def breaks(*, by: User) -> None:
        actions.issue_codes(users=[user], by=by)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        breaks(by=boss)
    user.refresh_from_db()
    assert not user.must_change_password
    assert not AuditEvent.objects.exists()


def test_a_look_at_amounts_is_noted(person):
    user = person(Role.ANALYST)
    log_amounts_view(by=user, about="firm:X", page="card")
    event = AuditEvent.objects.get()
    assert (event.action, event.about, event.by, event.detail) == ("amounts.viewed", "firm:X", user, {"page": "card"})


def test_the_log_is_found_again_by_who_what_about_and_day(person, client):
    auditor, analyst = person(Role.AUDITOR), person(Role.ANALYST, "ontleder")
    _event(analyst)
    record("test.other", by=auditor, about="firm:Y")
    client.force_login(auditor)

    def shown(query: str) -> list[str]:
        table = client.get(f"/audit/?{query}").context["table"]
        return sorted(row.action for row in table.rows)

    assert shown("") == ["test.event", "test.other"]
    assert shown("by=ontleder") == ["test.event"]
    assert shown("action=test.other") == ["test.other"]
    assert shown("about=X") == shown("about=firm:X") == ["test.event"]
    day = AuditEvent.objects.earliest("id").at.date().isoformat()
    assert shown("end=2001-01-01") == []
    assert len(shown(f"start={day}")) == 2
    assert client.get("/audit/?start=gisteren").status_code == 200


def test_one_event_shows_what_else_the_same_request_did(person, client):
    from mujun.web.audit.actions import request_id

    auditor = person(Role.AUDITOR)
    token = request_id.set("nummer-12345")
    first, _second = _event(auditor), record("test.second", by=auditor, about="firm:Y", before=1, after=2)
    request_id.reset(token)
    client.force_login(auditor)
    assert "test.second" in client.get(f"/audit/{first.pk}/").content.decode()


def sources() -> dict[str, str]:
    root = Path(mujun.web.__file__).parent
    return {str(file): file.read_text(encoding="utf-8") for file in root.rglob("*.py") if file.name != "words.py"}


def recorded() -> set[str]:
    """The names of actions that the sources give to the log as they stand."""
    calls = (node for text in sources().values() for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))
    firsts = (call.args[0] for call in calls if getattr(call.func, "id", "") == "record" and call.args)
    return {first.value for first in firsts if isinstance(first, ast.Constant)}


def of_runs() -> set[str]:
    """The names of the steps in the life of a run, for each kind of run (:class:`mujun.web.evaluations.life`)."""
    steps = {
        node.args[0].value
        for text in sources().values()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "record"
        and node.args and isinstance(node.args[0], ast.Constant)
    }  # fmt: skip
    return {f"{kind}.{step}" for kind in ("run", "findings") for step in steps}


def test_every_action_has_a_name_for_people_and_every_name_an_action():
    assert (recorded() | of_runs()) - set(ACTIONS) == set()
    everything = "".join(sources().values())
    computed = {"objection.rejected", "objection.withdrawn"} | of_runs()
    assert {name for name in ACTIONS if f'"{name}"' not in everything} <= computed
