"""Plans of blocks before they are signed: frozen problems, what was found, locks of people, and the signature."""
