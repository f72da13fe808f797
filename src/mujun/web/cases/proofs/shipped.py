"""The proofs that the register and the campaign can compute of any list."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from django.db.models import Q
from django.utils import timezone

from mujun.base.exact import decimal
from mujun.cases.state import Proof
from mujun.web.campaign.models import BlockParcel, Stage
from mujun.web.campaign.queries.blocks import standings_of
from mujun.web.cases.models import Case
from mujun.web.cases.proofs.registry import register
from mujun.web.register.models import MODELS
from mujun.web.register.queries import revision_at

YUAN_PER_WAN = 10_000
AMOUNTS = ("recovered", "amount")
"""Fields that say how much tax is asked for, in yuan; the first that is filled in."""


def block_cleared(case: Case) -> Proof:
    """Since the case was raised the block in which its parcel lies was vacated.

    A block that is not vacated refutes nothing: what was wrong may be put right all the same. One that was vacated
    before the case was raised has nothing to do with it.
    """
    if not case.parcel_id:
        return Proof(None, "这件事没有写明宗地，不能由区块进展证明。")
    held = BlockParcel.objects.filter(parcel_id=case.parcel_id).select_related("block").order_by("-id").first()
    if held is None:
        return Proof(None, f"宗地 {case.parcel_id} 没有划入整治区块，不能由区块进展证明。")
    stages = standings_of([held.block_id])[held.block_id]
    vacated = next(one for one in stages if one.stage == Stage.VACATE)
    name = f"{held.block.number} {held.block.name}"
    if vacated.real_on is None:
        return Proof(None, f"宗地 {case.parcel_id} 所在的区块 {name} 还没有腾空，不能由区块进展证明。")
    if vacated.real_on <= timezone.localtime(case.raised_at).date():
        return Proof(None, f"区块 {name} 在提出之前（{vacated.real_on}）就已腾空，不能证明这件事。")
    return Proof(True, f"提出之后，宗地 {case.parcel_id} 所在的区块 {name} 已于 {vacated.real_on} 腾空。")


def tax_paid(case: Case) -> Proof:
    """Since the case was raised the tax of years that had ended by then grew by at least the amount asked for.

    Only the same years are compared: what a later year brings is no payment of what was owed. The sentence tells no
    figure of the firm, since not everybody who sees the case may see them.
    """
    asked = next((_yuan(case.fields.get(key)) for key in AMOUNTS if case.fields.get(key)), None)
    if not case.firm_id or not asked:
        return Proof(None, "没有写明企业和金额，不能由税收数据证明。")
    ended = timezone.localtime(case.raised_at).year
    before = _tax_by_year(case.firm_id, ended, revision_at(case.raised_at))
    now = _tax_by_year(case.firm_id, ended, None)
    years = sorted(before.keys() & now.keys())
    if not years:
        return Proof(None, "提出时登记簿里没有这家企业以前年度的税收，不能由税收数据证明。")
    grown = sum((now[year] - before[year] for year in years), Fraction(0)) * YUAN_PER_WAN
    span = f"{years[0]} 年" if len(years) == 1 else f"{years[0]} 至 {years[-1]} 年"
    if grown >= asked:
        return Proof(True, f"提出之后，登记的 {span}税收补增不少于 {asked:,} 元。")
    return Proof(None, f"提出之后，登记的 {span}税收没有补增 {asked:,} 元，请上传凭证。")


def permit_there(case: Case) -> Proof:
    """The register keeps no permits yet, so a copy is asked for."""
    return Proof(None, "登记簿里没有许可数据，请上传证照或批文。")


def _yuan(text: Any) -> Decimal | None:
    try:
        return Decimal(str(text))
    except InvalidOperation:
        return None


def _tax_by_year(firm_id: str, ended: int, revision: int | None) -> dict[int, Fraction]:
    """Return year → tax in 万元 of the years before ``ended``, as known at ``revision`` (None: now)."""
    rows = MODELS["measures"].objects.filter(firm_id=firm_id, year__lt=ended, tax_wan__isnull=False)
    if revision is None:
        rows = rows.filter(until=None)
    else:
        rows = rows.filter(Q(until=None) | Q(until__gt=revision), since__lte=revision)
    return {year: decimal(tax) for year, tax in rows.values_list("year", "tax_wan")}


register("block_cleared", block_cleared)
register("tax_paid", tax_paid)
register("permit_there", permit_there)
