"""Did you mean: input method keystrokes and typos of one edit, for words that occur nowhere.

Suggests only words that the user may see.
"""

import re
import string
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from search.index.prepared import FOLDED, FOLDED_PAIRS, MARKED, MARKED_PAIRS
from search.words import keystrokes
from search.words.question import Expansion, Question, Term, terms_of
from search.words.vietnamese import pairs

if TYPE_CHECKING:
    from search.engines.interface import Reader
    from search.engines.queries import Conditions

# A typo in a word of two letters could mean anything; overlong tokens are not words
_SHORTEST, _LONGEST = (
    3,
    24,
)
NOTHING: Mapping[Term, str] = {}
_MOST = 3  # typos corrected per question
# Words decoded as keystrokes: with the input method off, all words of a question are typed so
_MOST_KEYED = 20


def suggest(
    question: Question,
    unknown: Sequence[Term],
    reader: "Reader",
    conditions: "Conditions",
    *,
    found: bool = False,
    known: Mapping[Term, str] = NOTHING,
) -> str:
    """The question as it was probably meant; empty if there is no better one.

    With `found`, the question has results as it is: then a correction must occur next to the word's
    neighbours somewhere. `known` are corrections that are known to do so."""
    meant = {
        term: word for term in unknown[:_MOST_KEYED] if (word := _keyed(term, reader, conditions))
    }
    slips = [term for term in unknown if term not in meant]
    if len(slips) <= _MOST:
        meant |= {
            term: word
            for term in slips
            if (
                word := known.get(term)
                or _slipped(term, question, unknown if found else None, reader, conditions)
            )
        }
    better = question.text
    for term in unknown:
        if term in meant:
            better = re.sub(
                rf"(?<!\w){re.escape(_typed(term, question))}(?!\w)",
                meant[term].replace("\\", ""),
                better,
                flags=re.IGNORECASE,
            )
    return better if better != question.text else ""


def slips(
    question: Question, unknown: Sequence[Term], reader: "Reader", conditions: "Conditions"
) -> dict[Term, str]:
    """{term: corrected word} of typos whose correction occurs next to the word's
    neighbours somewhere."""
    if len(unknown) > _MOST or len(question.distinct) < 2:
        return {}
    found = {term: _slipped(term, question, unknown, reader, conditions) for term in unknown}
    return {term: word for term, word in found.items() if word}


def corrected_expansions(question: Question, meant: Mapping[Term, str]) -> list[Expansion]:
    """Expansions with the corrected words and their neighbours, to be searched in addition to the
    typed words."""
    found = []
    for term in meant:
        at = question.terms.index(term)
        run = question.terms[max(at - 1, 0) : at + 2]
        corrected = tuple(terms_of(meant[t])[0] if t in meant else t for t in run)
        found.append(Expansion(corrected, (term.folded,), 1.0))
    return found


def _typed(term: Term, question: Question) -> str:
    """The word as typed in the question, whose tone mark may be placed differently."""
    for match in re.finditer(r"[^\W_]+", question.text):
        if terms_of(match.group())[:1] == (term,):
            return match.group()
    return term.marked


def _keyed(term: Term, reader: "Reader", conditions: "Conditions") -> str:
    """The word that the keystrokes would make; empty if none."""
    decoded = keystrokes.meant(term.marked)
    return (
        decoded
        if decoded and reader.visible(FOLDED, [terms_of(decoded)[0].folded], conditions)
        else ""
    )


def _slipped(
    term: Term,
    question: Question,
    unknown: Sequence[Term] | None,
    reader: "Reader",
    conditions: "Conditions",
) -> str:
    """The word that was probably meant, one edit away. If `unknown` is given, neighbours other than
    those must support it."""
    if not _SHORTEST <= len(term.folded) <= _LONGEST or any(c.isdigit() for c in term.folded):
        return ""
    folded = _likeliest(
        term, question, list(dict.fromkeys(edits(term.folded))), False, reader, conditions
    )
    if folded and unknown is not None:
        unable = {t.folded for t in unknown}
        near = [pair for pair in _neighbours(term, question, False) if not unable & set(pair)]
        if near and not reader.visible(
            FOLDED_PAIRS,
            [p for pair in near for p in pairs([part or folded for part in pair])],
            conditions,
        ):
            return ""
    if not folded or not question.marked:
        return folded
    return (
        _likeliest(term, question, list(keystrokes.markings(folded)), True, reader, conditions)
        or folded
    )


def _likeliest(
    term: Term,
    question: Question,
    candidates: list[str],
    marked: bool,
    reader: "Reader",
    conditions: "Conditions",
) -> str:
    """The candidate that occurs most often next to the word's neighbours; ties go to the
    most frequent."""
    words, runs = (MARKED, MARKED_PAIRS) if marked else (FOLDED, FOLDED_PAIRS)
    known = reader.visible(words, candidates, conditions)
    if not known:
        return ""
    near = _neighbours(term, question, marked)
    candidate_pairs = {
        word: [p for pair in near for p in pairs([part or word for part in pair])] for word in known
    }
    together = reader.visible(
        runs, list(dict.fromkeys(p for ps in candidate_pairs.values() for p in ps)), conditions
    )
    return max(
        known,
        key=lambda word: (
            sum(together.get(p, 0) for p in candidate_pairs[word]),
            known[word],
            word,
        ),
    )


def _neighbours(term: Term, question: Question, marked: bool) -> list[tuple[str, str]]:
    """The word's pairs with its neighbours, as (before, after) with the word itself left empty."""
    terms = question.terms
    said = [t.marked if marked else t.folded for t in terms]
    found = []
    for at, other in enumerate(terms):
        if other == term:
            found += [(said[at - 1], "")] if at else []
            found += [("", said[at + 1])] if at + 1 < len(terms) else []
    return found


def edits(word: str) -> Iterator[str]:
    """All words at one edit: a letter added, removed, replaced, or two swapped."""
    for at in range(len(word) + 1):
        head, tail = word[:at], word[at:]
        if tail:
            yield head + tail[1:]
        if len(tail) > 1 and tail[0] != tail[1]:
            yield head + tail[1] + tail[0] + tail[2:]
        for letter in string.ascii_lowercase:
            if tail and letter != tail[0]:
                yield head + letter + tail[1:]
            yield head + letter + tail
