"""The JSON API, OGC API - Features, and every table as Excel."""
