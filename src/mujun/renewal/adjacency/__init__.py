"""Adjacency of parcels as a stated rule: who touches or faces whom, along how many metres, and why.

**Definition.** Parcels are areas in a plane in metres. Let p be a point on the boundary of parcel A and n(p) the unit
normal there, outwards. The *way* from p is the segment from p along n(p). Parcel B is *met* from p where

* p lies in B (they overlap), or B is the first parcel that the way enters; parcels entered within 5 cm of the first
  count with it (the same land recorded twice), and A itself stops the way like any other;
* the way is at most ``sliver_m`` long: A *touches* B at p (small gaps and overlaps of drawing do not count); or
* the part of the way outside bridging areas is at most ``gap_m`` long, and the side of B where it ends and the side of A
  where it begins are parallel to within ``angle_deg``: A *faces* B at p. Over a bridging area the whole way may be as
  long as the reach of its kind;
* no separating barrier lies on the way, except where a bridging area lies on it.

The **front** of A towards B is the length of the boundary of A from which B is met; ``front_m`` of the pair is the longer
of the two fronts. They are adjacent where it is at least the rule's ``front_m``. Lengths within 1 cm of a limit meet it.
So a meeting at a corner is no adjacency, a third parcel in between hides what lies behind it, and two parcels diagonal
across a crossing do not face each other.

Passages (one polygon for all streets, recorded as a parcel) are found by a rule of their own, set aside and reported:
they neither join nor hide anything. Nothing depends on the order of the parcels.
"""

from mujun.renewal.adjacency.build import adjacency, parcel_adjacency
from mujun.renewal.adjacency.result import Adjacency, Kind, Refusal
from mujun.renewal.adjacency.rule import Decision, Rule

__all__ = ["Adjacency", "Decision", "Kind", "Refusal", "Rule", "adjacency", "parcel_adjacency"]
