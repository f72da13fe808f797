"""What the OpenAPI description allows, and much that it does not, is thrown at the API in process: never a 5xx."""

from __future__ import annotations

import pytest
import schemathesis
from django.test import override_settings
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error

from mujun.web.api.v1 import api
from mujun.web.people import actions
from mujun.web.people.rights import Role
from mujun.web.wsgi import application
from tests.web.people.page_table import operations

pytestmark = pytest.mark.django_db
EXAMPLES = 20


@pytest.fixture(scope="module")
def described() -> schemathesis.BaseSchema:
    with override_settings(ALLOWED_HOSTS=["*"]):
        return schemathesis.openapi.from_dict(api.get_openapi_schema())


@pytest.mark.parametrize("name", sorted(operations()))
@override_settings(ALLOWED_HOSTS=["*"])
def test_no_question_breaks_the_api(name, county, person, described):
    _token, text = actions.make_token(by=person(Role.ANALYST), name="fuzz", days=1)
    described.app = application
    operation = described.find_operation_by_id(name)
    seen: set[int] = set()

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def ask(case: schemathesis.Case) -> None:
        answer = case.call(headers={"Authorization": f"Bearer {text}"})
        case.validate_response(answer, checks=[not_a_server_error])
        seen.add(answer.status_code)

    ask()
    assert seen & {200, 404}, "no question got as far as the data"
    assert 401 not in seen
