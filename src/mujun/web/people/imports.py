"""Accounts from an Excel list: read, checked line by line, and only made when every line is right."""

from __future__ import annotations

import dataclasses
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from pypinyin import Style, lazy_pinyin
from python_calamine import CalamineError, CalamineWorkbook

from mujun.base.creditcode import fault
from mujun.base.errors import UnreadableInput
from mujun.web.people.actions import NewAccount
from mujun.web.people.models import User
from mujun.web.people.rights import ROLE_LABELS, Role

COLUMNS = (
    ("display_name", "姓名", ("姓名", "名称", "人员", "name")),
    ("username", "用户名", ("用户名", "账号", "登录名", "username")),
    ("role", "角色", ("角色", "岗位", "role")),
    ("towns", "镇街", ("镇街", "乡镇", "所在镇街", "towns", "town")),
    ("firm_id", "统一社会信用代码", ("统一社会信用代码", "企业代码", "信用代码", "firm_id")),
    ("unit", "所在单位", ("所在单位", "单位", "部门", "unit")),
)
LONGEST = 1_000
_UNPACKED_LIMIT = 200 * 2**20
_ROLES = {str(word): role for role in Role for word in (role.value, ROLE_LABELS[role])} | {
    "业务人员": Role.ANALYST,
    "分析员": Role.ANALYST,
    "领导": Role.LEADER,
    "镇街干部": Role.TOWN,
    "部门人员": Role.DEPARTMENT,
    "部门": Role.DEPARTMENT,
    "企业用户": Role.FIRM,
    "企业": Role.FIRM,
    "审计人员": Role.AUDITOR,
    "审计": Role.AUDITOR,
    "管理员": Role.ADMINISTRATOR,
}


@dataclasses.dataclass(slots=True)
class Line:
    """One line of the list: the account it asks for, what is wrong with it, what deserves a second look."""

    row: int
    account: NewAccount
    derived: bool = False
    faults: list[str] = dataclasses.field(default_factory=list)
    notices: list[str] = dataclasses.field(default_factory=list)

    @property
    def role_label(self) -> str:
        """The role for people; what the cell says where there is no such role."""
        role = role_called(self.account.role)
        return str(ROLE_LABELS[role]) if role else self.account.role


def read_accounts(content: bytes, *, towns: Iterable[str] = (), firms: Iterable[str] = ()) -> list[Line]:
    """Read the first sheet of a workbook; ``towns`` and ``firms`` are what the register knows.

    Raises UnreadableInput with a sentence where the file as a whole cannot be used.
    """
    rows = _rows(content)
    heading, places = _find_heading(rows)
    lines = [
        _line(number, {name: _text(row, place) for name, place in places.items()})
        for number, row in enumerate(rows[heading + 1 :], start=heading + 2)
        if any(str(value).strip() for value in row)
    ]
    if not lines:
        raise UnreadableInput(_("名单里没有人员。"), next_step=_("请在标题行下面每人填一行。"))
    if len(lines) > LONGEST:
        raise UnreadableInput(
            _("名单有{count}行，一次最多{limit}行。").format(count=len(lines), limit=LONGEST),
            next_step=_("请拆成几个文件分别导入。"),
        )
    check_accounts(lines, towns=frozenset(towns), firms=frozenset(firms))
    return lines


def check_accounts(lines: Sequence[Line], *, towns: frozenset[str], firms: frozenset[str]) -> None:
    """Add to each line what is wrong with it, also against the other lines and the accounts there are."""
    taken = {name.casefold() for name in User.objects.values_list("username", flat=True)}
    for line in lines:
        if line.derived:
            line.account = dataclasses.replace(line.account, username=_free(line.account.username, taken))
        line.faults += _faults(line.account)
        name = line.account.username.casefold()
        if name and name in taken:
            line.faults.append(_("用户名“{name}”已经有人使用。").format(name=line.account.username))
        taken.add(name)
        unknown = [town for town in line.account.towns if towns and town not in towns]
        if unknown:
            line.notices.append(_("台账中没有镇街“{towns}”。").format(towns="、".join(unknown)))
        code = line.account.firm_id
        if code and firms and code not in firms:
            line.notices.append(_("台账中没有这家企业，导入企业数据后才能看到内容。"))
        if code and (sentence := fault(code)):
            line.notices.append(sentence)


def split_towns(text: str) -> tuple[str, ...]:
    """Towns as people write them in one cell: separated by 、 comma, semicolon or space."""
    return tuple(dict.fromkeys(part for part in re.split(r"[、，,;；\s]+", text.strip()) if part))


