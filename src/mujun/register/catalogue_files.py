"""Defects of files, sheets and headings."""

from __future__ import annotations

from mujun.base.defects import Severity
from mujun.register.entry import Entry

S, E, W, N = Severity.STOPS, Severity.ERROR, Severity.WARNING, Severity.NOTICE

ENTRIES: dict[str, Entry] = {
    "file_unreadable": Entry(E, "文件读不出来：{why}", "{next_step}"),
    "file_type": Entry(
        N, "“{name}”不是能读的数据文件，没有读。", "数据请用 xlsx、xls、ods、csv、parquet、gpkg、shp 或 geojson。"
    ),
    "wrong_suffix": Entry(N, "后缀是“{suffix}”，内容其实是{actual}，已按内容读取。", "改成正确的后缀可免去此提示。"),
    "encoding_broken": Entry(W, "有{count}处文字不合{encoding}编码，已用“�”代替。", "请另存为UTF-8后重新提交。"),
    "table_unknown": Entry(W, "看不出“{name}”是哪张表，没有读入。", "请把文件或工作表改名为下列之一：{known}。"),
    "sheet_skipped": Entry(
        N, "工作表“{name}”没有可认的标题行，没有读入。", "如果里面有数据，请补上标题行或改正工作表名。"
    ),
    "headings_missing": Entry(
        E, "找不到{table_label}表的标题行，没有读入。", "请在数据上方用一行写出列名，至少要有：{columns}。"
    ),
    "key_column_missing": Entry(
        E, "{table_label}表缺少必需的列：{columns}，没有读入。", "请补上这些列，或在导入页把本单位的列名对应过来。"
    ),
    "no_rows": Entry(W, "只有标题，没有数据行。", "如本就没有数据，可不理会。"),
    "column_unknown": Entry(
        N, "不认识列“{heading}”，内容保留在原文件中，没有使用。", "如果需要使用，请在导入页把它对应到一个已知的列。"
    ),
    "columns_unknown": Entry(
        N, "另有{count}列不认识，内容保留在原文件中，没有使用。", "如果需要使用，请在导入页对应到已知的列。"
    ),
    "heading_twice": Entry(
        W, "“{heading}”与前面的列同是{label}，只用前面一列。", "请删去多余的一列，或改正其中一个标题。"
    ),
    "unit_converted": Entry(N, "“{heading}”的单位是{unit}，已换算为{expected}（{how}）。"),
    "unit_unknown": Entry(
        W, "“{heading}”里的单位“{unit}”与{label}对不上，数值按{expected}原样使用。", "请改正标题中的单位。"
    ),
    "year_from_name": Entry(N, "没有年度列，按“{name}”取年度{year}。"),
    "total_row": Entry(N, "这一行是“{value}”，不是数据，没有读入。"),
    "heading_repeated": Entry(N, "这一行重复了标题，没有读入。"),
    "merged_filled": Entry(N, "“{heading}”有{count}处合并单元格，合并的各行都取同一个值。"),
    "sheet_hidden": Entry(N, "工作表“{name}”是隐藏的，照常读入。", "如不应提交，请删去这张工作表。"),
}
