"""OGC API - Features (part 1, core): parcels, buildings and barriers as GeoJSON; amounts are never in it."""
