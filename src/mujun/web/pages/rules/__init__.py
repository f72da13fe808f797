"""Rule sets: read, uploaded, checked."""
