"""Decisions about single pairs of parcels: two that the rule does not join, or does, and people know better."""
