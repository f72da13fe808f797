"""The map colours parcels by the gravest finding, inside the scope."""

from __future__ import annotations

import pandas as pd
import pytest

from mujun.rulebook.findings.ruleset import KINDS
from mujun.web.findings.models import Finding
from mujun.web.maps import findings
from mujun.web.maps.findings import CLASSES, class_labels, finding_faces
from tests.web.findings.conftest import IDLE

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_remembered():
    yield
    findings._classes.cache_clear()


def test_without_a_run_there_is_nothing_to_colour_by(county):
    assert finding_faces(pd.DataFrame(index=["P00"])) == []


def test_the_gravest_kind_counts(run):
    assert Finding.objects.filter(run=run, parcel_id=IDLE, kind="supplied_not_used", found=True).exists()
    (face,) = finding_faces(pd.DataFrame(index=[IDLE, "P24", "nowhere"]))
    labels = [face.labels[number] for number in face.classes]
    assert labels == ["闲置土地", "亩均低效", "未认定"]
    assert len(face.labels) == len(face.colours) == len(class_labels())


def test_every_kind_has_its_class():
    assert {kind for kinds in CLASSES for kind in kinds} == set(KINDS)
