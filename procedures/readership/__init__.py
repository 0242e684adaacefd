"""Who has read a document (`reading`), and whether it is still right (`reviews`)."""
