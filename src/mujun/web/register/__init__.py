"""The register kept in the database, revision by revision: nothing is overwritten."""
