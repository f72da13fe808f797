"""Runs: wizard, results, comparison."""
