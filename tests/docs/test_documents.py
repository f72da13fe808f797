"""Documentation that cannot lie: commands run, links lead somewhere, what the program knows is what it says."""

from __future__ import annotations

import dataclasses
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tracked import ROOT

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
FENCE = re.compile(r"^( *)```console tested\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")


@dataclasses.dataclass
class Step:
    """One command of a document and the lines that must occur in what it prints."""

    command: str
    expected: list[str]


def steps(text: str) -> list[Step]:
    """Return the commands of every tested block in order."""
    found: list[Step] = []
    for indent, block in FENCE.findall(text):
        for line in block.splitlines():
            line = line.removeprefix(indent)
            if line.startswith("$ "):
                found.append(Step(line[2:], []))
            elif line.strip():
                found[-1].expected.append(line.strip())
    return found


TESTED = [document for document in DOCUMENTS if steps(document.read_text(encoding="utf-8"))]


def _name(document: Path) -> str:
    return str(document.relative_to(ROOT))


@pytest.mark.slow
@pytest.mark.parametrize("document", TESTED, ids=_name)
def test_commands_work(document: Path, tmp_path: Path) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, arguments in (("mujun", "-m mujun.cli.main"), ("python", "")):
        program = programs / name
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" {arguments} "$@"\n')
        program.chmod(0o755)
    place = tmp_path / "place"
    place.mkdir()
    env = {name: value for name, value in os.environ.items() if not name.startswith(("MUJUN_", "DJANGO_", "PYTEST_"))}
    env |= {"PATH": f"{programs}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1"}
    env |= {"HOME": str(place), "MUJUN_HOME": str(place / "unused")}
    exports = ""
    for step in steps(document.read_text(encoding="utf-8")):
        if step.command.startswith("export "):
            exports += f"{step.command}\n"
            continue
        script = f"{exports}{step.command}"
        answer = subprocess.run(
            ["/bin/sh", "-c", script], cwd=place, env=env, capture_output=True, text=True, check=False
        )
        assert answer.returncode in _accepted(step), f"{step.command}\n{answer.stdout}{answer.stderr}"
        for line in step.expected:
            assert line in answer.stdout, f"{step.command}\nlacks {line!r} in\n{answer.stdout}"


def _accepted(step: Step) -> tuple[int, ...]:
    return (0, 1) if step.command.startswith("mujun check") else (0,)


@pytest.mark.parametrize("document", DOCUMENTS, ids=_name)
def test_links_lead_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    targets = [link.partition("#")[0] for link in LINK.findall(text) if "://" not in link and not link.startswith("#")]
    missing = [target for target in targets if target and not (document.parent / target).exists()]
    assert missing == []


@pytest.mark.parametrize("name", ["exchange.md", "defects.md", "command-line.md", "permissions.md"])
def test_reference_is_what_the_program_says(name: str) -> None:
    from tools.reference import REFERENCE, document

    assert (REFERENCE / name).read_text(encoding="utf-8") == document(name), "run: python tools/reference.py"


def test_every_key_of_a_rule_set_is_explained() -> None:
    from mujun.rulebook import reading

    text = (ROOT / "docs" / "reference" / "rules.md").read_text(encoding="utf-8")
    keys = {*reading._TOP, *reading._ITEM, *reading.METHODS, *reading.MISSING, *reading.BASELINES}
    assert sorted(key for key in keys if f"`{key}`" not in text) == []


def test_every_key_and_figure_of_findings_rules_is_explained() -> None:
    from mujun.rulebook.findings import reading
    from mujun.rulebook.findings.figures import PARCEL_FIGURES
    from mujun.rulebook.findings.ruleset import KINDS

    text = (ROOT / "docs" / "reference" / "findings-rules.md").read_text(encoding="utf-8")
    keys = {*reading._TOP, *reading._CRITERION, *PARCEL_FIGURES, *KINDS}
    assert sorted(key for key in keys if f"`{key}`" not in text) == []


def test_the_readme_names_exactly_two_commands() -> None:
    for name in ("README.md", "README.zh-CN.md"):
        commands = re.findall(r"^    (python3 .+)$", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
        assert commands == ["python3 make.py demo", "python3 make.py test"]


def test_steps_are_read_with_what_they_print() -> None:
    text = "```console tested\n$ ls a\nb\n$ true\n```\n```console\n$ rm -rf /\n```\n"
    assert steps(text) == [Step("ls a", ["b"]), Step("true", [])]
