"""Setting a machine up: what is missing is said in one sentence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.tracked import ROOT
from tools import python_env, system
from tools.steps import Stop


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = {purpose: [(name, lambda: False) for name, _there in needs] for purpose, needs in system.NEEDS.items()}
    monkeypatch.setattr(system, "NEEDS", nothing)


def test_without_root_one_sentence_says_what_to_install(bare: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(system.shutil, "which", lambda name: f"/usr/bin/{name}")
    with pytest.raises(Stop) as stop:
        system.ensure("test")
    sentence = str(stop.value)
    assert "\n" not in sentence
    for package in (
        "python3-venv",
        "chromium",
        "postgresql",
        "postgresql-15-postgis-3",
        "gdal-bin",
        "fonts-noto-cjk",
        "libreoffice-writer-nogui",
    ):
        assert package in sentence


def test_without_apt_it_says_so(bare: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system.shutil, "which", lambda name: None)
    with pytest.raises(Stop, match="python3-venv"):
        system.ensure("demo")


def test_as_root_what_is_missing_is_installed(bare: None, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(system.os, "geteuid", lambda: 0)
    monkeypatch.setattr(system.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(system, "step", lambda title, command, **more: ran.append(command) or 0)
    monkeypatch.setattr(system, "must", lambda title, command, **more: ran.append(command))
    system.ensure("demo")
    assert ran[0][:2] == ["apt-get", "update"]
    assert ran[1][-1] == "python3-venv"


def test_an_old_python_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(python_env.sys, "version_info", (3, 10, 1))
    with pytest.raises(Stop, match=r"3\.11"):
        python_env.ensure("requirements.lock")


def test_make_py_is_short_and_knows_two_commands() -> None:
    make = ROOT / "make.py"
    assert make.read_text(encoding="utf-8").count("\n") <= 250
    answer = subprocess.run([sys.executable, str(make), "--help"], capture_output=True, text=True, cwd=Path("/"))
    assert "{demo,test}" in answer.stdout


def test_continuous_integration_runs_the_second_command() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "python3 make.py test" in script
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111
