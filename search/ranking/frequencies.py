"""Word frequencies, and the importance of tokens for one question.

Importance comes from the index itself: a word that occurs in nearly every document counts for
next to nothing. Only entries with a text are considered: among thousands of names every word would
look rare. A small index is not enough evidence: "muốn" occurs in two of twelve procedures but still
says nothing. So common question words count as if ``PRIOR`` further documents had been seen that
all have them; the larger the index, the less that matters.
"""

import math
from collections.abc import Callable, Iterable, Sequence, Set

from search.index.prepared import FILE, FILLER, FOLDED, MARKED
from search.words.question import Term
from search.words.question_words import BARE_QUESTION_WORDS, QUESTION_WORDS
from search.words.vietnamese import fold

# Number of documents that contain each (field, token)
Frequencies = Callable[[Sequence[tuple[str, str]]], Sequence[int]]

PRIOR = 200  # documents assumed beforehand to contain each common question word
# A token in this share of all documents, and in this number of them, is assumed to occur in some that
# the user may see
SURE, MANY = 0.2, 1_000
HALF_SAID = 0.7  # share of them assumed to contain a pair in which one word is such a word


def importance(documents: int, frequency: int) -> float:
    """The IDF of BM25: near 0 for tokens that occur everywhere. (Engines count replaced entries
    until they merge.)"""
    frequency = min(frequency, documents)
    return math.log(1 + (documents - frequency + 0.5) / (frequency + 0.5))


def may_be_hidden(number: int, documents: int) -> bool:
    """Whether a token that occurs in so many entries may occur only in ones that the user may
    not see."""
    return 0 < number < max(documents * SURE, MANY)


def with_text(documents: int, frequencies: Frequencies) -> int:
    """Number of entries with a text of their own, against which frequencies are measured.

    Engines count replaced entries until they merge, hence at least a quarter."""
    return max(documents - frequencies([(MARKED, FILLER)])[0], documents // 4, 1)


class Counts:
    """Frequencies, fetched once and cached while one plan is made. `hidden` tokens
    count as absent."""

    def __init__(self, documents: int, frequencies: Frequencies, hidden: Set[str]) -> None:
        self.documents, self._ask, self._hidden = documents, frequencies, hidden
        self.texts = with_text(documents, frequencies)
        self._known: dict[tuple[str, str], int] = {}

    def learn(self, wanted: Iterable[tuple[str, str]]) -> None:
        new = [w for w in dict.fromkeys(wanted) if w not in self._known]
        self._known.update(zip(new, self._ask(new), strict=True))
        if self._hidden:
            self._known.update((key, 0) for key in new if self._is_hidden(key[1]))

    def _is_hidden(self, token: str) -> bool:
        sign = FILE if token.startswith(FILE) else ""
        return any(
            sign + fold(part) in self._hidden for part in token.removeprefix(FILE).split("_")
        )

    def of(self, field: str, token: str) -> int:
        return self._known[field, token]

    def in_files(self, token: str) -> int:
        """Number of entries with the token in an attached passage."""
        return self._known[MARKED, FILE + token]

    def importance(self, field: str, token: str) -> float:
        """IDF among all entries, as the engine scores it."""
        return importance(self.documents, self._known[field, token])

    def idf_in_texts(self, field: str, token: str) -> float:
        """IDF among the entries with a text."""
        return importance(self.texts, self._known[field, token])

    def trust(self, field: str, token: str, share: float) -> float:
        """Damping factor of a token's IDF, given the share of question words in it."""
        if not share and self.texts == self.documents:
            return 1.0
        frequency = self._known[field, token]
        known = (
            importance(self.texts + PRIOR, round(frequency + PRIOR * share))
            if share
            else importance(self.texts, frequency)
        )
        return min(1.0, known / importance(self.documents, frequency))

    def trusted_idf(self, term: Term, marked: bool) -> float:
        """The damped IDF of a word of the question."""
        share = question_word_share(term.marked if marked else term.folded, marked)
        return self.importance(FOLDED, term.folded) * self.trust(FOLDED, term.folded, share)


def question_word_share(token: str, marked: bool) -> float:
    """How much of a token consists of common question words: 1.0, HALF_SAID or 0.0."""
    known = QUESTION_WORDS if marked else BARE_QUESTION_WORDS
    words = [word in known for word in token.split("_")]
    return 1.0 if all(words) else HALF_SAID if any(words) else 0.0
