"""The campaign on the ground: blocks, the parties in them, their stages, and the land that is counted once accepted."""
