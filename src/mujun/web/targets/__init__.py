"""The ledger of targets: documents, their statements as confirmed, targets with owners, reports and supervision."""
