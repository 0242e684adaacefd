"""Chooses the model that turns texts into vectors: in this process, on a server, or none."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

log = logging.getLogger("search.meaning")
PAUSE = 60.0  # seconds before an unusable model is tried again
Vectors = NDArray[np.float32]


class Unusable(Exception):
    """The model can't be used now; the message gives the reason for the log."""


class Model(Protocol):
    """Turns texts into unit vectors. Vectors of models with different names can't be compared."""

    name: str
    dimension: int

    @property
    def is_failing(self) -> bool:
        """Whether it failed a moment ago and is not asked for a while."""

    def passages(self, texts: Sequence[str]) -> Vectors:
        """One row for each text. Raises Unusable."""

    def question(self, text: str) -> Vectors:
        """One vector. Raises Unusable."""


def is_off() -> bool:
    """Whether search by meaning is switched off (``QMS_MEANING=off``)."""
    return str(settings.QMS_MEANING).lower() in {"off", "0", "false", "no"}


_made: dict[tuple[str, ...], tuple[float, Model | None]] = {}
_making = threading.Lock()


def current() -> Model | None:
    """The model of this installation; None if there is none now. Loaded once per process; after a
    failure retried periodically."""
    if is_off():
        return None
    key = settings.EMBEDDINGS_URL, settings.EMBEDDINGS_MODEL, settings.EMBEDDINGS_KEY
    known = _known(key)
    if known is None:
        with _making:  # many questions at once load it once
            known = _known(key) or _make(key)
    return known[1]


def _known(key: tuple[str, ...]) -> tuple[float, Model | None] | None:
    known = _made.get(key)
    recent = known and (known[1] is not None or time.monotonic() - known[0] < PAUSE)
    return known if recent else None


def _make(key: tuple[str, ...]) -> tuple[float, Model | None]:
    model: Model | None = None
    try:
        model = _maker()()
    except Unusable as problem:
        log.warning("searching by words alone, since no embedding model is usable: %s", problem)
    made = time.monotonic(), model
    _made[key] = made
    return made


def _maker() -> Callable[[], Model]:
    if settings.EMBEDDINGS_URL:
        from search.meaning.served import Served  # noqa: PLC0415 - it needs this module

        return lambda: Served(
            settings.EMBEDDINGS_URL, settings.EMBEDDINGS_MODEL, settings.EMBEDDINGS_KEY
        )
    from search.meaning.embedded import Embedded  # noqa: PLC0415 - it needs this module

    return Embedded


def forget() -> None:
    """Makes the next question load the model again: after a failure, or a change of settings."""
    _made.clear()


def state() -> str:
    """For the health page: "ok", "off", or "words only" if no model can be used."""
    if is_off():
        return "off"
    model = current()
    return "words only" if model is None or model.is_failing else "ok"
