"""One change of a block at a time."""

from __future__ import annotations

from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.web.campaign.models import Block, BlockState


def held_block(pk: int) -> Block:
    """Return the block locked for a change; refuse one that is not at work any more."""
    block = Block.objects.select_for_update(of=("self",)).select_related("leader").filter(pk=pk).first()
    if block is None:
        raise Refused(_("没有这个区块。"))
    if block.state == BlockState.CLOSED:
        raise Refused(_("区块 {block} 已撤销，不能再改。").format(block=block))
    return block
