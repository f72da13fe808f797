"""A revision that a published run rests on is named before it is undone; the import knows which grades firms hold."""

from __future__ import annotations

from mujun.web.evaluations import dependence
from mujun.web.register import imports
from mujun.web.register.models import Revision
from tests.web.evaluations.web_county import published, rehearsed


def test_the_import_is_told_of_published_runs_only(county, analyst) -> None:
    revision = Revision.objects.get(pk=county)
    rehearsed(analyst)
    assert dependence.published_runs_on(revision) == []
    run = published(analyst)
    assert dependence.published_runs_on(revision) == [f"已发布的评价“{run.rule_name}”{run.year}年用到了它"]
    later = Revision.objects.create(kind="import")
    assert dependence.published_runs_on(later) == []
    assert dependence.published_runs_on in imports.dependants


def test_the_grades_are_those_of_the_published_run(county, analyst) -> None:
    run = published(analyst)
    rows = dict(run.results.exclude(grade="").values_list("firm_id", "grade"))
    assert dependence.grades_held([*rows, "nobody"]) == rows
    assert dependence.grades_held in imports.grades
