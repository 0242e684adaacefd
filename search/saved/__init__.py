"""Saved searches, and mails about new results."""
