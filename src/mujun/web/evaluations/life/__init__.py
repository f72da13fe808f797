"""The life that every kind of run shares: drafted, rehearsed, signed, superseded or given up, replayed."""
