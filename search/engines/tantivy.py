"""tantivy: the engine inside the process, an index folder beside the database. The default.

The folder holds one index per rebuild and a file ``current`` that names the one in use, so that a
rebuild happens beside it and takes its place at once. It is opened anew for each batch that is
written. Readers look at two files before each question and load what is new.
"""

import contextlib
import datetime
import hashlib
import json
import os
import re
import secrets
import shutil
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import tantivy
from tantivy import Occur, Order

from search.document import (
    ALWAYS,
    COMING,
    DRAFT,
    ENDED,
    FACET_FIELDS,
    FOLDED,
    HOLDS,
    NUMBERS,
    OWN_CODE,
    SCHEMA_VERSION,
    STANDING,
    TITLE,
    TOKEN_FIELDS,
    Card,
    Prepared,
    Stored,
    day_number,
    sortable_code,
)  # fmt: skip
from search.engines.base import Conditions, Engine, Found, Reader, Rebuilding, Unavailable, aggregations, facet_counts
from search.entries import Entry
from search.preparing import prepared
from search.ranking import Need, Plan
from search.vietnamese import ANALYSER_VERSION

STAMP = f"{SCHEMA_VERSION}.{ANALYSER_VERSION}.{version('tantivy')}"
BATCH_MEMORY, REBUILD_MEMORY = 64_000_000, 256_000_000
_CARDS_KEPT = 20_000
NUMBER = re.compile(r"[0-9]{1,18}")
KEPT = {"text": "utf-16-le", "shadow": "utf-8", "parts": "utf-8"}  # Vietnamese is read back from UTF-16 ten times as fast


def _schema() -> tantivy.Schema:
    schema = tantivy.SchemaBuilder()
    for name in TOKEN_FIELDS:
        # Positions serve phrases; they are asked for in the folded text alone.
        schema.add_text_field(name, tokenizer_name="whitespace", index_option="position" if name == FOLDED else "freq")
    for name in ("key", "origin", "reader"):
        schema.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in FACET_FIELDS:
        if name in NUMBERS:
            schema.add_unsigned_field(name, indexed=True, fast=True)
        else:
            schema.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    schema.add_json_field("x", tokenizer_name="raw", index_option="basic", fast=True)
    for name in ("first", "last", "date"):
        schema.add_unsigned_field(name, indexed=True, fast=True)
    schema.add_text_field("code_order", tokenizer_name="raw", index_option="basic", fast=True)
    schema.add_unsigned_field("card_number", fast=True)
    schema.add_bytes_field("card", stored=True)
    return schema.build()


def _texts_schema() -> tantivy.Schema:
    schema = tantivy.SchemaBuilder()
    schema.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
    schema.add_text_field("origin", tokenizer_name="raw", index_option="basic")
    for name in KEPT:
        schema.add_bytes_field(name, stored=True)
    return schema.build()


def _document(one: Prepared) -> tantivy.Document:
    entry = one.entry
    document = tantivy.Document(**one.tokens, key=entry.key, origin=entry.comes_from, code_order=sortable_code(entry.code))
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
    document.add_unsigned("date", day_number(entry.sort_date or entry.first_day, open_end=False))
    document.add_unsigned("card_number", int.from_bytes(hashlib.blake2b(one.card.encode(), digest_size=8).digest(), "big"))
    document.add_bytes("card", one.card.encode())
    return document


def _text_document(one: Prepared) -> tantivy.Document:
    document = tantivy.Document(key=one.entry.key, origin=one.entry.comes_from)
    for name, coding in KEPT.items():
        document.add_bytes(name, getattr(one, name).encode(coding))
    return document


class _Pair(NamedTuple):
    """What is searched, and beside it the texts, so that reading what a hit shows costs next to nothing."""

    words: tantivy.Index
    texts: tantivy.Index

    @classmethod
    def made(cls, place: Path | None) -> "_Pair":
        if place is None:
            return cls(tantivy.Index(_schema()), tantivy.Index(_texts_schema()))
        (place / "texts").mkdir(parents=True)
        return cls(tantivy.Index(_schema(), path=str(place)), tantivy.Index(_texts_schema(), path=str(place / "texts")))

    @classmethod
    def opened(cls, place: Path) -> "_Pair":
        return cls(tantivy.Index.open(str(place)), tantivy.Index.open(str(place / "texts")))

    def reload(self) -> None:
        self.words.reload()
        self.texts.reload()


