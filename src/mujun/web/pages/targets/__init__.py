"""Documents with their statements, the ledger of targets, supervision orders and official tables."""
