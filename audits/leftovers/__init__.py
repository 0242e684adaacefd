"""Corrections that an agency left open when it was closed: handed to its successor, or ended with a
reason, by a system administrator."""
