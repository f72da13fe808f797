"""``mujun bundle``: one archive that installs and upgrades mujun on a machine without network.

It holds the locked packages as wheels for this Python and this kind of machine, mujun itself with its built scripts,
the rule sets to read, and ``install.py`` (:mod:`mujun.cli.offline_install`), which needs nothing but Python.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import json
import platform
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import mujun
from mujun import __version__
from mujun.base.errors import MujunError
from mujun.cli import archive

PACKAGE = Path(mujun.__file__).resolve().parent
CHECKOUT = PACKAGE.parents[1]
LOCK = "requirements.lock"
BUILT = PACKAGE / "web" / "static" / "built"


def add_parser(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("bundle", help="制作内网安装包")
    parser.add_argument("--out", type=Path, metavar="FILE", help="写到这个文件（默认 mujun-版本-平台.tar.gz）")
    parser.add_argument("--json", action="store_true", help="结果以 JSON 打印")


def run(args: argparse.Namespace) -> int:
    """Make the bundle and say how to install it."""
    target = (args.out or Path(f"mujun-{__version__}-{machine()['platform']}-{machine()['python']}.tar.gz")).resolve()
    files = make_bundle(target)
    if args.json:
        print(json.dumps({"bundle": str(target), "files": files, **machine()}, ensure_ascii=False))
    else:
        print(f"安装包已写到 {target}（{target.stat().st_size / 1e6:.0f} MB，{files} 个文件）。")
        print("在内网机器上：tar xzf 安装包，进入解开的目录，python3 install.py --to /opt/mujun")
    return 0


def machine() -> dict[str, str]:
    """Say what the wheels fit: Python version, system and processor."""
    return {
        "python": f"cp{sys.version_info.major}{sys.version_info.minor}",
        "platform": f"{platform.system()}-{platform.machine()}".lower(),
    }


def make_bundle(target: Path) -> int:
    """Write the bundle and return the number of files in it. Needs the package index; nothing is left half-written."""
    if not any(BUILT.glob("*.js")):
        raise MujunError(
            "网页脚本还没有构建，安装包会缺少界面。",
            next_step="请先在源码目录运行 python3 make.py demo，或 npm ci && npm run build。",
        )
    with archive.write(target) as writer, tempfile.TemporaryDirectory(prefix="mujun-bundle-") as name:
        folder = Path(name)
        wheels = folder / "wheels"
        wheels.mkdir()
        _fetch(wheels)
        requirements = folder / "requirements.txt"
        requirements.write_text("".join(_pinned(wheel) for wheel in sorted(wheels.glob("*.whl"))), encoding="utf-8")
        top = f"mujun-{__version__}"
        for wheel in sorted(wheels.glob("*.whl")):
            writer.add(f"{top}/wheels/{wheel.name}", wheel)
        writer.add(f"{top}/requirements.txt", requirements)
        writer.add(f"{top}/install.py", PACKAGE / "cli" / "offline_install.py")
        for rule in sorted((PACKAGE / "rules").rglob("*.yaml")):
            writer.add(f"{top}/rules/{rule.relative_to(PACKAGE / 'rules').as_posix()}", rule)
        about = folder / "bundle.json"
        known = {path.removeprefix(f"{top}/"): entry["sha256"] for path, entry in writer.files.items()}
        about.write_text(json.dumps({"version": __version__, **machine(), "files": known}, indent=1), encoding="utf-8")
        writer.add(f"{top}/bundle.json", about)
        writer.finish({"kind": "mujun-bundle", "mujun": __version__, **machine()})
        return len(writer.files)


def _fetch(wheels: Path) -> None:
    lock = next((file for file in (CHECKOUT / LOCK, PACKAGE / LOCK) if file.exists()), None)
    if lock is None:
        raise MujunError(
            "找不到 requirements.lock，无法确定要打包的版本。", next_step="请在源码目录里运行 mujun bundle。"
        )
    _pip("wheel", "--no-deps", "--require-hashes", "-r", lock, "-w", wheels)
    _pip("wheel", "--no-deps", "pip", "-w", wheels)
    if (CHECKOUT / "pyproject.toml").exists():
        _pip("wheel", "--no-deps", CHECKOUT, "-w", wheels)
    else:
        _repack(wheels)


def _pip(*arguments: str | Path) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q", *map(str, arguments)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own arguments
    if answer.returncode:
        lines = answer.stderr.strip().splitlines()
        raise MujunError(
            "取不到所需的软件包。", why=lines[-1] if lines else "", next_step="请在能访问软件源的机器上制作安装包。"
        )


def _repack(wheels: Path) -> None:
    """Make a wheel of the installed mujun: the files its installation recorded, as they are."""
    about = importlib.metadata.distribution("mujun")
    name = f"mujun-{about.version}-py3-none-any.whl"
    with zipfile.ZipFile(wheels / name, "w", zipfile.ZIP_DEFLATED) as wheel:
        for file in about.files or ():
            inside = file.as_posix()
            if (
                inside.startswith("..")
                or "__pycache__" in inside
                or inside.endswith(("INSTALLER", "REQUESTED", "direct_url.json"))
            ):
                continue
            content = Path(str(file.locate())).read_bytes()
            wheel.writestr(inside, _record(content) if inside.endswith(".dist-info/RECORD") else content)


def _record(content: bytes) -> bytes:
    lines = content.decode("utf-8").splitlines(keepends=True)
    left_out = ("__pycache__", "/INSTALLER,", "/REQUESTED,", "/direct_url.json,")
    return "".join(
        line for line in lines if not line.startswith("..") and not any(part in line for part in left_out)
    ).encode()


def _pinned(wheel: Path) -> str:
    name, version = wheel.name.split("-")[:2]
    with wheel.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
    return f"{re.sub(r'[-_.]+', '-', name).lower()}=={version} --hash=sha256:{digest}\n"
