"""What content says, found by recognisers that know nothing of each other.

Each recogniser reads one kind of layout and gives a `Candidate`: rows, which layout it was, how sure it is. The rows that fit
together best are chosen; see docs/import.md for how a new layout is taught."""

from procedures.content.candidates.choice import Candidate, best, confidences

__all__ = ["Candidate", "best", "confidences"]
