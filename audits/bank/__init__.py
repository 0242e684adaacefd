"""The question bank: what it starts with, who tends it, and how it comes in from a sheet and goes out again."""
