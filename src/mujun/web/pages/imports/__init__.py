"""Pages of the import: hand over, rehearse, commit, undo; headings, doubtful firms, corrections."""
