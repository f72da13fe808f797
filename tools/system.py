"""What the operating system must have, and getting it with apt where we are root on Debian."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from tools.steps import Stop, environment, must, step

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def browser() -> str | None:
    """Return the path of a Chromium, or None."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def postgresql_programs() -> Path | None:
    """Return the folder of PostgreSQL's own programs (initdb, postgres), version 15 or later, or None."""
    folders = sorted(
        (int(folder.parent.name), folder)
        for folder in Path("/usr/lib/postgresql").glob("*/bin")
        if folder.parent.name.isdigit() and (folder / "initdb").exists()
    )
    if folders and folders[0][0] >= 15:
        return folders[0][1]
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def _has_postgis() -> bool:
    return any(Path("/usr/share/postgresql").glob("*/extension/postgis.control")) or any(
        Path("/usr/local/share/postgresql/extension").glob("postgis.control")
    )


def _has_chinese_font() -> bool:
    return any(Path("/usr/share/fonts").glob("**/NotoSansCJK-Regular.*"))


NEEDS: dict[str, list[tuple[str, Callable[[], bool]]]] = {
    "demo": [("python3-venv", lambda: importlib.util.find_spec("ensurepip") is not None)],
    "test": [
        ("chromium", lambda: browser() is not None),
        ("postgresql", lambda: postgresql_programs() is not None),
        ("postgresql-15-postgis-3", _has_postgis),
        ("gdal-bin", lambda: shutil.which("ogrinfo") is not None),
        ("fonts-noto-cjk", _has_chinese_font),
        ("libreoffice-writer-nogui", lambda: shutil.which("soffice") is not None),
    ],
}
"""Purpose → (Debian package, whether what it brings is there already)."""


def missing(purpose: str) -> list[str]:
    """Return the Debian packages that ``purpose`` (demo or test) still needs; a test needs what a demo needs."""
    needs = NEEDS["demo"] + (NEEDS["test"] if purpose == "test" else [])
    return [package for package, there in needs if not there()]


def ensure(purpose: str) -> None:
    """Install what is missing as root with apt, or stop with the one sentence that says what to install."""
    packages = missing(purpose)
    if not packages:
        return
    names = " ".join(packages)
    if not shutil.which("apt-get"):
        raise Stop(f"This machine lacks what these Debian packages bring: {names}; install them, then run this again.")
    if os.geteuid() != 0:
        raise Stop(f"Something is missing that only root can install: run “apt-get install {names}” as root first.")
    env = environment(DEBIAN_FRONTEND="noninteractive")
    step("System packages: fetching the lists", ["apt-get", "update", "-q"], env=env)
    must(
        f"System packages: {names}",
        ["apt-get", "install", "-q", "-y", "--no-install-recommends", *packages],
        env=env,
        otherwise=f"apt-get could not install {names}; see the lines above, then run this again.",
    )
    importlib.invalidate_caches()
