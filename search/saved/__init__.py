"""Searches that a person keeps under a name, and the mail when something new answers them."""
