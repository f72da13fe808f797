"""Rules as data: dated parameters, rule sets, expressions, traces."""
