"""Objections of firms to single cells, and the runs that follow from them."""
