"""Cases: one closed loop for every list. A list is a definition (data); the engine is pure and knows no list by name."""
