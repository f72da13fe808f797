"""doc, wps, rtf and odt through LibreOffice where it is installed: turned into docx in a folder of its own, with limits."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mujun.base.errors import UnreadableInput
from mujun.files.documents.limits import OverLimit, run_module

_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "C:/Program Files/LibreOffice/program/soffice.exe",
    "C:/Program Files (x86)/LibreOffice/program/soffice.exe",
)
_WALL_SECONDS = 180
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop>
<prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop>
</item>
<item oor:path="/org.openoffice.Inet/Settings">
<prop oor:name="ooInetProxyType" oor:op="fuse"><value>2</value></prop>
<prop oor:name="ooInetHTTPProxyName" oor:op="fuse"><value>127.0.0.1</value></prop>
<prop oor:name="ooInetHTTPProxyPort" oor:op="fuse"><value>9</value></prop>
<prop oor:name="ooInetHTTPSProxyName" oor:op="fuse"><value>127.0.0.1</value></prop>
<prop oor:name="ooInetHTTPSProxyPort" oor:op="fuse"><value>9</value></prop>
</item>
</oor:items>
"""
"""No macros, no active content, no links followed, and a proxy at which nothing listens."""


def find_office() -> str | None:
    """Return where LibreOffice is, if it is installed."""
    for name in ("soffice", "libreoffice"):
        if found := shutil.which(name):
            return found
    return next((place for place in _PLACES if Path(place).is_file()), None)


@contextmanager
def as_docx(path: Path, ending: str) -> Iterator[Path]:
    """Give the document as docx for as long as it is needed; raise UnreadableInput with what to do."""
    office = find_office()
    if office is None:
        raise UnreadableInput(
            f"文件“{path.name}”是{ending}格式，本机读不了。",
            why="读这种格式要用LibreOffice，本机没有安装。",
            next_step="请用Word或WPS另存为docx后再提交，或请管理员安装LibreOffice。",
        )
    with tempfile.TemporaryDirectory(prefix="mujun-") as folder:
        place = Path(folder)
        source = place / f"document.{ending}"
        shutil.copyfile(path, source)
        profile = place / "profile"
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
        arguments = [office, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--nologo"]
        arguments += ["--nodefault", "--convert-to", "docx", "--outdir", str(place / "out"), str(source)]
        with suppress(OverLimit):
            run_module("mujun.files.documents.office_child", arguments, wall=_WALL_SECONDS)
        result = place / "out" / "document.docx"
        if not result.is_file():
            raise UnreadableInput(
                f"文件“{path.name}”没能转换。",
                why="它可能有打开密码、已损坏，或转换超过了时间和内存的限度。",
                next_step="请用Word或WPS打开后另存为docx再提交。",
            )
        yield result
