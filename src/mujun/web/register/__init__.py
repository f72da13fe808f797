"""The register in the database: every row with the time it was known, every import, correction and long job."""
