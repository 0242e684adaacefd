"""Finds facts in content with independent recognisers.

Each recogniser reads one kind of layout and returns a `Candidate`: rows, layout, confidence. The
most consistent rows are chosen; see docs/import.md for how to add a layout."""

from procedures.content.candidates.choice import Candidate, best, confidences

__all__ = ["Candidate", "best", "confidences"]
