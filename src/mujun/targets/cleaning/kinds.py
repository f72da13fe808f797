"""What a line is: enumerated or plain heading, noise around the articles, furniture of the page, or running text."""

from __future__ import annotations

import re

from mujun.targets.cleaning.characters import HAN

FURNITURE = re.compile(
    r"(?m)^ {0,20}+(?:\|? ?GMT ?[+-] ?\d.*|(?:(?<=\n\n)|(?<!\n))[-—~·.]{0,6}+ ?\d{1,4} ?[-—~·.]{0,6}+(?= *+\n\n| *+\n?\Z)"
    r"|第 ?\d+ ?页(?:[ ，/]*+共 ?\d+ ?页)?|[-_=*~—|·. ]{2,}+|Powered by .*|Page \d+.*) *+$|(?<! )(?: {0,20}+)\| *+$"
)
"""What is left out altogether: page numbers, rules, the stamp of a forum."""
_NOISE = re.compile(
    r"https?://|www\.|扫一扫|扫码|扫描|二维码|客户端|(?<![\u4e00-\u9fff])App(?![a-z])|关注.{0,6}(?:公众号|微信)|热线|咨询电话|邮编"
    r"|(?:责任|值班)?编辑：|责编|校对：|版面：|版式：|组版|刊号|统一.{0,4}出版物|出版物号|CN ?\d\d-\d{4}|印刷|定价|零售价|订阅|投稿"
    r"|倒计时|版权所有|点击|下载|登录|分享到|上一篇|下一篇|返回顶部|打印本页|【打印】|^来源：|^作者：|^▶|备案号|ICP备"
    r"|^本报(?:记者|评论员|通讯员)[ \u4e00-\u9fff]{0,8}$|首付|特惠|开业|满\d+减\d+|建面|户型|订货|包吃住|月薪|折起|声明作废|营业执照副本|广告有效期"
)
_FURNITURE_WORDS = re.compile(
    r"总?第 ?\d+ ?期|今日 ?\d+ ?版|℃|气温|星期[一二三四五六日天]|农历|壬寅|癸卯|甲辰|乙巳|丙午|主办$|^主办|邮发代号"
)
_ADVERT = re.compile(r"^[^\u4e00-\u9fff]{0,2}(?:广告|公益广告|.{0,6}启事|遗失声明|寻物|寻人|招租)")
_SENTENCE = re.compile("[，。；]")
ENUMERATED = re.compile(
    r"(?P<a>第[一二三四五六七八九十百]+[章节部分编]+|[一二三四五六七八九十]{1,3}、)"
    r"|(?P<b>（[一二三四五六七八九十]{1,3}）)|(?P<c>\d{1,2}[.、](?!\d)|（\d{1,2}）|[①-⑳])|[●■◆▶▲★◇○•·※]"
)
_LEVELS = {"a": 7, "b": 8, "c": 9}
PLAIN = 10
"""Level of a heading without mark or number; one directly under another counts one more, up to DEEPEST."""
NUMBERED = 7
DEEPEST = 15
LONGEST_HEADING = 40
_LONGEST_NOISE = 60
_LONGEST_IMPRINT = 30
_LONGEST_TITLE = 80
_HAN = re.compile(f"[{HAN}]")


def is_noise(line: str) -> bool:
    """Whether a line is no part of an article: a short one with words of mastheads, adverts, imprints; or no Chinese."""
    if not _HAN.search(line):
        return True
    if _ADVERT.match(line):
        return True
    if len(line) > _LONGEST_NOISE or line[-1] in "。！？；":
        return False
    return bool(_NOISE.search(line)) or (len(line) <= _LONGEST_IMPRINT and bool(_FURNITURE_WORDS.search(line)))


def heading_level(line: str, *, first: bool = False) -> int:
    """Return the level of a line that looks like a heading, 7 and more; 0 for running text. ``first`` of its page?"""
    mark = ENUMERATED.match(line)
    plain = line[-1] not in "。，；：、！？…" and len(line) <= (_LONGEST_TITLE if first else LONGEST_HEADING)
    if not plain or "。" in line or "；" in line or (not mark and "，" in line):
        return 0
    if mark and mark.lastgroup:
        return _LEVELS[mark.lastgroup]
    return PLAIN


def is_running(line: str) -> bool:
    """Whether a line reads as running text."""
    return bool(_SENTENCE.search(line))
