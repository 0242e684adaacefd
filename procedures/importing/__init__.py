"""The database side of importing: collects files, has them read in separate processes, finds the
document each belongs to, and stores each in one transaction."""
