"""Rule set versions: shipped with the program or uploaded by the county."""
