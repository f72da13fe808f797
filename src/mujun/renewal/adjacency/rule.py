"""The rule of adjacency as data, and how it says itself."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable

from mujun.base.errors import MujunError

TOLERANCE_M = 0.01
"""What lies so near a limit meets it: a projection alone moves 30 m by up to 1 cm, and no survey is more exact."""
SEPARATES, BRIDGES, NEUTRAL = "separates", "bridges", ""

_SEPARATING = (
    "river",
    "railway",
    "arterial",
    "expressway",
    "河流",
    "江河",
    "铁路",
    "主干道",
    "主干路",
    "高速公路",
    "快速路",
)
_BRIDGING = (
    ("street", 30.0), ("ditch", 30.0), ("街道", 30.0), ("支路", 30.0), ("道路", 30.0), ("沟渠", 30.0), ("水沟", 30.0),
    ("bridge", 60.0), ("tunnel", 60.0), ("culvert", 60.0), ("桥", 60.0), ("桥梁", 60.0), ("隧道", 60.0), ("涵洞", 60.0),
)  # fmt: skip
_PASSAGE_USES = ("10", "101", "102", "103", "104", "105", "106", "1001", "1002", "1003", "1004", "1006", "公路用地",
                 "铁路用地", "城镇村道路用地", "城镇道路用地", "街巷用地", "农村道路")  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Rule:
    """Lengths in metres. The defaults are ours (no published rule states them); each may be set per county.

    ``gap_m`` the widest gap across which parcels may face each other; 0: they must touch. ``front_m`` the shortest
    front. ``sliver_m`` gaps and overlaps of drawing up to this width count as touching. ``angle_deg`` the largest angle
    between two sides that face each other. ``separates`` kinds of barriers that part what lies on either side, and
    ``bridges`` kinds that join, each with the longest way over it; both hold where a barrier states no effect of its own.
    ``line_m`` the width of a bridging barrier drawn as a line; ``reach_m`` the longest way over a bridging barrier of any
    other kind. ``passage_uses`` land uses (GB/T 21010) of streets and rails recorded as parcels; else a parcel is a
    passage where 4π area ÷ perimeter² is below ``passage_compactness`` and it has ``passage_neighbours`` or more.
    """

    gap_m: float = 30.0
    front_m: float = 1.0
    sliver_m: float = 0.3
    angle_deg: float = 60.0
    separates: tuple[str, ...] = _SEPARATING
    bridges: tuple[tuple[str, float], ...] = _BRIDGING
    line_m: float = 6.0
    reach_m: float = 60.0
    passage_uses: tuple[str, ...] = _PASSAGE_USES
    passage_compactness: float = 0.005
    passage_neighbours: int = 50

    def __post_init__(self) -> None:
        lengths = {"gap_m": self.gap_m, "front_m": self.front_m, "sliver_m": self.sliver_m, "line_m": self.line_m}
        wrong = [name for name, value in lengths.items() if not 0 <= value <= 1000]
        if wrong or not 0 < self.angle_deg <= 90 or self.front_m <= 0:
            raise MujunError(
                "相邻规则不能使用。",
                why=f"{'、'.join(wrong) or 'front_m、angle_deg'} 超出范围。",
                next_step="间距、容差在0到1000米之间，最短相邻边须大于0，夹角在0到90度之间。",
            )

    @property
    def widest_m(self) -> float:
        """The widest gap with its tolerance."""
        return self.gap_m + tolerance(self.gap_m)

    @property
    def least_front_m(self) -> float:
        """The shortest front with its tolerance."""
        return self.front_m - tolerance(self.front_m)

    def effect(self, kind: str, stated: str) -> tuple[str, float]:
        """Return what a barrier does and, where it bridges, the longest way over it; ``stated`` comes first."""
        kind = kind.strip().lower()
        reach = dict(self.bridges).get(kind)
        if stated == BRIDGES or (not stated and reach is not None):
            return BRIDGES, self.reach_m if reach is None else reach
        if stated == SEPARATES or kind in self.separates:
            return SEPARATES, 0.0
        return NEUTRAL, 0.0

    def describe(self) -> str:
        """Return the rule as Chinese sentences for people."""
        if self.gap_m > self.sliver_m:
            faces = f"，或者隔着不超过{self.gap_m:g}米的空隙正面相对（两边夹角不超过{self.angle_deg:g}度）"
        else:
            faces = "；隔着空隙的不算相邻"
        joined: dict[float, list[str]] = {}
        for kind, reach in self.bridges:
            joined.setdefault(reach, []).append(kind)
        bridges = "；".join(f"{_chinese(kinds)}可以跨越，总宽不超过{reach:g}米" for reach, kinds in joined.items())
        return (
            f"两宗地相邻，是指它们的公共边界不短于{self.front_m:g}米{faces}，相对部分不短于{self.front_m:g}米。"
            f"{self.sliver_m:g}米以内的绘图缝隙和重叠视为贴合，离间距和边长的界限差1厘米以内的视为达到；只在一个角上碰到的不算；中间隔着第三宗地的不算。"
            f"{_chinese(self.separates)}隔断相邻{f'；{bridges}' if bridges else ''}；图层中另有注明的从其注明。"
            f"登记成宗地的道路（按地类，或形状极细长且邻接{self.passage_neighbours}宗以上）不参与相邻，另行列出。"
        )


def tolerance(limit_m: float) -> float:
    """How far from a limit still meets it: 1 cm, and no more than a hundredth of it."""
    return min(TOLERANCE_M, limit_m / 100)


def _chinese(names: Iterable[str]) -> str:
    return "、".join(name for name in names if not name.isascii())


@dataclasses.dataclass(frozen=True, slots=True)
class Decision:
    """A decision that two parcels are adjacent (``joins``) or are not, whatever the rule says; who, when, why."""

    a: str
    b: str
    joins: bool
    by: str
    on: dt.date
    why: str = ""

    @property
    def text(self) -> str:
        """The decision as people cite it."""
        verdict = "认定相邻" if self.joins else "认定不相邻"
        return f"{self.by} {self.on.isoformat()} {verdict}" + (f"：{self.why}" if self.why else "")
