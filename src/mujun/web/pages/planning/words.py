"""What plans are called in words: how good they are, what they gain and give up."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from mujun.web.renewal.figures import Difference
from mujun.web.renewal.models import PlanChoice

PROVEN = 1e-9
OBJECTIVES = {"benefit": ("增加税收", "万元/年"), "area": ("整治面积", "亩"), "net": ("净效益", "万元")}


def gap_words(gap: float | None) -> str:
    """How far from the best a plan can be, in one sentence. Nothing is said to be proven that is not."""
    if gap is None:
        return _("离最优还差多少，没有证明。")
    if gap <= PROVEN:
        return _("已证明是最优。")
    shown = f"{gap * 100:.2f}" if gap < 0.01 else f"{gap * 100:.1f}"
    return _("离最优最多还差 {gap} %，已证明。").format(gap=max(shown, "0.01") if gap < 0.0001 else shown)


def objective_label(objective: str) -> str:
    """What a plan is measured by."""
    labels = {"benefit": _("增加税收"), "area": _("整治面积"), "net": _("净效益")}
    return labels.get(objective, objective)


def objective_unit(objective: str) -> str:
    """Its unit."""
    units = {"benefit": _("万元/年"), "area": _("亩"), "net": _("万元")}
    return units.get(objective, "")


def gains_words(apart: Difference) -> str:
    """What a choice gains and gives up against another, in one sentence."""
    if not (apart.added or apart.dropped):
        return _("与所选方案相同。")
    gains: list[str] = []
    gives_up: list[str] = []
    for value, more, less, digits in (
        (apart.area_mu, _("多整治 {n} 亩"), _("少整治 {n} 亩"), 1),
        (-apart.cost_wan, _("少花 {n} 万元"), _("多花 {n} 万元"), 0),
        (apart.benefit, _("每年多增税 {n} 万元"), _("每年少增税 {n} 万元"), 0),
    ):
        shown = f"{abs(value):,.{digits}f}"
        if float(shown.replace(",", "")) == 0:
            continue
        (gains if value > 0 else gives_up).append((more if value > 0 else less).format(n=shown))
    moved = _("换下 {dropped} 宗、换上 {added} 宗").format(dropped=len(apart.dropped), added=len(apart.added))
    parts = [moved]
    if gains:
        parts.append(_("得：{what}").format(what=_("、").join(gains)))
    if gives_up:
        parts.append(_("失：{what}").format(what=_("、").join(gives_up)))
    return _("；").join(parts) + _("。")


def standing_words(standing: str) -> str:
    """Whether a parcel could be otherwise in a best plan."""
    words = {
        "in": _("不论怎样选，最优方案都包括它"),
        "out": _("不论怎样选，最优方案都不包括它"),
        "open": _("可进可出：还没有证明必须怎样"),
    }
    return words.get(standing, standing)


def verdict_words(verdict: str) -> str:
    """What the replay of a signed plan came to."""
    words = {
        "same": _("一致"),
        "worth": _("同样好的另一方案"),
        "checked": _("核对一致，未再证明"),
        "differs": _("不一致"),
    }
    return words.get(verdict, verdict)


def row_of(choice: PlanChoice, chosen: bool, apart: Difference | None) -> dict[str, Any]:
    """A choice as its card shows it."""
    return {
        "choice": choice,
        "chosen": chosen,
        "title": choice.label,
        "gap": gap_words(choice.gap) if choice.kind != "alternative" else "",
        "gains": gains_words(apart) if apart is not None else "",
    }
