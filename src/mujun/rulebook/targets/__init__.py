"""Rules of the ledger of targets, as data with their origin: breakdown, lights and forecasts, terms."""
