"""The register of land and firms (以地管企): tables, shares of land, lineage, linking, snapshots."""
