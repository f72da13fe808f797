"""The map, the first page."""
