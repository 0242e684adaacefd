"""The audits of the demonstration city."""
