"""What is called as was typed and no longer holds. Where nothing in force is called so, it is named: else who looks for a
withdrawn procedure by its name would find everything but what became of it."""

from dataclasses import replace

from search import codes
from search.asked import Asked
from search.document import ENDED, STANDING
from search.entries import Hit, Results
from search.vietnamese import clean, tokens

LEAST = 2  # syllables of a question that may be a name


def namesake(asked: Asked, results: Results, holds: frozenset[str], *, agency: int | None = None) -> Hit | None:
    """The best of what has ended and is called so, visible to who holds these tokens; None where something in `results` is called so."""
    if not asked.is_plain or results.notice or any(is_called(hit, asked.words) for hit in results.hits):
        return None
    ended = replace(asked, old=True, chosen={STANDING: (ENDED,)}).find(holds, agency=agency, size=3)
    return None if ended.corrected else next((hit for hit in ended.hits if is_called(hit, asked.words)), None)


def is_called(hit: Hit, words: str) -> bool:
    """Whether the words, with or without marks, are the code of the hit or stand in its title one after another."""
    code = codes.whole(words)
    if code and code == codes.whole(hit.code):
        return True
    asked = tokens(clean(words))[1]
    return len(asked) >= LEAST and f" {' '.join(asked)} " in f" {' '.join(tokens(clean(hit.title))[1])} "
