"""A plainly fictional hardware county, made from a seed."""
