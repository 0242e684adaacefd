"""A person's desk: tasks, sent items, bookmarks, notices, mail settings."""
