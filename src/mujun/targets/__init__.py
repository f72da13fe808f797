"""Targets: what documents promise and report, read as statements; promises held against what the register shows."""
