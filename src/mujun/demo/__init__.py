"""A plainly fictional hardware county (示范县), from a seed: clean in memory, or raw as files with planted defects."""
