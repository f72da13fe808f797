"""A plan of a fictional county with fifty-one numbers, and what it says, for the journey from a document to a light."""

from __future__ import annotations

import io

import docx

WORKS = (
    ("整治低效工业用地", "亩", 20), ("新建标准厂房", "平方米", 30000), ("引进制造业项目", "个", 2), ("培育规上工业企业", "家", 3),
    ("完成技术改造项目", "个", 5), ("新增就业岗位", "个", 100), ("建成小微企业园", "个", 1), ("开展企业走访", "家次", 200),
    ("兑现惠企资金", "万元", 300), ("改造老旧管网", "公里", 4),
)  # fmt: skip
"""What is planned, its unit, and its amount in the first part."""
PARTS = ("一、东部片区", "二、西部片区", "三、南部片区", "四、北部片区", "五、中心片区")
LAND_MU = 9000
OVERLOOKED = "15分钟"
"""Part of a name: the reader leaves it out, and a person may want it all the same."""


def sentences(title: str, year: int) -> list[str]:
    """The plan, a paragraph each: fifty-one promises."""
    found = [
        title,
        f"全年工作围绕腾空间、促转型展开，{title}累计整治低效工业用地{LAND_MU}亩以上。",
        f"把“{OVERLOOKED}”工业邻里做实，工人上下班不再奔波。",
    ]
    for number, part in enumerate(PARTS, 1):
        found.append(part)
        found += [f"到{year}年底，{work}{amount * number}{unit}。" for work, unit, amount in WORKS]
    return found


def plan(title: str, year: int) -> bytes:
    """The plan as a Word document."""
    document = docx.Document()
    for paragraph in sentences(title, year):
        document.add_paragraph(paragraph)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()
