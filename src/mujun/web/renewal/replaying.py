"""A signed plan held against what was frozen: input, limits, connection, objective and, where it was proven, the search."""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
from collections.abc import Callable, Sequence
from enum import StrEnum

from django.utils.translation import gettext as _

from mujun import __version__
from mujun.renewal.blocks import solve
from mujun.renewal.blocks.plan import Plan as Found
from mujun.renewal.blocks.plan import Status
from mujun.renewal.blocks.problem import Problem
from mujun.renewal.judging import RELATIVE, faults, worth
from mujun.web.renewal.figures import sums
from mujun.web.renewal.frozen import Frozen, pack, unpack
from mujun.web.renewal.models import Plan, PlanChoice

LEAST_SECONDS = 60.0
"""A machine that is busy now gets at least this long to prove again what was proven then."""


class Verdict(StrEnum):
    """What a replay comes to."""

    SAME = "same"
    """All is as it was, and the search ends with the same blocks."""
    WORTH = "worth"
    """All is as it was; the search ends with other blocks of the same worth."""
    CHECKED = "checked"
    """What was kept agrees with itself; the search was not, or could not be, proven again."""
    DIFFERS = "differs"
    """Something is not as it was."""


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """The verdict and its reasons, one Chinese sentence each."""

    verdict: Verdict
    reasons: tuple[str, ...]


def replay_plan(plan: Plan, should_stop: Callable[[], bool] | None = None) -> Answer:
    """Replay what is chosen of ``plan``. Nothing is read but the frozen problem and the choice."""
    choice, instance = plan.chosen, plan.instance
    assert choice is not None
    assert instance is not None
    content = bytes(instance.content)
    wrong = _input(content, instance.digest)
    if wrong:
        return Answer(Verdict.DIFFERS, wrong)
    frozen = unpack(content)
    wrong = _against(frozen, choice)
    if wrong:
        return Answer(Verdict.DIFFERS, wrong)
    return _searched_again(plan, choice, frozen, should_stop)


def _input(content: bytes, digest: str) -> tuple[str, ...]:
    """What is wrong with the frozen bytes: damaged, changed, or read otherwise than they were written."""
    try:
        text = gzip.decompress(content)
    except (OSError, EOFError):
        return (_("冻结的数据已损坏，读不出来。"),)
    if hashlib.sha256(text).hexdigest() != digest:
        return (_("冻结的数据与登记的校验值不同。"),)
    frozen = unpack(content)
    if pack(frozen.nodes, frozen.edges, frozen.problem.terms, frozen.graph)[0] != digest:
        return (_("冻结的数据读出再写，校验值不同：这个版本的读法与当时不一样。"),)
    return ()


def _against(frozen: Frozen, choice: PlanChoice) -> tuple[str, ...]:
    """What of the kept choice does not follow from the frozen problem, its budget and its locks."""
    unknown = sorted(choice.codes - frozen.position.keys())
    if unknown:
        return (_("方案里有冻结数据没有的宗地：{codes}。").format(codes=_("、").join(unknown[:10])),)
    problem = frozen.under(choice.locks, choice.budget_wan)
    blocks = frozen.places(choice.blocks)
    found = faults(problem, blocks)
    objective = worth(problem, blocks)
    if not _equal(objective, choice.objective):
        found.append(_("目标值重算为 {now}，记录为 {then}。").format(now=objective, then=choice.objective))
    held = sums(frozen, [code for block in choice.blocks for code in block])
    for now, then, label in (
        (held.area_mu, choice.area_mu, _("面积")), (held.cost_wan, choice.cost_wan, _("费用")),
        (held.benefit, choice.benefit, _("增加税收")),
    ):  # fmt: skip
        if not _equal(now, then):
            found.append(_("{label}重算为 {now}，记录为 {then}。").format(label=label, now=now, then=then))
    if choice.bound is not None and choice.bound < choice.objective and not _equal(choice.bound, choice.objective):
        found.append(_("记录的上限低于方案的目标值。"))
    return tuple(found)


def _equal(first: float, second: float) -> bool:
    return abs(first - second) <= RELATIVE * max(1.0, abs(first), abs(second))


def _searched_again(plan: Plan, choice: PlanChoice, frozen: Frozen, should_stop: Callable[[], bool] | None) -> Answer:
    """Search again under the same terms, locks and seed, where the choice was proven to be the best."""
    agreed = _("冻结数据、各项限制、相连和目标值都与签字时一致。")
    if choice.status != Status.OPTIMAL:
        return Answer(Verdict.CHECKED, (agreed, _("签字的方案没有证明是最优，所以不重新求解。")))
    found = solve(
        frozen.under(choice.locks, choice.budget_wan), gap=float(choice.asked.get("gap", 0.0)), seed=choice.seed,
        time_limit_s=max(LEAST_SECONDS, 2 * float(choice.asked.get("seconds", 0.0))),
        start=frozen.places(choice.start.blocks) if choice.start is not None else None, should_stop=should_stop,
    )  # fmt: skip
    problem = frozen.under(choice.locks, choice.budget_wan)
    return judged(problem, found, frozen.places(choice.blocks), choice, (agreed, *_version(plan, choice)))


def _version(plan: Plan, choice: PlanChoice) -> tuple[str, ...]:
    then = str(choice.asked.get("code_version", plan.code_version))
    if then == __version__:
        return ()
    return (_("程序版本由 {then} 变为 {now}。").format(then=then, now=__version__),)


def judged(
    problem: Problem, found: Found, blocks: Sequence[Sequence[int]], choice: PlanChoice, said: tuple[str, ...]
) -> Answer:
    """Compare a second search with the choice that the first one ended with."""
    if found.status is Status.INFEASIBLE:
        return Answer(Verdict.DIFFERS, (*said, _("重新求解说没有可行的方案。")))
    if found.objective is not None and faults(problem, found.blocks):
        return Answer(Verdict.DIFFERS, (*said, _("重新求解得到的方案不合要求。")))
    if found.status is not Status.OPTIMAL or found.objective is None:
        return Answer(Verdict.CHECKED, (*said, _("重新求解没有在时限内证完，不能说一致，也没有发现不一致。")))
    allowed = float(choice.asked.get("gap", 0.0)) * abs(choice.objective)
    if abs(found.objective - choice.objective) > allowed and not _equal(found.objective, choice.objective):
        sentence = _("重新求解的最优目标值是 {now}，签字时是 {then}。")
        return Answer(Verdict.DIFFERS, (*said, sentence.format(now=found.objective, then=choice.objective)))
    if {frozenset(block) for block in found.blocks} == {frozenset(block) for block in blocks}:
        return Answer(Verdict.SAME, (*said, _("重新求解得到同样的区块，并再次证明是最优。")))
    return Answer(Verdict.WORTH, (*said, _("重新求解得到同样好的另一组区块：最优方案不止一个。")))
