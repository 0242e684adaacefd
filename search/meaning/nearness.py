"""Similarities of all entries to one question."""

import functools
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

import numpy as np
from django.conf import settings

from search.meaning import embedding
from search.meaning.embedding import Model, Unusable, Vectors
from search.meaning.vector_file import Table, VectorFile

FIRST = 64  # entries checked for visibility in the first query; then four times as many each time
KEPT = 500  # questions whose vectors are cached: pages and filters repeat them

ALIKE = 0.96  # similarity from which two documents count as nearly the same

Visible = Callable[[Sequence[str]], Collection[str]]


class Similarities:
    """The similarity of each entry to one question."""

    def __init__(self, table: Table, question: Vectors) -> None:
        self._keys, self._values = table.keys, table.similarities(question)
        self._places = table.order

    def of(self, keys: Sequence[str]) -> dict[str, float]:
        """{key: cosine similarity} of those that have a vector."""
        places = self._places
        found = {key: float(self._values[places[key]]) for key in keys if key in places}
        return {key: value for key, value in found.items() if value == value}

    def nearest(
        self, number: int, visible: Visible, least: float = -np.inf
    ) -> list[tuple[str, float]]:
        """At most ``number`` (key, similarity) pairs that ``visible`` lets through, nearest first,
        down to ``least``. Searches all entries if necessary, so that hidden ones never displace
        visible ones."""
        found: list[tuple[str, float]] = []
        for keys in self._in_order():
            near = {key: value for key, value in self.of(keys).items() if value >= least}
            allowed = visible(list(near)) if near else ()
            found += [(key, value) for key, value in near.items() if key in allowed]
            if len(found) >= number or len(near) < len(keys):
                break
        return found[:number]

    def _in_order(self) -> Iterator[list[str]]:
        """The keys, nearest first, in growing batches."""
        values = np.where(np.isnan(self._values), -np.inf, self._values)
        number = int(np.isfinite(values).sum())
        at, size = 0, FIRST
        if number > 4 * FIRST:  # the first batch without sorting all
            top = np.argpartition(-values, FIRST)[:FIRST]
            yield [self._keys[i] for i in top[np.argsort(-values[top], kind="stable")]]
            at, size = FIRST, 4 * FIRST
        order = np.argsort(-values, kind="stable")[:number]
        while at < number:
            yield [self._keys[i] for i in order[at : at + size]]
            at, size = at + size, min(4 * size, 16_384)


class Nearness:
    """Compares questions with the vectors of a file. ``model`` returns the model, or None if there
    is none now."""

    def __init__(self, model: Callable[[], Model | None], folder: Path) -> None:
        self._model, self._folder = model, folder
        self._file: VectorFile | None = None
        self._vector = functools.lru_cache(maxsize=KEPT)(self._embedded)

    def similarities_to(self, question: str) -> Similarities | None:
        """Similarities to the question; None if search by meaning is off or there are no vectors
        yet. Raises Unusable if there is no model now, or it fails."""
        if not any(self._folder.glob("meaning-*.vectors")):
            return None
        model = self._model()
        if model is None:
            if embedding.is_off():
                return None
            raise Unusable("there is no model")
        if self._file is None or self._file.model != model.name:
            self._file = VectorFile(self._folder, model.name, model.dimension)
        table = self._file.table()
        if not table.keys:
            return None
        return Similarities(table, self._vector(model, question))  # type: ignore[arg-type]

    @staticmethod
    def _embedded(model: Model, question: str) -> Vectors:
        return model.question(question)


def near_duplicates(key: str, number: int, visible: Visible) -> list[str]:
    """At most ``number`` keys of entries that say nearly the same as this one and that ``visible``
    lets through, nearest first; uses stored vectors, no model. Empty if there are none or search
    by meaning is off."""
    files = [] if embedding.is_off() else VectorFile.in_folder(Path(settings.QMS_INDEX))
    table = max((file.table() for file in files), key=lambda table: len(table.keys), default=None)
    vector = table.vector(key) if table else None
    if table is None or vector is None:
        return []
    return [near for near, _ in Similarities(table, vector).nearest(number, visible, ALIKE)]


def of_installation() -> Nearness:
    """The instance for the vectors next to the index, with the model of the settings."""
    return Nearness(embedding.current, Path(settings.QMS_INDEX))
