"""The firm card: everything that is known about one firm, with a fixed number of queries."""
