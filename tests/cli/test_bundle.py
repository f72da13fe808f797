"""The bundle: complete, checked before it is installed, refused where it does not fit."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from mujun.base.errors import MujunError
from mujun.cli import bundle


def _wheel(folder: Path, name: str) -> Path:
    file = folder / name
    with zipfile.ZipFile(file, "w") as wheel:
        wheel.writestr("content.py", name)
    return file


@pytest.fixture
def unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    def fetch(wheels: Path) -> None:
        for name in ("mujun-9.9-py3-none-any.whl", "pip-26.3-py3-none-any.whl", "django_ninja-1.7-py3-none-any.whl"):
            _wheel(wheels, name)

    built = tmp_path / "built"
    built.mkdir()
    (built / "app.js").write_text("")
    monkeypatch.setattr(bundle, "_fetch", fetch)
    monkeypatch.setattr(bundle, "BUILT", built)
    target = tmp_path / "bundle.tar.gz"
    bundle.make_bundle(target)
    with tarfile.open(target) as archive:
        archive.extractall(tmp_path / "unpacked")
    (folder,) = (path for path in (tmp_path / "unpacked").iterdir() if path.is_dir())
    return folder


def _check(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(folder / "install.py"), "--to", str(folder.parent / "installed")]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder.parent)


def test_it_holds_wheels_rules_and_the_installer(unpacked: Path) -> None:
    assert {"install.py", "bundle.json", "requirements.txt", "wheels", "rules"} <= {
        file.name for file in unpacked.iterdir()
    }
    assert {file.stem for file in (unpacked / "rules").rglob("*.yaml")} >= {"HY2022", "WL2022", "HA2024"}
    pinned = (unpacked / "requirements.txt").read_text().splitlines()
    digest = hashlib.sha256((unpacked / "wheels" / "django_ninja-1.7-py3-none-any.whl").read_bytes()).hexdigest()
    assert f"django-ninja==1.7 --hash=sha256:{digest}" in pinned
    assert len(pinned) == 3


def test_a_changed_file_is_refused(unpacked: Path) -> None:
    (unpacked / "wheels" / "mujun-9.9-py3-none-any.whl").write_bytes(b"something else")
    answer = _check(unpacked)
    assert answer.returncode == 1
    assert "mujun-9.9" in answer.stderr
    assert not (unpacked.parent / "installed").exists()


def test_another_python_is_refused(unpacked: Path) -> None:
    about = json.loads((unpacked / "bundle.json").read_text())
    (unpacked / "bundle.json").write_text(json.dumps(about | {"python": "cp27"}))
    answer = _check(unpacked)
    assert answer.returncode == 1
    assert "cp27" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_packages_that_cannot_be_installed_leave_nothing(unpacked: Path) -> None:
    answer = _check(unpacked)  # the wheels of this test are none
    assert answer.returncode == 1
    assert "Traceback" not in answer.stderr
    assert not (unpacked.parent / "installed" / "current").exists()
    assert list((unpacked.parent / "installed" / "versions").iterdir()) == []


def test_without_built_scripts_there_is_no_bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "BUILT", tmp_path)
    with pytest.raises(MujunError, match="网页脚本"):
        bundle.make_bundle(tmp_path / "bundle.tar.gz")
    assert list(tmp_path.iterdir()) == []


def test_an_installed_mujun_is_packed_again_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "site-packages"
    about = place / "mujun-1.2.dist-info"
    about.mkdir(parents=True)
    (place / "mujun").mkdir()
    (place / "mujun" / "__init__.py").write_text("x = 1\n")
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: mujun\nVersion: 1.2\n")
    (about / "INSTALLER").write_text("pip\n")
    lines = ["../../bin/mujun,,", "mujun/__init__.py,sha256=a,6", "mujun-1.2.dist-info/METADATA,,"]
    lines += ["mujun-1.2.dist-info/INSTALLER,,", "mujun-1.2.dist-info/RECORD,,"]
    (about / "RECORD").write_text("\n".join(lines) + "\n")
    found = importlib.metadata.Distribution.at(about)
    monkeypatch.setattr(bundle.importlib.metadata, "distribution", lambda name: found)
    bundle._repack(tmp_path)
    with zipfile.ZipFile(tmp_path / "mujun-1.2-py3-none-any.whl") as wheel:
        names = set(wheel.namelist())
        record = wheel.read("mujun-1.2.dist-info/RECORD").decode()
    assert names == {"mujun/__init__.py", "mujun-1.2.dist-info/METADATA", "mujun-1.2.dist-info/RECORD"}
    assert "INSTALLER" not in record
    assert "bin/mujun" not in record
