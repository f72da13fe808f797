"""Map tiles: built by a job, served with a permission check."""
