"""Evaluates the search on judged questions, with the product's own engine and settings."""

import csv
import gzip
import json
import math
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from qms.models import Agency
from qms.text.marks import composed
from search import api, engines, registry
from search.engines.interface import Engine
from search.entries import Entry, Passage, Query
from search.index.prepared import prepare
from search.meaning import embedding, texts
from search.meaning.embedding import Model
from search.meaning.nearness import Nearness
from search.meaning.vector_file import Row, VectorFile
from search.words.question import Synonyms
from search.words.vietnamese import fold

DEPTH = 10
MEASURES = ("recall@1", "recall@10", "mrr@10", "ndcg@10")
_CHUNK = 500


class BadSet(Exception):
    """A folder without a valid judged set. The message names the file and line."""


@dataclass(frozen=True)
class Judged:
    """Questions, and for each the documents that answer it, with grades."""

    questions: Mapping[str, str]
    answers: Mapping[str, Mapping[str, float]]


def read(folder: Path) -> Judged:
    """Reads ``queries.jsonl`` and ``qrels.tsv``. Raises BadSet."""
    questions = {
        str(row["_id"]): str(row["text"]) for row in _rows(folder / "queries.jsonl", "_id", "text")
    }
    answers: dict[str, dict[str, float]] = {}
    path = folder / "qrels.tsv"
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for number, row in enumerate(
                csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE), 1
            ):
                if number == 1 or not row:
                    continue
                if len(row) < 2:
                    raise BadSet(f"{path}: dòng {number} thiếu cột")
                grade = float(row[2]) if len(row) > 2 and row[2].strip() else 1.0
                if grade > 0:
                    answers.setdefault(row[0], {})[composed(row[1])] = grade
    except (OSError, ValueError) as problem:
        raise BadSet(f"{path}: {problem}") from problem
    return Judged({q: text for q, text in questions.items() if q in answers}, answers)


def read_table(path: Path) -> Judged:
    """Reads questions: kind, answers with semicolons between (AGENCY:CODE of issued documents, or
    names in a corpus), question; # begins a comment. Raises BadSet."""
    questions: dict[str, str] = {}
    answers: dict[str, dict[str, float]] = {}
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, ValueError) as problem:
        raise BadSet(f"{path}: {problem}") from problem
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        parts = line.split("\t")
        if len(parts) != 3:
            raise BadSet(f"{path}: dòng {number} thiếu cột")
        kind, named, text = parts
        questions[f"{kind}-{number}"] = text
        answers[f"{kind}-{number}"] = dict.fromkeys(map(composed, named.split(";")), 1.0)
    return Judged(questions, answers)


def by_agency_and_code() -> Iterator[Entry]:
    """The indexed entries of agencies' documents, with AGENCY:CODE as file name."""
    codes = dict(Agency.objects.values_list("pk", "code"))
    for entry in registry.every_entry():
        if entry.agency in codes and entry.code:
            yield replace(entry, source=f"{codes[entry.agency]}:{entry.code}")


def catalogue(path: Path) -> Iterator[Entry]:
    """The procedures of a national catalogue (JSON lines, gzip) as public entries named by their
    codes. Raises BadSet."""
    for row in _rows(path, "ma_thu_tuc", "ten_thu_tuc"):
        code = str(row["ma_thu_tuc"])
        said = [value for name, value in row.items() if name not in _NO_TEXT]
        text = "\n".join(value for value in said if value and isinstance(value, str))
        yield Entry(
            key=code,
            group="document",
            kind="other",
            title=str(row["ten_thu_tuc"]),
            url="",
            readers=("public",),
            passages=(Passage("", "", text),),
            source=code,
        )


_NO_TEXT = {"ma_thu_tuc", "detail_url", "formality_id", "ten_thu_tuc", "dia_chi_tiep_nhan"}


def corpus(folder: Path) -> Iterator[Entry]:
    """The documents of ``corpus.jsonl`` as public entries. Raises BadSet."""
    for row in _rows(folder / "corpus.jsonl", "_id", "text"):
        key = composed(str(row["_id"]))
        title = str(row.get("title") or "")
        yield Entry(
            key=key,
            group="document",
            kind="other",
            title=title,
            url="",
            readers=("public",),
            passages=(Passage("", "", str(row["text"])),),
            source=key,
        )


def imported(agency: int | None = None) -> Iterator[Entry]:
    """Entries imported from files, including drafts; of one agency or of all."""
    for entry in registry.every_entry():
        if entry.source and (agency is None or entry.agency == agency):
            yield replace(entry, source=composed(entry.source))


def _rows(path: Path, *needed: str) -> Iterator[dict[str, object]]:
    try:
        with (
            gzip.open(path, "rt", encoding="utf-8-sig")
            if path.suffix == ".gz"
            else path.open(encoding="utf-8-sig")
        ) as file:
            for number, line in enumerate(file, 1):
                if not line.strip():
                    continue
                row = json.loads(line)
                if not isinstance(row, dict) or any(name not in row for name in needed):
                    raise BadSet(f"{path}: dòng {number} thiếu {', '.join(needed)}")
                yield row
    except (OSError, ValueError) as problem:
        raise BadSet(f"{path}: {problem}") from problem


