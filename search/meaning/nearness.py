"""How near every entry is to one question."""

import functools
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

import numpy as np
from django.conf import settings

from search.meaning import embedding
from search.meaning.embedding import Model, Unusable, Vectors
from search.meaning.vector_file import Table, VectorFile

FIRST = 64  # entries of which the index is asked at once whether the person may see them; then four times as many
KEPT = 500  # questions whose vectors are kept: pages and filters ask the same again

Visible = Callable[[Sequence[str]], Collection[str]]


class Similarities:
    """The similarity of each entry to one question."""

    def __init__(self, table: Table, question: Vectors) -> None:
        self._keys, self._values = table.keys, table.similarities(question)
        self._known = table.place

    def of(self, keys: Sequence[str]) -> dict[str, float]:
        """The similarities of those that have a vector."""
        places = self._places
        found = {key: float(self._values[places[key]]) for key in keys if key in places}
        return {key: value for key, value in found.items() if value == value}

    @functools.cached_property
    def _places(self) -> dict[str, int]:
        return {key: at for at, key in enumerate(self._keys)}

    def nearest(self, number: int, visible: Visible) -> list[tuple[str, float]]:
        """The nearest entries that ``visible`` lets through. All are gone through where need be, so that what a person may not see
        never takes the place of what they may."""
        found: list[tuple[str, float]] = []
        for keys in self._in_order():
            allowed = visible(keys)
            found += [(key, value) for key, value in self.of(keys).items() if key in allowed]
            if len(found) >= number:
                break
        return found[:number]

    def _in_order(self) -> Iterator[list[str]]:
        """The keys, nearest first, in growing portions."""
        values = np.where(np.isnan(self._values), -np.inf, self._values)
        number = int(np.isfinite(values).sum())
        at, size = 0, FIRST
        if number > 4 * FIRST:  # the first portion without sorting all
            top = np.argpartition(-values, FIRST)[:FIRST]
            yield [self._keys[i] for i in top[np.argsort(-values[top], kind="stable")]]
            at, size = FIRST, 4 * FIRST
        order = np.argsort(-values, kind="stable")[:number]
        while at < number:
            yield [self._keys[i] for i in order[at : at + size]]
            at, size = at + size, min(4 * size, 16_384)


class Nearness:
    """Compares questions with the vectors of a file. ``model`` gives the model, or None where there is none now."""

    def __init__(self, model: Callable[[], Model | None], folder: Path) -> None:
        self._model, self._folder = model, folder
        self._file: VectorFile | None = None
        self._vector = functools.lru_cache(maxsize=KEPT)(self._embedded)

    def to(self, question: str) -> Similarities | None:
        """None where there is no model, it fails, or nothing has a vector yet: then words answer alone."""
        if not any(self._folder.glob("meaning-*.vectors")):
            return None
        model = self._model()
        if model is None:
            return None
        if self._file is None or self._file.model != model.name:
            self._file = VectorFile(self._folder, model.name, model.dimension)
        table = self._file.table()
        if not table.keys:
            return None
        try:
            vector = self._vector(model, question)  # type: ignore[arg-type]
            return Similarities(table, vector)
        except Unusable:
            return None

    @staticmethod
    def _embedded(model: Model, question: str) -> Vectors:
        return model.question(question)


def of_installation() -> Nearness:
    """Over the vectors beside the index, with the model of the settings."""
    return Nearness(embedding.current, Path(settings.QMS_INDEX))
