"""What changes in documents: comparison of two states, change requests, the log of amendments."""
