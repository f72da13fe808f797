"""Public notices: the area list first, the results after it."""
