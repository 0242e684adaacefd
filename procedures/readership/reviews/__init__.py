"""Periodic review: each version in force is looked at again within its period, and what was decided is kept."""
