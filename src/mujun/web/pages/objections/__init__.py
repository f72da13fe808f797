"""Objections: filed by firms, decided by the office."""
