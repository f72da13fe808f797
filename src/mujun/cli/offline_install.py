"""Installs or upgrades mujun from the folder this file lies in, without network: ``python3 install.py --to /opt/mujun``.

Needs nothing but Python. Each version gets a folder of its own; ``current`` points at the one in use and is turned only
when everything held: files unchanged, packages installed, every published run replayed to the same bytes, the database
brought up to date after a backup by the old version.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SERVICE = """[Unit]
Description=mujun
After=network.target

[Service]
User=mujun
Environment=MUJUN_HOME={home}
Environment=MUJUN_HOSTS=localhost,127.0.0.1
# Environment=MUJUN_DATABASE_URL=postgresql://mujun:password@127.0.0.1:5432/mujun
ExecStart={to}/current/bin/mujun serve --host 127.0.0.1 --port 8000
Restart=always

[Install]
WantedBy=multi-user.target
"""


class Refused(Exception):
    """One sentence about why nothing was changed."""


def main() -> int:
    """Install or upgrade; 0 when the new version is in use, 1 with one sentence when nothing was changed."""
    parser = argparse.ArgumentParser(description="安装或升级 mujun（不需要网络）")
    parser.add_argument("--to", type=Path, default=Path("/opt/mujun"), help="安装目录（/opt/mujun）")
    parser.add_argument("--home", type=Path, help="数据目录 MUJUN_HOME（默认：安装目录下的 home）")
    options = parser.parse_args()
    to = options.to.resolve()
    home = (options.home or to / "home").resolve()
    try:
        about = check_bundle()
        install(about, to, home)
    except Refused as refused:
        print(f"没有安装：{refused}", file=sys.stderr)
        return 1
    return 0


def check_bundle() -> dict[str, Any]:
    """Return what the bundle says of itself; refuse another machine, another Python, or changed files."""
    try:
        about: dict[str, Any] = json.loads((HERE / "bundle.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise Refused("这个目录不是完整的安装包，请重新解开。") from None
    python = f"cp{sys.version_info.major}{sys.version_info.minor}"
    system = f"{platform.system()}-{platform.machine()}".lower()
    if (about["python"], about["platform"]) != (python, system):
        raise Refused(
            f"安装包适用于 {about['platform']} 上的 {about['python']}，这台机器是 {system} 上的 {python}，请换相应的安装包。"
        )
    for name, expected in about["files"].items():
        if _digest(HERE / name) != expected:
            raise Refused(f"文件 {name} 缺失或与制作时不同，请重新复制安装包。")
    return about


def install(about: dict[str, Any], to: Path, home: Path) -> None:
    """Bring the version of this bundle into use."""
    wheels = hashlib.sha256((HERE / "requirements.txt").read_bytes()).hexdigest()[:8]
    place = to / "versions" / f"{about['version']}-{wheels}"
    current = to / "current"
    before = current.resolve() if current.is_symlink() else None
    if place == before:
        print(f"mujun {about['version']} 已经在用，没有改动。")
        return
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    _say(f"安装 mujun {about['version']} 到 {place}")
    _make(place)
    try:
        if before is not None:
            _say("由旧版本备份")
            backup = home / "backups" / f"before-{place.name}.tar.gz"
            backup.unlink(missing_ok=True)
            _run([before / "bin" / "mujun", "backup", "--out", backup], home, "备份没有成功，未升级")
            _replay(place, home)
        _say("更新数据库")
        _run([place / "bin" / "mujun", "manage", "migrate", "--no-input", "-v", "0"], home, "数据库没有更新成功")
    except Refused:
        shutil.rmtree(place, ignore_errors=True)
        raise
    turning = to / f".current-{os.getpid()}"
    turning.symlink_to(place)
    turning.replace(current)
    service = to / "mujun.service"
    if not service.exists():
        service.write_text(SERVICE.format(to=to, home=home), encoding="utf-8")
    _say(f"完成。启动：MUJUN_HOME={home} {current}/bin/mujun serve")
    _say(
        f"作为系统服务：复制 {service} 到 /etc/systemd/system 后 systemctl enable --now mujun；升级后 systemctl restart mujun"
    )


def _make(place: Path) -> None:
    shutil.rmtree(place, ignore_errors=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    venv.create(place, with_pip=False)
    (pip,) = HERE.glob("wheels/pip-*.whl")
    command = [
        place / "bin" / "python", pip / "pip", "install", "--no-index", "--find-links", HERE / "wheels",
        "--require-hashes", "--no-deps", "-q", "--disable-pip-version-check", "-r", HERE / "requirements.txt",
    ]  # fmt: skip
    try:
        _run(command, place, "软件包没有装好")
    except Refused:
        shutil.rmtree(place, ignore_errors=True)
        raise


def _replay(place: Path, home: Path) -> None:
    """Replay every frozen run with the new version before anything of the installation changes."""
    runs = sorted(file.parent for file in (home / "runs").glob("*/run.json"))
    for number, run in enumerate(runs, 1):
        _say(f"用新版本重算 {run.name}（{number}/{len(runs)}）")
        _run([place / "bin" / "mujun", "replay", run], home, f"新版本重算 {run.name} 的结果不同，未升级")


def _run(command: list[Any], home: Path, sentence: str) -> None:
    env = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "PIP_"))}
    answer = subprocess.run(
        [str(part) for part in command],
        env=env | {"MUJUN_HOME": str(home), "PIP_CONFIG_FILE": os.devnull},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode:
        detail = (answer.stderr.strip() or answer.stdout.strip()).splitlines()[-3:]
        raise Refused(f"{sentence}：{' '.join(detail)}")


def _digest(file: Path) -> str:
    if not file.is_file():
        return ""
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _say(line: str) -> None:
    print(f"▸ {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
