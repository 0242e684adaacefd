"""A candidate and the choice among several."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

Found = TypeVar("Found", bound=Mapping[str, Any])
LOWEST = 0.3  # below this a candidate is worse than none
SURE = 0.93  # from this on no other layout is tried


@dataclass(frozen=True)
class Candidate(Generic[Found]):
    """Rows that one recogniser found. `how` names the layout, `confidence` goes from 0 to 1."""

    how: str
    confidence: float
    rows: list[Found] = field(default_factory=list)


def best(candidates: Iterable[Candidate[Found]]) -> Candidate[Found]:
    """The candidate with the highest confidence; ties go to the one with more rows, then the first.
    One without rows if none is confident enough.

    Candidates are evaluated lazily, usual layouts first: a confident one ends the search."""
    kept: list[Candidate[Found]] = []
    for candidate in candidates:
        if candidate.rows and candidate.confidence >= LOWEST:
            kept.append(candidate)
            if candidate.confidence >= SURE:
                break
    if not kept:
        return Candidate("", 0.0)
    return max(kept, key=lambda c: (round(c.confidence, 2), len(c.rows)))


def filled(rows: Sequence[Mapping[str, Any]], key: str) -> float:
    """The fraction of rows in which a field is not empty, 0 to 1."""
    return sum(bool(row.get(key)) for row in rows) / len(rows) if rows else 0.0


def distinct(rows: Sequence[Mapping[str, Any]], key: str) -> float:
    """The fraction of distinct values, 0 to 1: rows that are all alike were read from the
    wrong place."""
    return len({str(row.get(key)) for row in rows}) / len(rows) if rows else 0.0


def confidences(**chosen: Candidate[Any]) -> dict[str, dict[str, Any]]:
    """{"steps": {"confidence": 0.95, "how": "table"}} for the report."""
    return {
        name: {"confidence": round(c.confidence, 2), "how": c.how}
        for name, c in chosen.items()
        if c.rows
    }
