"""Runs: drafted, rehearsed, signed, superseded; frozen as folders and as rows."""
