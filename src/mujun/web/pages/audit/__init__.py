"""The log of everything that was changed or looked at."""
