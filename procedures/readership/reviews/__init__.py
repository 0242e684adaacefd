"""Periodic review: each version in force is reviewed within its period, and the verdict is
recorded."""
