# ruff: noqa: S311 - random texts, not secrets
"""Measures the embedded engine on a generated corpus: documents of real size, Zipf-like, half of
them near-duplicates.

Deterministic for a seed. Touches none of the product's data.
"""

import datetime
import itertools
import json
import random
import re
import resource
import statistics
import tempfile
import time
from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from search.bench.evaluation import BadSet
from search.engines.queries import Conditions
from search.engines.tantivy import TantivyEngine
from search.entries import Entry, Passage, Query
from search.meaning import embedding
from search.meaning.nearness import Nearness
from search.meaning.vector_file import Row, VectorFile
from search.ranking.plan import plan
from search.words.question import NO_SYNONYMS, parse_question
from search.words.vietnamese import fold

SYLLABLES = 3_700  # of a real procedure
SECTIONS = 8
KINDS = ("procedure", "form", "policy", "instruction", "regulation")
_SENTENCE = re.compile(r"[^.;\n]{20,400}[.;\n]")


class Corpus:
    """Generated documents. Sentences and word frequencies come from ``texts``; without them words
    are invented."""

    def __init__(
        self, documents: int, agencies: int = 60, *, texts: Sequence[str] = (), seed: int = 9001
    ) -> None:
        self.documents, self.agencies, self.seed = documents, agencies, seed
        chance = random.Random(seed)
        self.sentences = [s.strip() for text in texts for s in _SENTENCE.findall(text)]
        words = [w for s in self.sentences for w in s.split()] or _invented_syllables(chance)
        ranked = [
            w for w, _ in sorted(_counted(words).items(), key=lambda item: (-item[1], item[0]))
        ]
        self.words = ranked + [
            f"{a} {b}"
            for a, b in zip(
                chance.choices(ranked, k=20_000), chance.choices(ranked, k=20_000), strict=True
            )
        ]
        self.weights = list(
            itertools.accumulate(1 / (n + 2.7) ** 1.02 for n in range(len(self.words)))
        )

    def _words(self, chance: random.Random, count: int) -> str:
        top = self.weights[-1]
        return " ".join(
            self.words[bisect(self.weights, chance.random() * top)] for _ in range(count)
        )

    def _section(self, chance: random.Random) -> str:
        parts, length = [], 0
        while length < SYLLABLES // SECTIONS:
            own = chance.random() < 0.4 or not self.sentences
            sentence = (
                self._words(chance, 14).capitalize() + "." if own else chance.choice(self.sentences)
            )
            parts.append(sentence)
            length += sentence.count(" ") + 1
        return " ".join(parts)

    def entry(self, number: int) -> Entry:
        """Every second document repeats most of an earlier one."""
        own = random.Random(f"{self.seed}:{number}")
        family = (
            random.Random(f"{self.seed}:f{number % max(self.documents // 40, 1)}")
            if number % 2
            else own
        )
        sections = [self._section(family) for _ in range(SECTIONS - 1)] + [self._section(own)]
        title = f"{self._words(family, 6)} {self._words(own, 2)}".capitalize()
        agency = own.randrange(self.agencies)
        first = datetime.date(2015, 1, 1) + datetime.timedelta(days=own.randrange(4000))
        return Entry(
            key=f"version:{number}", group="document", kind=own.choice(KINDS), title=title, code=f"QT-{number % 97:02}/A{agency}", url=f"/v/{number}",
            readers=own.choice((("public",), ("city",), ("city",), (f"agency:{agency}",))), agency=agency, agency_name=f"Cơ quan {agency}",
            passages=tuple(Passage(f"muc-{n}", f"{n}. Mục {n}", text) for n, text in enumerate(sections, 1)), first_day=first,
            last_day=first + datetime.timedelta(days=300) if own.random() < 0.2 else None,
            facets={"year": (str(first.year),), "clause": (f"{own.randrange(4, 11)}.{own.randrange(1, 6)}",)}, sort_date=first,
        )  # fmt: skip

    def entries(self) -> Iterator[Entry]:
        return (self.entry(number) for number in range(self.documents))

    def questions(self, count: int) -> dict[str, list[str]]:
        """Questions with answers, by sort: two to eight words of real documents, and words that
        occur nearly everywhere."""
        chance = random.Random(self.seed + 1)
        found: dict[str, list[str]] = {"typed": [], "unmarked": [], "common": [], "titles": []}
        for _ in range(count):
            entry = self.entry(chance.randrange(self.documents))
            words = chance.choice(entry.passages).text.replace(".", "").split()
            start, length = chance.randrange(len(words) - 8), chance.randint(2, 8)
            typed = " ".join(words[start : start + length])
            found["typed"].append(typed)
            found["unmarked"].append(fold(typed))
            found["common"].append(" ".join(chance.sample(self.words[:30], chance.randint(2, 6))))
            found["titles"].append(" ".join(entry.title.split()[: chance.randint(2, 6)]))
        return found