def role_called(text: str) -> Role | None:
    """The role a cell means, by its English or Chinese name."""
    return _ROLES.get(text.strip()) or _ROLES.get(text.strip().lower())


def _faults(account: NewAccount) -> list[str]:
    faults = []
    if not account.display_name:
        faults.append(_("没有填姓名。"))
    if not account.username:
        faults.append(_("没有填用户名，也无法由姓名得出。"))
    elif not re.fullmatch(r"[\w.@-]{1,60}", account.username):
        faults.append(_("用户名只能用文字、字母、数字和 . @ - _，最多60个字符。"))
    role = role_called(account.role)
    if role is None:
        known = "、".join(str(ROLE_LABELS[role]) for role in Role)
        faults.append(_("没有“{role}”这个角色，可填：{known}。").format(role=account.role, known=known))
    if role is Role.TOWN and not account.towns:
        faults.append(_("镇街干部至少要有一个镇街。"))
    if role is Role.DEPARTMENT and not account.unit:
        faults.append(_("部门人员要填写所在单位。"))
    if role is Role.FIRM and not account.firm_id:
        faults.append(_("企业用户必须填写统一社会信用代码。"))
    return faults


def _line(number: int, values: dict[str, str]) -> Line:
    role = role_called(values.get("role", ""))
    firm_id = values.get("firm_id", "")
    username = values.get("username", "")
    if not username:
        username = firm_id if role is Role.FIRM else _pinyin(values.get("display_name", ""))
    account = NewAccount(
        username=username,
        display_name=values.get("display_name", ""),
        role=role.value if role else values.get("role", ""),
        towns=split_towns(values.get("towns", "")) if role in (Role.TOWN, None) else (),
        firm_id=firm_id if role in (Role.FIRM, None) else "",
        unit=values.get("unit", "")[:100] if role is not Role.FIRM else "",
    )
    return Line(number, account, derived=not values.get("username") and role is not Role.FIRM and bool(username))


def _free(name: str, taken: set[str]) -> str:
    """The name, or the name with the first number that nobody has."""
    return next(free for free in (name, *(f"{name}{n}" for n in range(2, len(taken) + 3))) if free not in taken)


def _pinyin(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", "".join(lazy_pinyin(name, style=Style.NORMAL)).lower())


def _text(row: Sequence[Any], place: int) -> str:
    value = row[place] if place < len(row) else ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def _find_heading(rows: Sequence[Sequence[Any]]) -> tuple[int, dict[str, int]]:
    """The row with the headings, which may stand under a title, and the place of each column."""
    for number, row in enumerate(rows[:10]):
        cells = [re.sub(r"[\s*＊（）()]", "", str(value)).lower() for value in row]
        places = {name: cells.index(word) for name, _label, words in COLUMNS for word in words[::-1] if word in cells}
        if {"display_name", "role"} <= places.keys():
            return number, places
    needed = "、".join(label for _name, label, _words in COLUMNS)
    raise UnreadableInput(
        _("没有找到标题行。"),
        why=_("名单需要这些列：{columns}。").format(columns=needed),
        next_step=_("请下载模板填写。"),
    )


def _rows(content: bytes) -> list[list[Any]]:
    try:
        if content[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                if sum(entry.file_size for entry in archive.infolist()) > _UNPACKED_LIMIT:
                    raise UnreadableInput(
                        _("文件解压后过大，没有读取。"), next_step=_("请另存为新的 xlsx 文件后再试。")
                    )
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
            if not workbook.sheet_names:
                raise UnreadableInput(_("工作簿里没有工作表。"))
            return workbook.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise UnreadableInput(
            _("这个文件不是可以读取的 Excel 工作簿。"), next_step=_("请用 Excel 打开，另存为 xlsx 后再试。")
        ) from error


def template_bytes() -> bytes:
    """Return the empty list as a workbook, with headings and a drop-down for the roles."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet(_("人员名单"))
        bold = workbook.add_format({"bold": True, "bottom": 1})
        text = workbook.add_format({"num_format": "@"})
        for place, (name, label, _words) in enumerate(COLUMNS):
            sheet.write_string(0, place, label, bold)
            sheet.set_column(place, place, 24, text)
            if name == "role":
                roles = [str(ROLE_LABELS[role]) for role in Role]
                sheet.data_validation(1, place, LONGEST, place, {"validate": "list", "source": roles})
        sheet.freeze_panes(1, 0)
    return buffer.getvalue()
