"""Reading blocks, consent, progress, and the answer to "am I inside the line?", always inside a scope."""
