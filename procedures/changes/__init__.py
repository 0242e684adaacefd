"""Changes to documents: comparison of two states, change requests, the amendment log."""
