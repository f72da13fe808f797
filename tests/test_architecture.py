"""Rules of the house as tests: layers, writes, sizes, names, addresses. Lint and types too, so one summary says all."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tracked import ROOT, python_files, tracked_files

LONGEST = 500
VAGUE = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"}
REGISTRIES = re.compile(
    r"(pypi|npmjs|npmmirror|pythonhosted|nodejs|deb\.debian|security\.debian|aliyun|tuna\.tsinghua)[a-z.-]*\.(org|com|cn)"
    r"|--(extra-)?index-url|^\s*registry\s*=",
    re.MULTILINE,
)
WRITES = {"save", "delete", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "executemany"}
SQL_WRITES = re.compile(r"^\s*(INSERT|UPDATE|DELETE|REPLACE|TRUNCATE)\b", re.IGNORECASE)


def _run(*command: str | Path) -> None:
    env = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    answer = subprocess.run(
        [str(part) for part in command], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stdout[-8000:] + answer.stderr[-4000:]


def _program(name: str) -> Path:
    return Path(sys.executable).with_name(name)


def test_imports_only_point_down() -> None:
    _run(_program("lint-imports"))


def test_lint_finds_nothing() -> None:
    _run(_program("ruff"), "check", ".")


def test_types_hold() -> None:
    _run(sys.executable, "-m", "mypy")


def test_no_file_is_longer_than_500_lines() -> None:
    made = {"package-lock.json", "requirements.lock", "requirements-dev.lock", "requirements-node.lock"}
    sizes = {
        str(file.relative_to(ROOT)): file.read_bytes().count(b"\n")
        for file in tracked_files()
        if file.name not in made and file.suffix not in (".po", ".jsonl")  # data, a row a line
    }
    assert {name: size for name, size in sizes.items() if size > LONGEST} == {}


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [
        file for file in python_files("src", "tests", "tools") if file.stem in VAGUE or file.parent.name in VAGUE
    ] == []


def test_no_registry_is_named() -> None:
    named = {
        str(file.relative_to(ROOT)): match.group()
        for file in tracked_files()
        if file != Path(__file__) and (match := REGISTRIES.search(file.read_text(encoding="utf-8", errors="replace")))
    }
    assert named == {}


def test_locks_pin_every_dependency() -> None:
    import tomllib

    described = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    pins = {
        name: set(re.findall(r"^([a-z0-9-]+)==", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))
        for name in ("requirements.lock", "requirements-dev.lock", "requirements-node.lock")
    }
    groups = described["dependency-groups"]
    assert _names(described["project"]["dependencies"]) <= pins["requirements.lock"]
    assert _names(groups["dev"]) | pins["requirements.lock"] <= pins["requirements-dev.lock"]
    assert _names(groups["node"]) <= pins["requirements-node.lock"]


def _names(requirements: list[str]) -> set[str]:
    found = (re.match(r"[A-Za-z0-9._-]+", requirement) for requirement in requirements)
    return {re.sub(r"[-_.]+", "-", match.group()).lower() for match in found if match}


def _may_write(file: Path) -> bool:
    inside = file.relative_to(ROOT / "src" / "mujun" / "web").parts
    return file.stem == "actions" or "actions" in inside[:-1] or "migrations" in inside[:-1]


def _chain(node: ast.expr) -> Iterator[str]:
    """Yield the names of an expression such as ``Run.objects.filter(…)``, outermost last."""
    if isinstance(node, ast.Call):
        yield from _chain(node.func)
    elif isinstance(node, ast.Attribute):
        yield from _chain(node.value)
        yield node.attr
    elif isinstance(node, ast.Name):
        yield node.id


def _imported_modules(tree: ast.Module) -> set[str]:
    aliases = [
        alias for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom) for alias in node.names
    ]
    return {name for alias in aliases if (name := alias.asname or alias.name)[:1].islower()}


def writes(source: str) -> list[int]:
    """Return the lines of ``source`` that write to the database."""
    tree = ast.parse(source)
    modules = _imported_modules(tree)
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _writes(node, node.func, modules)
    ]


def _writes(call: ast.Call, function: ast.Attribute, modules: set[str]) -> bool:
    names = list(_chain(function.value))
    if function.attr == "update":
        return any(name in ("objects", "filter", "exclude", "all") for name in names)
    if function.attr == "execute":
        return any(
            isinstance(part, ast.Constant) and isinstance(part.value, str) and bool(SQL_WRITES.match(part.value))
            for argument in call.args[:1]
            for part in ast.walk(argument)
        )
    return function.attr in WRITES and not (len(names) == 1 and names[0] in modules)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("run.save()", True),
        ("Run.objects.create(year=1)", True),
        ("Run.objects.filter(pk=1).update(year=2)", True),
        ("batch.files.all().delete()", True),
        ("cursor.execute('DELETE FROM x')", True),
        ("cursor.execute(f'UPDATE {name} SET a = 1')", True),
        ("cursor.execute('SELECT 1')", False),
        ("counts.update(a=1)", False),
        ("from a import rehearsals\nrehearsals.save(found)", False),
    ],
)
def test_the_search_for_writes_finds_them(source: str, found: bool) -> None:
    assert bool(writes(source)) is found


def test_only_actions_write() -> None:
    found = {
        f"{file.relative_to(ROOT)}:{line}"
        for file in python_files("src/mujun/web")
        if not _may_write(file)
        for line in writes(file.read_text(encoding="utf-8"))
    }
    assert found == set()


def test_every_page_says_who_may_see_it() -> None:
    from django.urls import URLPattern, get_resolver

    def patterns(resolver: object) -> Iterator[URLPattern]:
        for pattern in resolver.url_patterns:  # type: ignore[attr-defined]
            if isinstance(pattern, URLPattern):
                yield pattern
            else:
                yield from patterns(pattern)

    callbacks = [pattern.callback for pattern in patterns(get_resolver())]
    ours = [view for view in callbacks if view.__module__.startswith("mujun.web.pages")]
    assert ours
    assert [f"{view.__module__}.{view.__qualname__}" for view in ours if not hasattr(view, "page")] == []


@pytest.mark.skipif("MUJUN_POSTGRESQL_REPORT" not in os.environ, reason="make.py test runs the web tests on PostgreSQL")
def test_web_suite_passed_on_postgresql() -> None:
    import xml.etree.ElementTree as ElementTree

    report = Path(os.environ["MUJUN_POSTGRESQL_REPORT"])
    assert report.exists(), "the web tests on PostgreSQL did not finish"
    cases = list(ElementTree.parse(report).iter("testcase"))
    failed = [f"{case.get('classname')}::{case.get('name')}" for case in cases if _failed(case)]
    assert cases
    assert failed == []


def _failed(case: object) -> bool:
    return any(case.find(kind) is not None for kind in ("failure", "error"))  # type: ignore[attr-defined]
