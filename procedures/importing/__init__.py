"""Importing, on the side of the database: which files there are, reading them in processes of their own, which document each is,
and putting one into the database in one transaction."""
