"""Who computes which proof. An app registers its own in ``AppConfig.ready``::

    register("block_cleared", block_cleared)

A provider gets the case and answers by a fixed number of queries; it never writes.
"""

from __future__ import annotations

from collections.abc import Callable

from mujun.cases.definition import PROOFS
from mujun.cases.state import Proof
from mujun.web.cases.models import Case

Provider = Callable[[Case], Proof]
PROVIDERS: dict[str, list[Provider]] = {}
"""Providers by the name of the proof, in the order in which they were registered."""
UNKNOWN = Proof(None, "登记数据还不能证明。")


def register(name: str, provider: Provider) -> None:
    """Make a provider known; of several the first that can tell is believed."""
    if name not in PROOFS:
        raise ValueError(f"there is no proof {name}")
    held = PROVIDERS.setdefault(name, [])
    if provider not in held:
        held.append(provider)


def prove(name: str, case: Case) -> Proof:
    """Return what the register says of a case."""
    said = [provider(case) for provider in PROVIDERS.get(name, [])]
    return next((proof for proof in said if proof.holds is not None), said[-1] if said else UNKNOWN)
