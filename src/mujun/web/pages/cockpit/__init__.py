"""The leader's one screen: targets, blocks, loops, who is late and why."""
