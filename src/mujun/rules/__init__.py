"""Rule data only (YAML): counties, indicators, measures."""
