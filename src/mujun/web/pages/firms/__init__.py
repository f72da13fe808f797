"""The firm card with its account sheet."""
