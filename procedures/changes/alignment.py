"""Pairs the entries of two lists: lines of a section, rows and columns of a table,
sections, steps."""

from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

from procedures.changes.words import Budget, count_pairs

T = TypeVar("T")
Pairs = list[tuple[int | None, int | None]]  # (index in the old list, index in the new one)
JUDGED = 400  # letters of a text used to measure similarity
LONGEST_RUN = 6_000  # entries of one side times those of the other; longer runs are paired in order


def ratio(old: str, new: str) -> float:
    """Similarity of two texts, from 0 to 1, by their first letters."""
    return fuzz.ratio(old[:JUDGED], new[:JUDGED]) / 100


def align(
    old: Sequence[T],
    new: Sequence[T],
    budget: Budget,
    *,
    key: Callable[[T], Hashable],
    alike: Callable[[T, T], float],
) -> Pairs:
    """Every index of both lists once, preserving the order of each.

    Entries with the same key are paired first; then similar entries between them (`alike` above 0),
    best pairs first."""
    a, b = [key(entry) for entry in old], [key(entry) for entry in new]
    if not budget.take_pairs(count_pairs(a, b)):
        return _in_order(range(len(old)), range(len(new)))
    pairs: Pairs = []
    gone: list[int] = []
    come: list[int] = []

    def settle() -> None:
        if gone and come:
            pairs.extend(_run(old, new, gone, come, budget, alike))
        else:
            pairs.extend((i, None) for i in gone)
            pairs.extend((None, j) for j in come)
        gone.clear()
        come.clear()

    for op in Indel.opcodes(a, b):
        if op.tag == "equal":
            settle()
            pairs += zip(
                range(op.src_start, op.src_end), range(op.dest_start, op.dest_end), strict=True
            )
        else:
            gone += range(op.src_start, op.src_end)
            come += range(op.dest_start, op.dest_end)
    settle()
    return pairs


def _in_order(gone: Sequence[int], come: Sequence[int]) -> Pairs:
    """Pairs entries by position; the surplus has no partner."""
    shared = min(len(gone), len(come))
    return [
        *zip(gone[:shared], come[:shared], strict=True),
        *((i, None) for i in gone[shared:]),
        *((None, j) for j in come[shared:]),
    ]


def _run(
    old: Sequence[T],
    new: Sequence[T],
    gone: list[int],
    come: list[int],
    budget: Budget,
    alike: Callable[[T, T], float],
) -> Pairs:
    """Pairs a stretch without equal entries: the ordered pairs with the largest
    total similarity."""
    size = len(gone) * len(come)
    if size > LONGEST_RUN or not budget.take_ratios(size):
        return _in_order(gone, come)
    likeness = [[alike(old[i], new[j]) for j in come] for i in gone]
    best = [[0.0] * (len(come) + 1) for _ in range(len(gone) + 1)]
    for i in range(len(gone) - 1, -1, -1):
        for j in range(len(come) - 1, -1, -1):
            both = likeness[i][j] + best[i + 1][j + 1] if likeness[i][j] > 0 else 0.0
            best[i][j] = max(both, best[i + 1][j], best[i][j + 1])
    pairs: Pairs = []
    i = j = 0
    while i < len(gone) and j < len(come):
        if likeness[i][j] > 0 and best[i][j] == likeness[i][j] + best[i + 1][j + 1]:
            pairs.append((gone[i], come[j]))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            pairs.append((gone[i], None))
            i += 1
        else:
            pairs.append((None, come[j]))
            j += 1
    return pairs + [(x, None) for x in gone[i:]] + [(None, y) for y in come[j:]]
