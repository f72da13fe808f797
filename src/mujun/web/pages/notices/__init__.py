"""Public notices: areas and results."""
