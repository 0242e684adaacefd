"""Opens untrusted files in a separate process with limits, never in one that answers requests."""