def evaluate(
    entries: Iterable[Entry], judged: Judged, *, by_file: bool = False, meaning: bool = False
) -> dict[str, object]:
    """Ranks the entries for each question, as typed and with its marks removed.

    ``by_file``: documents are identified by file name, with or without extension.
    ``meaning``: entries are embedded first, which takes a second each. Raises BadSet without a model.
    Returns ``{"queries": n, "typed": {measure: value}, "unmarked": {…}}``.
    """
    with engines.temporary() as engine, tempfile.TemporaryDirectory() as folder:
        batch = list(entries)
        fill(engine, batch)
        if meaning:
            engine.nearness = nearness_of(batch, Path(folder))
        return {
            "queries": len(judged.questions),
            **both_ways(engine, api.synonyms(), judged, by_file),
        }


def nearness_of(
    entries: Iterable[Entry], folder: Path, made: Callable[[], Model | None] = embedding.current
) -> Nearness:
    """Embeds the entries into a file in the folder. Raises BadSet without a model."""
    model = made()
    if model is None:
        raise BadSet("Không có mô hình để tìm theo nghĩa trên máy này.")
    unique = {entry.key: entry for entry in entries}
    rows = [Row(key, 0, b"", texts.vector_of(entry, model)) for key, entry in unique.items()]
    VectorFile(folder, model.name, model.dimension).append(rows)
    return Nearness(lambda: model, folder)


def both_ways(
    engine: Engine, synonyms: Synonyms, judged: Judged, by_file: bool = False
) -> dict[str, dict[str, float]]:
    """Mean measures with the questions as typed and with their marks removed."""
    return {
        name: _measure(engine, synonyms, judged, change, by_file)
        for name, change in (("typed", str), ("unmarked", fold))
    }


def fill(engine: Engine, entries: Iterable[Entry]) -> int:
    """Puts the entries into an engine; a later one replaces an earlier one with the same key.
    Returns how many."""
    unique = {entry.key: entry for entry in entries}
    batch = list(unique.values())
    for start in range(0, len(batch), _CHUNK):
        part = batch[start : start + _CHUNK]
        engine.put(list(dict.fromkeys(e.origin_or_key for e in part)), [prepare(e) for e in part])
    return len(batch)


def _measure(
    engine: Engine, synonyms: Synonyms, judged: Judged, change: Callable[[str], str], by_file: bool
) -> dict[str, float]:
    return means(measures_by_question(engine, synonyms, judged, change, by_file))


def means(found: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """{measure: its mean over questions}."""
    count = len(found) or 1
    return {name: round(sum(one[name] for one in found.values()) / count, 4) for name in MEASURES}


def measures_by_question(
    engine: Engine, synonyms: Synonyms, judged: Judged, change: Callable[[str], str], by_file: bool
) -> dict[str, dict[str, float]]:
    """{question: its measures}. `change` is applied to each question first."""

    def ranked(text: str) -> list[str]:
        hits = engine.find(Query(text, None, size=asked_for(by_file)), synonyms).hits
        return [hit.source if by_file else hit.key for hit in hits]

    return measured(ranked, judged, change, by_file)


def asked_for(by_file: bool) -> int:
    """Number of results to ask for: several entries may come from one file."""
    return DEPTH * (4 if by_file else 1)


def measured(
    ranked: Callable[[str], Sequence[str]],
    judged: Judged,
    change: Callable[[str], str],
    by_file: bool,
) -> dict[str, dict[str, float]]:
    """{question: its measures} for whatever returns the keys of its results, or the names of their
    files, best first."""
    found = {}
    for number, text in judged.questions.items():
        grades, names = judged.answers[number], ranked(change(text))
        if by_file:
            grades = {_stem(name): grade for name, grade in grades.items()}
            names = [_stem(name) for name in names]
        found[number] = measures(list(dict.fromkeys(names))[:DEPTH], grades)
    return found


def _stem(name: str) -> str:
    name = composed(name)
    head, dot, ending = name.rpartition(".")
    return (
        head
        if dot and ending.isalnum() and 2 <= len(ending) <= 4 and not ending.isdigit()
        else name
    )


def measures(ranked: Sequence[str], grades: Mapping[str, float]) -> dict[str, float]:
    """{measure: value} of one question; recall@k is the fraction of its judged documents among the
    first k."""
    first = next((place for place, key in enumerate(ranked, 1) if key in grades), 0)
    gained = sum(grades.get(key, 0.0) / math.log2(place + 1) for place, key in enumerate(ranked, 1))
    ideal = sum(
        grade / math.log2(place + 1)
        for place, grade in enumerate(sorted(grades.values(), reverse=True)[:DEPTH], 1)
    )
    return {
        "recall@1": len(set(ranked[:1]) & set(grades)) / len(grades),
        "recall@10": len(set(ranked[:DEPTH]) & set(grades)) / len(grades),
        "mrr@10": 1 / first if first else 0.0,
        "ndcg@10": gained / ideal if ideal else 0.0,
    }
