"""Defects of single cells and of geometries."""

from __future__ import annotations

from mujun.base.defects import Severity
from mujun.register.entry import Entry

E, W, N = Severity.ERROR, Severity.WARNING, Severity.NOTICE

ENTRIES: dict[str, Entry] = {
    "number_bad": Entry(E, "{label}应是数字，这里是“{value}”，暂作空白。", "请改成数字；确实没有就留空。"),
    "number_date": Entry(E, "{label}应是数字，这里是日期“{value}”，暂作空白。", "请把单元格格式改回“数值”再填。"),
    "number_negative": Entry(E, "{label}不会小于{minimum}，这里是{value}，暂作空白。", "请核对正负号。"),
    "number_unit": Entry(N, "{label}的单元格里带单位“{value}”，已换算为{number}{unit}。"),
    "number_fullwidth": Entry(N, "{label}“{value}”含全角字符，已读作{number}。"),
    "percent_unexpected": Entry(E, "{label}不是比率，却写成百分数“{value}”，暂作空白。", "请改填{unit}的数值。"),
    "excel_error": Entry(E, "{label}是公式错误“{value}”，暂作空白。", "请改正公式，或直接填数值。"),
    "cell_too_long": Entry(
        E, "{label}有{length}个字，超过上限{limit}，暂作空白。", "请检查是否误把整段内容粘进了一个单元格。"
    ),
    "date_bad": Entry(E, "{label}应是日期，看不懂“{value}”，暂作空白。", "请写成 2022-03-05 这样的日期。"),
    "date_partial": Entry(N, "{label}只写了“{value}”，按{date}计。", "如有具体日期请补全。"),
    "date_open": Entry(N, "{label}写作“{value}”，按没有终止日期计。"),
    "year_bad": Entry(E, "{label}应是1949—2100之间的年份，这里是“{value}”。", "请写成四位年份，如 2022。"),
    "truth_bad": Entry(E, "{label}应填“是”或“否”，看不懂“{value}”，暂作空白。", "请改成“是”或“否”。"),
    "choice_bad": Entry(E, "{label}只能是{choices}，这里是“{value}”，暂作空白。", "请从所列各项中选一个。"),
    "choice_guessed": Entry(N, "{label}“{value}”按“{choice}”计。"),
    "code_rounded": Entry(
        E,
        "{label}“{value}”被电子表格当成数字，末几位已丢失，不能使用。",
        "请把该列格式设为“文本”，再重新填写完整代码。",
    ),
    "code_as_number": Entry(
        W, "{label}写作“{value}”，按“{code}”使用。", "请把该列格式设为“文本”，核对有无丢失开头的0。"
    ),
    "code_zeros": Entry(
        E,
        "{label}“{value}”末三位是0且校验位不符，多半被电子表格截断，不能使用。",
        "请把该列格式设为“文本”，再重新填写完整代码。",
    ),
    "code_normalised": Entry(N, "{label}“{value}”含小写、全角或空格，已读作“{code}”。"),
    "text_trimmed": Entry(N, "{label}有{count}格首尾或中间有多余空白，已去掉。"),
    "key_missing": Entry(E, "缺少{label}，这一行没有使用。", "请补上{label}。"),
}

GEOMETRY_ENTRIES: dict[str, Entry] = {
    "geometry_unreadable": Entry(E, "图形读不出来（{why}），暂作没有图形。", "请在GIS软件中重新绘制或导出。"),
    "geometry_missing": Entry(W, "这一行没有图形。", "请补绘图形。"),
    "geometry_type": Entry(E, "应是面，这里是{kind}，暂作没有图形。", "请改绘为面。"),
    "geometry_repaired": Entry(
        W, "图形不合规（{why}），已修复，面积由{before}变为{after}平方米。", "请在GIS软件中核对修复后的图形。"
    ),
    "geometry_lost": Entry(E, "图形不合规（{why}），修复后没有面积，暂作没有图形。", "请重新绘制。"),
    "axes_swapped": Entry(N, "横纵坐标写反了（先纬度后经度，或先北后东），已对调。"),
    "crs_recognised": Entry(N, "文件没有说明坐标系，按坐标范围认作{crs}，已转换。", "请在导出时写明坐标系。"),
    "crs_wrong": Entry(
        W, "文件写明的坐标系是{declared}，坐标却不在其范围内，按范围认作{crs}，已转换。", "请核对坐标系后重新导出。"
    ),
    "crs_old_datum": Entry(
        W, "坐标系是{declared}，没有当地转换参数，转换后可能有数十米误差。", "请提交2000国家大地坐标系的数据。"
    ),
    "zone_unknown": Entry(
        E,
        "坐标是不带带号的投影坐标，文件没有说明中央经线，又没有已知宗地可比对，图形暂未使用。",
        "请说明中央经线或补交 .prj 文件。",
    ),
    "datum_unknown": Entry(
        W,
        "文件没有说明坐标系，经纬度暂按CGCS2000使用；若取自互联网地图（GCJ-02、BD-09）会偏移数百米。",
        "请说明坐标的来源，或先导入已知宗地以便自动比对。",
    ),
    "datum_stated": Entry(N, "按导入时的说明，坐标是{datum}，已照此使用。"),
    "datum_converted": Entry(N, "与已知宗地比对，坐标是{datum}（偏移约{shift}米），已转换，余差约{rest}米。"),
    "coordinates_outside": Entry(
        E, "坐标（{value}）不在中国范围内，也认不出是哪种坐标系，暂作没有图形。", "请核对坐标系和坐标。"
    ),
}
