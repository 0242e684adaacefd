"""The text inside a document's file: `read` takes bytes and returns the result. Pure Python without
a database. It runs in a process of its own (`procedures.sandbox.child`)."""

from procedures.filetext.found import LONGEST, Found, State
from procedures.filetext.read import read

__all__ = ["LONGEST", "Found", "State", "read"]
