"""The log of everything that was changed, and of every look at protected figures."""
