"""First page, signing in and out, own password, language."""