@contextlib.contextmanager
def _harm_contained() -> Iterator[None]:
    """Makes whatever a damaged index raises, panics of the library included, one error."""
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


class _Writer:
    """A batch on its way into an index."""

    def __init__(self, pair: _Pair, memory: int) -> None:
        self.words, self.texts = pair.words.writer(memory * 3 // 4, 1), pair.texts.writer(max(memory // 4, 15_000_000), 1)

    def put(self, origins: Sequence[str], entries: Iterable[Prepared]) -> None:
        for origin in dict.fromkeys(origins):
            self.words.delete_documents_by_term("origin", origin)
            self.texts.delete_documents_by_term("origin", origin)
        for one in entries:
            self.words.add_document(_document(one))
            self.texts.add_document(_text_document(one))

    def close(self) -> None:
        """The texts first: who sees a new entry finds its text."""
        for writer in (self.texts, self.words):
            writer.commit()
            writer.wait_merging_threads()
        del self.words, self.texts


class TantivyEngine(Engine):
    """``folder`` is where the index lives; None keeps it in memory, for one process and a short while."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self._memory = _Pair.made(None) if folder is None else None
        self._reader: TantivyReader | None = None
        self._seen: object = None
        self._index: _Pair | None = None
        self._lock = threading.Lock()

    # -- reading

    def reader(self) -> "TantivyReader":
        with self._lock, _harm_contained():
            seen = self._state()
            if self._reader is None or seen != self._seen:
                self._load(seen)
            assert self._reader is not None
            return self._reader

    def _state(self) -> object:
        """What changes when the index does; cheap enough to ask before each question."""
        if self.folder is None:
            return self._seen
        try:
            pointer = os.stat(self.folder / "current")  # noqa: PTH116 - an extra object per question
            place = self._seen[2] if isinstance(self._seen, tuple) and self._seen[0] == (pointer.st_mtime_ns, pointer.st_ino) else self._place()
            meta = os.stat(place / "meta.json")  # noqa: PTH116
        except FileNotFoundError as missing:
            raise Unavailable("no index", missing=True) from missing
        return (pointer.st_mtime_ns, pointer.st_ino), (meta.st_mtime_ns, meta.st_ino, meta.st_size), place

    def _place(self) -> Path:
        """The folder of the index in use. Raises Unavailable where it is of another version."""
        assert self.folder is not None
        try:
            pointer = json.loads((self.folder / "current").read_text(encoding="utf-8"))
            stamp, name = pointer["stamp"], Path(pointer["folder"]).name
        except FileNotFoundError as missing:
            raise Unavailable("no index", missing=True) from missing
        except (ValueError, KeyError, TypeError) as damaged:
            raise Unavailable("damaged index", missing=True) from damaged
        if stamp != STAMP:
            raise Unavailable("index of another version", missing=True)
        return self.folder / name

    def _load(self, seen: Any) -> None:
        if self._memory is not None:
            self._index = self._memory
            self._index.reload()
        elif self._index is not None and isinstance(self._seen, tuple) and self._seen[2] == seen[2]:
            self._index.reload()
        else:
            self._index = _Pair.opened(seen[2])
            for index in self._index:
                index.config_reader("manual")
            self._index.reload()
        self._reader, self._seen = TantivyReader(self._index), seen

    def check(self) -> dict[str, object]:
        try:
            return {"ok": True, "engine": "tantivy", "entries": self.reader().documents}
        except Unavailable as problem:
            return {"ok": False, "engine": "tantivy", "entries": 0, "problem": str(problem), "missing": True}

    # -- writing

    def put(self, origins: Sequence[str], entries: Sequence[Prepared]) -> Mapping[str, str]:
        with _harm_contained():
            writer = _Writer(self._memory or _Pair.opened(self._place()), BATCH_MEMORY)
            writer.put(origins, entries)
            writer.close()
            if self._memory is not None:
                self._reader = None
        return {}

    def rebuild(self, entries: Iterable[Entry]) -> "TantivyRebuilding":
        assert self.folder is not None, "an index in memory is filled by put"
        return TantivyRebuilding(self, entries)


class TantivyRebuilding(Rebuilding):
    """A fresh index folder beside the one in use."""

    def __init__(self, engine: TantivyEngine, entries: Iterable[Entry]) -> None:
        assert engine.folder is not None
        super().__init__()
        self.engine, self.folder = engine, engine.folder
        self.name = f"index-{secrets.token_hex(4)}"
        self.place = self.folder / self.name
        try:
            writer = _Writer(_Pair.made(self.place), REBUILD_MEMORY)
            for one in prepared(entries):
                writer.put((), (one,))
                self.entries += 1
            writer.close()
        except BaseException:
            shutil.rmtree(self.place, ignore_errors=True)
            raise

    def put(self, origins: Sequence[str], entries: Sequence[Prepared]) -> None:
        writer = _Writer(_Pair.opened(self.place), BATCH_MEMORY)
        writer.put(origins, entries)
        writer.close()

    def finish(self) -> None:
        """To be called while the right to write is held. Readers that have the old index open keep it until their next question."""
        with contextlib.suppress(Unavailable):
            before = self.engine._place().name
        pointer = self.folder / f"current.{self.name}"
        with pointer.open("w", encoding="utf-8") as file:
            json.dump({"folder": self.name, "stamp": STAMP}, file)
            file.flush()
            os.fsync(file.fileno())
        pointer.replace(self.folder / "current")
        keep = {self.name, locals().get("before")}
        for old in self.folder.glob("index-*"):
            if old.name not in keep:
                shutil.rmtree(old, ignore_errors=True)


class TantivyReader(Reader):
    """A snapshot of the index."""

    def __init__(self, index: _Pair) -> None:
        super().__init__()
        self.schema, self.searcher = index.words.schema, index.words.searcher()
        self.texts_schema, self.texts = index.texts.schema, index.texts.searcher()
        self._documents = self.searcher.num_docs
        self._frequencies: dict[tuple[str, str], int] = {}

    @property
    def documents(self) -> int:
        return self._documents

    def frequencies(self, wanted: Sequence[tuple[str, str]]) -> Sequence[int]:
        known, count = self._frequencies, self.searcher.doc_freq
        if len(known) > 500_000:
            known.clear()
        found = []
        for key in wanted:
            number = known.get(key)
            if number is None:
                number = known[key] = count(*key)
            found.append(number)
        return found

    # -- queries

    def _term(self, field: str, token: str) -> tantivy.Query:
        return tantivy.Query.term_query(self.schema, field, token, "freq")

    def _any(self, field: str, tokens: Sequence[str]) -> tantivy.Query:
        values: Sequence[Any] = [int(t) for t in tokens if NUMBER.fullmatch(t)] if field in NUMBERS else tokens
        if not values:
            return tantivy.Query.empty_query()
        if len(values) == 1:
            return tantivy.Query.const_score_query(tantivy.Query.term_query(self.schema, field, values[0], "basic"), 0.0)
        return tantivy.Query.const_score_query(tantivy.Query.term_set_query(self.schema, field, list(values)), 0.0)

    def _alternatives(self, group: Sequence[tuple[str, str]]) -> tantivy.Query:
        by_field: dict[str, list[str]] = {}
        for field, token in group:
            by_field.setdefault(field, []).append(token)
        queries = [self._any(field, tokens) for field, tokens in by_field.items()]
        return queries[0] if len(queries) == 1 else tantivy.Query.boolean_query([(Occur.Should, q) for q in queries])

    def _phrase(self, terms: Sequence[Any]) -> list[tantivy.Query]:
        """Folded words in their order and, where marks were typed, each word and pair with them."""
        folded, marked = [t.folded for t in terms], [t.marked for t in terms]
        if len(terms) == 1:
            return [self._any("m", marked)] if marked != folded else [self._any(FOLDED, folded)]
        needed = [tantivy.Query.phrase_query(self.schema, FOLDED, list(folded))]
        if marked != folded:
            needed += [self._any("m", [word]) for word in dict.fromkeys(marked)]
        return needed

    def _conditions(self, conditions: Conditions) -> tuple[list[tantivy.Query], list[tantivy.Query]]:
        must: list[tantivy.Query] = []
        must_not: list[tantivy.Query] = []
        if conditions.tokens is not None:
            must.append(self._any("reader", sorted(conditions.tokens) or [""]))
        if conditions.groups:
            must.append(self._any("group", list(conditions.groups)))
        for name, values in conditions.filters.items():
            if name != STANDING:
                must.append(self._any(name if name in (*FACET_FIELDS, "key") else f"x.{name}", [str(v) for v in values]))
        if conditions.day is not None:
            # Few entries begin later or ended earlier, so leaving those out is quicker than asking every one.
            must_not += self._out_of(conditions.day).values()
        if standing := conditions.filters.get(STANDING):
            out = self._out_of(conditions.today)
            must_not += [self._any("state", [DRAFT]), *(query for name, query in out.items() if name not in standing)]
            if HOLDS not in standing:
                must.append(tantivy.Query.const_score_query(tantivy.Query.boolean_query([(Occur.Should, query) for query in out.values()]), 0.0))
        return must, must_not

    def _out_of(self, day: datetime.date) -> dict[str, tantivy.Query]:
        """What does not hold on the day: what ended before, what begins later."""
        number, unsigned = day.toordinal(), tantivy.FieldType.Unsigned
        return {
            ENDED: tantivy.Query.range_query(self.schema, "last", unsigned, 0, number - 1),
            COMING: tantivy.Query.range_query(self.schema, "first", unsigned, number + 1, ALWAYS[1]),
        }

    def _query(self, plan: Plan | None, need: Need | None, conditions: Conditions, scored: bool) -> tantivy.Query:
        must, must_not = self._conditions(conditions)
        should: list[tantivy.Query] = []
        if plan is not None:
            if need and need.all:
                must += [self._alternatives(group) for group in need.groups]
            elif need:
                must.append(self._alternatives([choice for group in need.groups for choice in group]))
            for phrase in plan.phrases:
                must += self._phrase(phrase)
            for phrase in plan.left_out:
                must_not.append(tantivy.Query.boolean_query([(Occur.Must, q) for q in self._phrase(phrase)]))
            if scored:
                should = [tantivy.Query.boost_query(self._term(c.field, c.token), c.weight) for c in plan.clauses]
        if not must:
            must.append(tantivy.Query.const_score_query(tantivy.Query.all_query(), 0.0))
        return tantivy.Query.boolean_query([*((Occur.Must, q) for q in must), *((Occur.Should, q) for q in should), *((Occur.MustNot, q) for q in must_not)])

    # -- answers

    def match(self, plan: Plan | None, need: Need | None, conditions: Conditions, *, sort: str, start: int, limit: int) -> list[tuple[float, Card]]:
        with _harm_contained():
            query = self._query(plan, need, conditions, scored=sort == "relevance")
            orders: dict[str, dict[str, Any]] = {"date": {"order_by_field": "date"}, "code": {"order_by_field": "code_order", "order": Order.Asc}}
            order = orders.get(sort, {})
            hits = self.searcher.search(query, limit, count=False, offset=start, **order).hits
            cards = self._cards([address for _, address in hits])
            return [(float(score) if sort == "relevance" else 0.0, card) for (score, _), card in zip(hits, cards, strict=True)]

    def _number(self, query: tantivy.Query) -> int:
        return self.searcher.search(query, 1, count=True).count  # type: ignore[attr-defined]  # missing in its stubs

    def _cards(self, addresses: list[tantivy.DocAddress]) -> list[Card]:
        """The cards of documents; kept between questions by the number that their content gives them."""
        cards = []
        for value, address in zip(self.searcher.fast_field_values("card_number", addresses), addresses, strict=True):
            number = int(value or 0)
            card = _cards.get(number)
            if card is None:
                if len(_cards) > _CARDS_KEPT:
                    _cards.clear()
                card = _cards[number] = Card(self.searcher.doc(address)["card"][0].decode())
            cards.append(card)
        return cards

    def count(self, plan: Plan | None, need: Need | None, conditions: Conditions, *, facets: Sequence[str] = ()) -> Found:
        with _harm_contained():
            query = self._query(plan, need, conditions, scored=False)
            if not facets:
                return Found(self._number(query))
            wanted = aggregations(facets, conditions.today)
            counted = self.searcher.aggregate(query, {**wanted, "_total": {"value_count": {"field": "first"}}})
            total = int(counted["_total"]["value"])
            return Found(total, facet_counts(facets, counted, total))

    def stored(self, keys: Sequence[str]) -> Mapping[str, Stored]:
        if not keys:
            return {}
        with _harm_contained():
            one = [(Occur.Should, tantivy.Query.term_query(self.texts_schema, "key", key, "basic")) for key in keys]
            query = tantivy.Query.const_score_query(tantivy.Query.boolean_query(one), 0.0)
            found = {}
            for _, address in self.texts.search(query, 2 * len(keys), count=False).hits:
                document = self.texts.doc(address)
                text, shadow, parts = (document[name][0].decode(coding) for name, coding in KEPT.items())
                found[document["key"][0]] = Stored(text, shadow, json.loads(parts))
        return found

    def visible(self, field: str, tokens: Sequence[str], conditions: Conditions) -> Mapping[str, int]:
        with _harm_contained():
            there = [token for token, number in zip(tokens, self.frequencies([(field, t) for t in tokens]), strict=True) if number]
            must, must_not = self._conditions(conditions)
            found = {}
            for token in there:
                clauses = [(Occur.Must, self._any(field, [token])), *((Occur.Must, q) for q in must), *((Occur.MustNot, q) for q in must_not)]
                number = self._number(tantivy.Query.boolean_query(clauses))
                if number:
                    found[token] = number
            return found

    def continuations(self, prefix: str, conditions: Conditions, *, titles: bool, limit: int) -> Sequence[str]:
        with _harm_contained():
            must, must_not = self._conditions(conditions)
            clauses = [*((Occur.Must, q) for q in must or [tantivy.Query.all_query()]), *((Occur.MustNot, q) for q in must_not)]
            found = self.searcher.terms_with_prefix(TITLE if titles else FOLDED, prefix, tantivy.Query.boolean_query(clauses), 200)
            return [word for word, _ in sorted(found, key=lambda f: (-f[1], f[0]))[:limit]]

    def titled(self, words: Sequence[str], endings: Sequence[str], codes: Sequence[str], conditions: Conditions, limit: int) -> list[Card]:
        with _harm_contained():
            must, must_not = self._conditions(conditions)
            title = [(Occur.Must, self._term(TITLE, w)) for w in dict.fromkeys(words)]
            title.append((Occur.Must, tantivy.Query.disjunction_max_query([self._term(TITLE, e) for e in endings])))
            either = [(Occur.Should, tantivy.Query.boolean_query(title))]
            for code in codes:
                begun = [word for word, _ in self.searcher.terms_with_prefix(OWN_CODE, code, None, 20)]
                either += [(Occur.Should, tantivy.Query.const_score_query(self._term(OWN_CODE, c), 20.0 - len(c) / 10)) for c in begun]
            query = tantivy.Query.boolean_query(
                [(Occur.Must, tantivy.Query.boolean_query(either)), *((Occur.Must, q) for q in must), *((Occur.MustNot, q) for q in must_not)]
            )
            return self._cards([address for _, address in self.searcher.search(query, limit, count=False).hits])


_cards: dict[int, Card] = {}
