"""The desk's map: what the plan makes of each parcel, joined by number to the tiles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from django.urls import reverse
from django.utils.translation import gettext as _

from mujun.web.maps import archives
from mujun.web.maps.classes import Face
from mujun.web.maps.document import map_ground
from mujun.web.maps.models import MapBuild
from mujun.web.maps.queries import basemap, newest_build
from mujun.web.pages.built import built_url
from mujun.web.people.rights import Scope
from mujun.web.renewal.frozen import Frozen
from mujun.web.renewal.models import Plan, PlanReasons

INSIDE, LOCKED_IN, LOCKED_OUT, CANNOT, LOW, OTHER = range(6)


def settings_of(plan: Plan) -> dict[str, Any]:
    """What the map's script needs on the desk."""
    return {
        "table": reverse("plan_map", args=[plan.pk]),
        "names": reverse("map_names"),
        "worker": built_url("map-worker.js"),
        "card": reverse("plan_parcel", args=[plan.pk, "PARCEL"]),
        "list": reverse("parcels"),
        "basemap": basemap(),
        "wanted": "",
        "wanted_box": None,
    }


def box_of(codes: Sequence[str]) -> str:
    """West, south, east, north of parcels on the newest map, as the script takes it; blank without a map."""
    build = newest_build()
    if build is None:
        return ""
    held = archives.numbers(build.digest)
    boxes = [held.boxes[held.position[code]] for code in codes if code in held.position]
    if not boxes:
        return ""
    west, south, east, north = (
        edge(values) for edge, values in zip((min, min, max, max), zip(*boxes, strict=True), strict=True)
    )
    return f"{west},{south},{east},{north}"


def tile_address() -> str:
    """The address of a tile with places for set and numbers."""
    return reverse("tile", args=["0" * 64, 0, 0, 0]).replace("0" * 64, "{set}").replace("0/0/0", "{z}/{x}/{y}")


def table_of(build: MapBuild, scope: Scope, faces: Any) -> dict[str, Any]:
    """The table of a map; ``faces`` makes the ways to colour it from the codes in its order."""
    ground, codes = map_ground(build, scope, tile_address())
    return ground | {"faces": [face.as_dict() for face in faces(codes)]}


def plan_face(frozen: Frozen, codes: Sequence[str], blocks: Sequence[Sequence[str]], locks: dict[str, str]) -> Face:
    """What the plan does with each parcel of the map."""
    inside = {code for block in blocks for code in block}
    problem = frozen.problem
    low = {problem.ids[place] for place in np.flatnonzero(problem.benefit > 0).tolist()}
    cannot = {problem.ids[place] for place in np.flatnonzero(problem.lock < 0).tolist()}

    def of(code: str) -> int:
        if code in locks:
            return LOCKED_IN if locks[code] == "in" else LOCKED_OUT
        if code in inside:
            return INSIDE
        if code in cannot:
            return CANNOT
        return LOW if code in low else OTHER

    labels = [_("方案内"), _("锁定在内"), _("锁定在外"), _("不能列入"), _("方案外的低效用地"), _("其他宗地")]
    colours = ["kind-1", "kind-3", "kind-6", "grade-t", "kind-2", "grade-none"]
    return Face("plan", _("方案"), labels, colours, np.array([of(code) for code in codes], dtype=int))


def difference_face(
    codes: Sequence[str], now: Sequence[Sequence[str]], before: Sequence[Sequence[str]], label: str
) -> Face:
    """Where two choices differ: in both, only in the one shown, only in the chosen one."""
    shown, chosen = ({code for block in blocks for code in block} for blocks in (now, before))

    def of(code: str) -> int:
        if code in shown:
            return 0 if code in chosen else 1
        return 2 if code in chosen else 3

    labels = [_("两个方案都有"), _("只在“{label}”里").format(label=label), _("只在所选方案里"), _("都没有")]
    colours = ["kind-1", "kind-3", "kind-6", "grade-none"]
    return Face("difference", _("与所选方案的差别"), labels, colours, np.array([of(code) for code in codes], dtype=int))


def reasons_face(frozen: Frozen, codes: Sequence[str], reasons: PlanReasons) -> Face:
    """Which parcels are settled whatever the plan."""
    order = {"in": 0, "out": 1, "open": 2}
    held = {code: order.get(standing, 2) for code, standing in zip(frozen.problem.ids, reasons.standing, strict=True)}
    labels = [_("必定在内"), _("必定在外"), _("可进可出"), _("没有列入")]
    classes = np.array([held.get(code, 3) for code in codes], dtype=int)
    return Face("reasons", _("理由"), labels, ["kind-3", "grade-none", "kind-2", "grade-t"], classes)


def blocks_face(codes: Sequence[str], blocks: Sequence[Sequence[str]]) -> Face:
    """Which block a parcel is in; beyond seven the colours begin anew."""
    number = {code: place for place, block in enumerate(blocks) for code in block}
    most = min(len(blocks), 30)
    labels = [*(_("第 {n} 片").format(n=place + 1) for place in range(most)), _("方案外")]
    colours = [*(f"kind-{place % 7 + 1}" for place in range(most)), "grade-none"]
    classes = np.array([min(number.get(code, most), most) for code in codes], dtype=int)
    return Face("blocks", _("分片"), labels, colours, classes)
