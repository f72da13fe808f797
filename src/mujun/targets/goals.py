"""What a promised rate of change asks of the level: the figure to be reached on the base of the comparison period."""

from __future__ import annotations

from mujun.targets.statement import Bound

_SHARES = {"%": 100.0, "‰": 1000.0}


def adds_up(unit: str) -> bool:
    """Whether a rate in ``unit`` is one of an amount, so that bases and levels of parts add up to the whole's.

    Percentage points and ranks are changes of shares and places, which do not.
    """
    return unit in _SHARES or unit in ("倍", "番")


def level_on_base(value: float, unit: str, bound: Bound, base: float, *, falls: bool) -> tuple[float, Bound]:
    """Return the level to be reached and how it bounds, from a change of ``value`` ``unit`` on ``base``.

    Growth of 8 %: base × 1.08; of 1.5 倍: base × 2.5; of 1 番: base × 2; of 1.5 百分点 or index points: base + 1.5; by
    2 位: two places nearer the first. A decline (``falls``) goes the other way, and less is better: at least 3.2 % down
    is at most base × 0.968. ``value`` is not negative where it falls.
    """
    if unit in _SHARES:
        level = base * (1 + (-value if falls else value) / _SHARES[unit])
    elif unit == "倍":
        level = base / (1 + value) if falls else base * (1 + value)
    elif unit == "番":
        level = base / 2**value if falls else base * 2**value
    elif unit == "位":
        level = base + value if falls else base - value
    else:
        level = base - value if falls else base + value
    if not falls or unit == "位" or bound is Bound.APPROX:
        return level, bound
    return level, Bound.GE if bound is Bound.LE else Bound.LE
