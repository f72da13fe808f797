"""Files in and out: spreadsheets, geometry, snapshots, tiles."""
