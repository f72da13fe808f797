"""Findings of low-efficiency land: rule sets, frozen runs, their rows, and the objections to them."""
