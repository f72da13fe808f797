"""People: accounts, roles and what each may see, sign-in, tokens, one-time codes."""
