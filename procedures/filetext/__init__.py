"""The text inside a file that belongs to a document: `read` takes bytes and says what it found. Pure Python; the database knows
nothing of it and it nothing of the database. It runs in a process of its own (`procedures.sandbox.child`)."""

from procedures.filetext.found import LONGEST, Found, State
from procedures.filetext.read import read

__all__ = ["LONGEST", "Found", "State", "read"]
