"""Accounts: list, card, one by one or in bulk, one-time codes, leaving and handing over."""