def _counted(words: Sequence[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return counts


def _invented_syllables(chance: random.Random) -> list[str]:
    onsets = [
        "b",
        "c",
        "ch",
        "d",
        "đ",
        "g",
        "h",
        "k",
        "kh",
        "l",
        "m",
        "n",
        "ng",
        "nh",
        "ph",
        "qu",
        "r",
        "s",
        "t",
        "th",
        "tr",
        "v",
        "x",
    ]
    rimes = [
        "a", "an", "anh", "ang", "ao", "ay", "ăm", "ân", "ất", "ây", "em", "ên", "ếp", "i", "iên", "iệt", "im", "inh", "o", "oa",
        "oan", "oi", "ong", "ô", "ôi", "ông", "ơ", "ơn", "u", "ung", "uyết", "ư", "ưa", "ước", "ương", "ường",
    ]  # fmt: skip
    syllables = sorted({o + r for o in onsets for r in rimes})
    chance.shuffle(syllables)
    return syllables


def percentiles(milliseconds: Sequence[float]) -> dict[str, float]:
    ordered = sorted(milliseconds)
    return {
        "p50_ms": round(statistics.median(ordered), 2),
        "p95_ms": round(ordered[int(len(ordered) * 0.95)], 2),
        "max_ms": round(ordered[-1], 2),
    }


def timed(ask_one: Callable[[str], object], texts: Sequence[str]) -> dict[str, float]:
    """Times of the questions, each asked once, after ten as warm-up."""
    for text in texts[:10]:
        ask_one(text)
    taken = []
    for text in texts:
        start = time.perf_counter()
        ask_one(text)
        taken.append((time.perf_counter() - start) * 1000)
    return percentiles(taken)


def measure(
    corpus: Corpus, *, questions: int = 200, folder: Path | None = None, meaning: bool = False
) -> dict[str, Any]:
    """Builds an index of the corpus and queries it. Returns indexing speed, size, and times of
    questions and suggestions; with ``meaning`` also of questions that are embedded and compared
    with a vector of every document. Raises BadSet without a model."""
    with tempfile.TemporaryDirectory() as temporary:
        place = folder or Path(temporary)
        engine = TantivyEngine(place)
        figures: dict[str, Any] = {"documents": corpus.documents, "agencies": corpus.agencies}
        if not engine.check()["ok"]:
            entries = list(corpus.entries()) if corpus.documents <= 2_000 else corpus.entries()
            making = 0.0 if isinstance(entries, list) else _generation_seconds(corpus)
            start = time.perf_counter()
            engine.rebuild(entries).finish()
            seconds = time.perf_counter() - start - making
            figures["documents_per_second"] = round(corpus.documents / seconds)
        size = sum(p.stat().st_size for p in place.rglob("*") if p.is_file())
        figures["index_bytes_per_document"] = size // corpus.documents
        figures["peak_resident_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        tokens, day = frozenset({"public", "city", "agency:3"}), datetime.date(2026, 1, 1)
        for name, texts in corpus.questions(questions).items():
            figures[name] = timed(
                lambda text: engine.find(
                    Query(text, tokens, day, facets=("kind", "agency", "year"))
                ),
                texts,
            )
            figures[name]["floor"] = timed(
                lambda text: _raw(engine, text, Conditions(tokens, day)), texts
            )
        beginnings = [t[: max(3, len(t) // 2)] for t in corpus.questions(questions)["titles"]]
        figures["suggestions"] = timed(
            lambda text: engine.suggest(text, Conditions(tokens, day)), beginnings
        )
        if meaning:
            figures["meaning"] = _by_meaning(engine, corpus, questions, place)
        return figures


def _by_meaning(
    engine: TantivyEngine, corpus: Corpus, questions: int, folder: Path
) -> dict[str, Any]:
    """Times of the same questions with meaning. The documents' vectors are random: embedding a
    hundred thousand takes hours, and the time of an answer does not depend on them."""
    model = embedding.current()
    if model is None:
        raise BadSet("Không có mô hình để tìm theo nghĩa trên máy này.")
    file = VectorFile(folder, model.name, model.dimension)
    if len(file.table().keys) != corpus.documents:
        chance = np.random.default_rng(corpus.seed)
        vectors = chance.standard_normal((corpus.documents, model.dimension), np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        file.append([Row(f"version:{n}", 0, b"", vector) for n, vector in enumerate(vectors)])
    tokens, day = frozenset({"public", "city", "agency:3"}), datetime.date(2026, 1, 1)
    facets = ("kind", "agency", "year")
    figures: dict[str, Any] = {"vector_bytes_per_document": file.path.stat().st_size // corpus.documents}  # fmt: skip
    engine.nearness = Nearness(lambda: model, folder)
    for name, texts in corpus.questions(questions).items():
        figures[name] = timed(
            lambda text: engine.find(Query(text, tokens, day, facets=facets)), texts
        )
    return figures


def _generation_seconds(corpus: Corpus) -> float:
    """Seconds needed to generate the documents, which are not part of indexing."""
    sample = 200
    start = time.perf_counter()
    for number in range(sample):
        corpus.entry(number)
    return (time.perf_counter() - start) / sample * corpus.documents


def read_texts(folder: Path | None) -> list[str]:
    """The texts in a folder, as a source of sentences and word frequencies for a corpus; empty
    without a folder."""
    return (
        [p.read_text(encoding="utf-8", errors="replace") for p in sorted(folder.glob("*.txt"))]
        if folder
        else []
    )


def _raw(engine: TantivyEngine, text: str, conditions: Conditions) -> None:
    """Runs the same query tree on the index directly: access filter, ten hits, total and facets; no
    snippets, no reordering."""
    reader = engine.reader()
    made = plan(
        parse_question(text),
        NO_SYNONYMS.expand(parse_question(text)),
        reader.documents,
        reader.frequencies,
    )
    need = made.needs[0] if made.needs else None
    reader.match(made, need, conditions, sort="relevance", start=0, limit=10)
    reader.count(made, need, conditions, facets=("kind", "agency", "year"))


def as_json(figures: dict[str, Any]) -> str:
    return json.dumps(figures, ensure_ascii=False, indent=1)
