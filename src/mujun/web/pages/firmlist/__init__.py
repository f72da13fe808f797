"""The firm list."""
