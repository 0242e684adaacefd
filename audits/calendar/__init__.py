"""A person's audits in their own calendar program, at a secret URL without sign-in."""
