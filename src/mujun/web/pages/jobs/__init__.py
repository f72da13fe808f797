"""Pages of long work: its course, and the button that stops it."""
