"""Layout of an embedded index: one for searching, and one with the texts to show hits from."""

import contextlib
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import tantivy

from search.engines.interface import Unavailable
from search.index.prepared import (
    FACET_FIELDS,
    FOLDED,
    MARKED_PAIRS,
    NUMBERS,
    SCHEMA_VERSION,
    TOKEN_FIELDS,
    Prepared,
    day_number,
)
from search.words.vietnamese import ANALYSER_VERSION

STAMP = f"{SCHEMA_VERSION}.{ANALYSER_VERSION}.{version('tantivy')}"
# Fields of texts with their encodings: Vietnamese is decoded ten times as fast from UTF-16
STORED_TEXTS = {
    "text": "utf-16-le",
    "shadow": "utf-8",
    "parts": "utf-8",
}


def _schema() -> tantivy.Schema:
    schema = tantivy.SchemaBuilder()
    for name in TOKEN_FIELDS:
        # Positions are for phrases, which are only searched in the folded text.
        option = "position" if name == FOLDED else "basic" if name == MARKED_PAIRS else "freq"
        schema.add_text_field(name, tokenizer_name="whitespace", index_option=option)
    for name in ("key", "origin", "reader"):
        schema.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in FACET_FIELDS:
        if name in NUMBERS:
            schema.add_unsigned_field(name, indexed=True, fast=True)
        else:
            schema.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    schema.add_json_field("x", tokenizer_name="raw", index_option="basic", fast=True)
    for name in ("first", "last"):
        schema.add_unsigned_field(name, indexed=True, fast=True)
    schema.add_unsigned_field("date_order", fast=True)
    schema.add_text_field("code_order", tokenizer_name="raw", index_option="basic", fast=True)
    schema.add_unsigned_field("card_number", fast=True)
    schema.add_bytes_field("card", stored=True)
    return schema.build()


def _texts_schema() -> tantivy.Schema:
    schema = tantivy.SchemaBuilder()
    schema.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
    schema.add_text_field("origin", tokenizer_name="raw", index_option="basic")
    for name in STORED_TEXTS:
        schema.add_bytes_field(name, stored=True)
    return schema.build()


def _document(one: Prepared) -> tantivy.Document:
    entry = one.entry
    document = tantivy.Document(
        **one.tokens, key=entry.key, origin=entry.origin_or_key, code_order=one.code_order
    )
    for reader in entry.readers:
        document.add_text("reader", reader)
    for name in FACET_FIELDS:
        value = getattr(entry, name)
        if name in NUMBERS and value is not None:
            document.add_unsigned(name, value)
        elif value not in (None, ""):
            document.add_text(name, value)
    document.add_json("x", {name: list(values) for name, values in entry.facets.items() if values})
    document.add_unsigned("first", day_number(entry.first_day, open_end=False))
    document.add_unsigned("last", day_number(entry.last_day, open_end=True))
    document.add_unsigned("date_order", one.date_order)
    document.add_unsigned(
        "card_number",
        int.from_bytes(hashlib.blake2b(one.card.encode(), digest_size=8).digest(), "big"),
    )
    document.add_bytes("card", one.card.encode())
    return document


def _text_document(one: Prepared) -> tantivy.Document:
    document = tantivy.Document(key=one.entry.key, origin=one.entry.origin_or_key)
    for name, coding in STORED_TEXTS.items():
        document.add_bytes(name, getattr(one, name).encode(coding))
    return document


class Pair(NamedTuple):
    """The searched index, and a separate one for texts, so that reading the fields of a hit costs
    next to nothing."""

    words: tantivy.Index
    texts: tantivy.Index

    @classmethod
    def create(cls, place: Path | None) -> "Pair":
        if place is None:
            return cls(tantivy.Index(_schema()), tantivy.Index(_texts_schema()))
        (place / "texts").mkdir(parents=True)
        return cls(
            tantivy.Index(_schema(), path=str(place)),
            tantivy.Index(_texts_schema(), path=str(place / "texts")),
        )

    @classmethod
    def open(cls, place: Path) -> "Pair":
        return cls(tantivy.Index.open(str(place)), tantivy.Index.open(str(place / "texts")))

    def reload(self) -> None:
        self.words.reload()
        self.texts.reload()


@contextlib.contextmanager
def unavailable_if_damaged() -> Iterator[None]:
    """Turns whatever a damaged index makes the library raise, panics included, into Unavailable."""
    try:
        yield
    except Unavailable:
        raise
    except (ValueError, OSError, KeyError, TypeError) as problem:
        raise Unavailable(str(problem)[:300], missing=True) from problem
    except BaseException as problem:
        if type(problem).__name__ != "PanicException":
            raise
        raise Unavailable(f"panic: {problem}"[:300], missing=True) from problem


class Writer:
    """Writes one batch into an index."""

    def __init__(self, pair: Pair, memory: int) -> None:
        self.words, self.texts = (
            pair.words.writer(memory * 3 // 4, 1),
            pair.texts.writer(max(memory // 4, 15_000_000), 1),
        )

    def put(self, origins: Sequence[str], entries: Iterable[Prepared]) -> None:
        for origin in dict.fromkeys(origins):
            self.words.delete_documents_by_term("origin", origin)
            self.texts.delete_documents_by_term("origin", origin)
        for one in entries:
            self.words.add_document(_document(one))
            self.texts.add_document(_text_document(one))

    def close(self) -> None:
        """Commits the texts first, so that a visible new entry always has its text."""
        for writer in (self.texts, self.words):
            writer.commit()
            writer.wait_merging_threads()
        del self.words, self.texts
