"""Names, addresses, trades and credit codes that nobody real bears.

The county code 990101 belongs to no province; every firm name starts with the fictional county.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt

from mujun.base import creditcode

COUNTY = "示范县"
COUNTY_CODE = "990101"

TOWNS = (
    "甲子镇", "乙丑镇", "丙寅镇", "丁卯镇", "戊辰镇", "己巳镇", "庚午街道",
    "辛未街道", "壬申街道", "癸酉镇", "青铜镇", "白铁镇", "赤金镇", "紫砂镇",
)  # fmt: skip
VILLAGES = ("样一村", "样二村", "样三村", "例东村", "例西村", "例南村", "例北村", "模上村", "模下村", "范桥村")

_SYLLABLES = tuple(
    "安宝昌达德鼎飞丰富冠光广海瀚浩恒宏鸿华辉嘉坚健金锦晶景聚骏凯康科朗乐力利联隆茂美铭诺磐鹏谦强庆荣瑞润森胜盛顺泰腾万旺祥欣新兴旭亚扬永优裕源远跃云泽展振正志中众卓"
)


@dataclasses.dataclass(frozen=True, slots=True)
class Trade:
    """One trade: its code in GB/T 4754-2017, the words firms use for it, and its weight in the county."""

    code: str
    words: tuple[str, ...]
    weight: float


TRADES = (
    Trade("3322", ("五金工具", "手工具"), 9),
    Trade("3321", ("刀具", "锯业"), 4),
    Trade("3351", ("五金", "五金配件"), 12),
    Trade("3352", ("水暖", "卫浴五金"), 4),
    Trade("3312", ("门业", "防盗门"), 11),
    Trade("3382", ("杯业", "保温杯"), 13),
    Trade("3381", ("炊具", "厨具"), 6),
    Trade("3360", ("表面处理", "电镀"), 3),
    Trade("3391", ("铸造", "精铸"), 3),
    Trade("3465", ("电动工具", "园林工具"), 14),
    Trade("3441", ("泵业",), 2),
    Trade("3443", ("阀门",), 2),
    Trade("3752", ("车业配件", "滑板车"), 4),
    Trade("3670", ("汽配",), 3),
    Trade("3812", ("电机",), 3),
    Trade("3855", ("小家电",), 2),
    Trade("3872", ("灯具",), 1),
    Trade("2927", ("塑料制品",), 2),
    Trade("2319", ("包装", "印刷"), 2),
    Trade("1959", ("劳保鞋",), 1),
)
UTILITIES = (("4430", "热力"), ("4511", "燃气"), ("4610", "自来水"), ("4620", "污水处理"), ("4420", "供电服务"))
_TAILS = ("有限公司", "有限公司", "有限公司", "有限公司", "制造有限公司", "科技有限公司", "厂")


def draw_trades(chance: np.random.Generator, count: int) -> npt.NDArray[np.int64]:
    """Return ``count`` positions in :data:`TRADES`."""
    weights = np.array([trade.weight for trade in TRADES])
    return chance.choice(len(TRADES), size=count, p=weights / weights.sum())


def firm_names(chance: np.random.Generator, trades: npt.NDArray[np.int64]) -> list[str]:
    """Return one name per firm, all different: county, two or three syllables, trade, legal form."""
    width = len(_SYLLABLES)
    syllables = 2 if len(trades) <= width**2 // 2 else 3
    numbers = _distinct(chance, width**syllables, len(trades))
    tails = chance.integers(0, len(_TAILS), size=len(trades))
    words = chance.random(len(trades))
    names = []
    for number, trade, tail, word in zip(
        numbers.tolist(), trades.tolist(), tails.tolist(), words.tolist(), strict=True
    ):
        brand = ""
        for _ in range(syllables):
            number, place = divmod(number, width)
            brand += _SYLLABLES[place]
        choices = TRADES[trade].words
        names.append(f"{COUNTY}{brand}{choices[int(word * len(choices))]}{_TAILS[tail]}")
    return names


def credit_codes(chance: np.random.Generator, count: int) -> list[str]:
    """Return ``count`` different credit codes with a right check character; half of them have digits only in the body."""
    numbers = _distinct(chance, 10**8, count)
    checks = chance.integers(0, 10, size=count)
    lettered = chance.random(count) < 0.5
    codes = []
    for number, check, letters in zip(numbers.tolist(), checks.tolist(), lettered.tolist(), strict=True):
        organisation = f"MA{_base31(number)}" if letters else f"{number:08d}"
        body = f"91{COUNTY_CODE}{organisation}{check}"
        codes.append(body + creditcode.check_character(body))
    return codes


def _base31(number: int) -> str:
    text = ""
    for _ in range(6):
        number, place = divmod(number, 31)
        text += creditcode.ALPHABET[place]
    return text


def _distinct(chance: np.random.Generator, universe: int, count: int) -> npt.NDArray[np.int64]:
    """Return ``count`` different numbers below ``universe`` in random order."""
    numbers = np.unique(chance.integers(0, universe, size=count + count // 4 + 16))
    while len(numbers) < count:
        numbers = np.unique(np.concatenate([numbers, chance.integers(0, universe, size=count)]))
    return chance.permutation(numbers)[:count]


def addresses(chance: np.random.Generator, towns: npt.NDArray[np.int64], streets: npt.NDArray[np.int64]) -> list[str]:
    """Return an address per firm from its town, a street number and a house number."""
    houses = chance.integers(1, 400, size=len(towns))
    return [
        f"{COUNTY}{TOWNS[town]}示范{street + 1}路{house}号"
        for town, street, house in zip(towns.tolist(), streets.tolist(), houses.tolist(), strict=True)
    ]
