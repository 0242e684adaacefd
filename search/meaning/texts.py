"""The texts that an entry's vector is computed from."""

import hashlib
from collections.abc import Sequence

import numpy as np

from search.entries import Entry
from search.meaning.embedding import Model, Vectors
from search.words.vietnamese import clean

FEWEST, PASSAGE, MOST = 12, 100, 3  # words of a text, of one passage; passages of an entry
TITLE = 1.0  # the weight of the title relative to each passage


def passages(entry: Entry) -> list[str]:
    """The title, then passages from the beginning of the text, each preceded by the title; empty
    for entries without text.

    The beginning of a document gives its purpose and audience; the rest repeats the vocabulary of
    its field."""
    title = " ".join(clean(entry.title).split())
    words = clean("\n".join(p.text for p in entry.passages if not p.attached)).split()
    if len(words) < FEWEST:
        return []
    parts = [words[at : at + PASSAGE] for at in range(0, len(words), PASSAGE)][:MOST]
    return [title or " ".join(words[:FEWEST]), *(f"{title}. {' '.join(part)}" for part in parts)]


def digest(texts: Sequence[str]) -> bytes:
    """A digest of the embedded texts, in hexadecimal: fields of fixed width lose trailing zero
    bytes."""
    return hashlib.blake2b("\0".join(texts).encode(), digest_size=8).hexdigest().encode()


def mean(vectors: Vectors) -> Vectors:
    """The weighted mean of the vectors of an entry's title and passages."""
    weights = np.array([TITLE] + [1.0] * (len(vectors) - 1), np.float32)
    middle = weights @ vectors
    return np.asarray(middle / np.linalg.norm(middle), np.float32)


def vector_of(entry: Entry, model: Model) -> Vectors | None:
    """The vector of an entry; None if it has no text. Raises Unusable."""
    texts = passages(entry)
    return mean(model.passages(texts)) if texts else None
