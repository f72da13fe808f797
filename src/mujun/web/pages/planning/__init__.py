"""The planning desk: plans of blocks from their wishes to their signature."""
