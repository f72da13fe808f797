"""Everything that changes blocks. Plans open them through :func:`open_blocks` and :func:`revise_blocks`."""

from mujun.web.campaign.actions.acceptance import accept_land, revoke_acceptance
from mujun.web.campaign.actions.blocks import (
    NewBlock,
    add_parcels,
    change_block,
    close_block,
    open_blocks,
    publish_block,
    release_parcels,
    revise_blocks,
)
from mujun.web.campaign.actions.consent import add_party, set_consent, strike_party
from mujun.web.campaign.actions.files import attach
from mujun.web.campaign.actions.line import log_line_question
from mujun.web.campaign.actions.stages import correct_stage, decide, plan_stages, record_stage

__all__ = [
    "NewBlock",
    "accept_land",
    "add_parcels",
    "add_party",
    "attach",
    "change_block",
    "close_block",
    "correct_stage",
    "decide",
    "log_line_question",
    "open_blocks",
    "plan_stages",
    "publish_block",
    "record_stage",
    "release_parcels",
    "revise_blocks",
    "revoke_acceptance",
    "set_consent",
    "strike_party",
]
