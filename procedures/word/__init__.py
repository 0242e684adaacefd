"""Reads one Word file into a `Reading`. Pure Python, independent of the database."""

from procedures.content import text_of
from procedures.word import measure
from procedures.word.errors import UnreadableFile
from procedures.word.reader import read
from procedures.word.reading import Picture, Reading

__all__ = ["Picture", "Reading", "UnreadableFile", "measure", "read", "text_of"]
