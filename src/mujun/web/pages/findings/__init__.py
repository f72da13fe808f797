"""Findings of low-efficiency land: the list, runs and their signature, rule sets, objections to a finding."""
