"""Lessons: closed corrections that an agency offers to all others, without names of people."""
