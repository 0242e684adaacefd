"""Files from outside are opened in a process of their own with limits, never in the one that answers requests."""
