"""Blocks of the campaign: list, card, phone page, signing, and the firm's question."""
