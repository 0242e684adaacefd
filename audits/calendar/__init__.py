"""The audits of a person in their own calendar program, at an address that opens without signing in."""
