"""The model that turns texts into vectors: the one in this process, or a server's. None where neither is to be had."""

import logging
import time
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

log = logging.getLogger("search.meaning")
PAUSE = 60.0  # seconds before a model that could not be used is tried again
Vectors = NDArray[np.float32]


class Unusable(Exception):
    """The model can't be used now; the message says why, for the log."""


class Model(Protocol):
    """Turns texts into vectors of length 1. Vectors of models with different names can't be compared."""

    name: str
    dimension: int

    def passages(self, texts: Sequence[str]) -> Vectors:
        """One row for each text. Raises Unusable."""

    def question(self, text: str) -> Vectors:
        """One vector. Raises Unusable."""


def is_off() -> bool:
    """Whether the installation wants words alone (``QMS_MEANING=off``)."""
    return str(settings.QMS_MEANING).lower() in {"off", "0", "false", "no"}


_made: dict[tuple[str, ...], tuple[float, Model | None]] = {}


def current() -> Model | None:
    """The model of this installation; made once in a process, and after a failure tried again now and then."""
    if is_off():
        return None
    key = settings.EMBEDDINGS_URL, settings.EMBEDDINGS_MODEL, settings.EMBEDDINGS_KEY
    known = _made.get(key)
    if known and (known[1] is not None or time.monotonic() - known[0] < PAUSE):
        return known[1]
    model: Model | None = None
    try:
        model = _maker()()
    except Unusable as problem:
        log.warning("finding by words alone, there is no model of meaning: %s", problem)
    _made[key] = time.monotonic(), model
    return model


def _maker() -> Callable[[], Model]:
    if settings.EMBEDDINGS_URL:
        from search.meaning.served import Served  # noqa: PLC0415 - it needs this module

        return lambda: Served(
            settings.EMBEDDINGS_URL, settings.EMBEDDINGS_MODEL, settings.EMBEDDINGS_KEY
        )
    from search.meaning.embedded import Embedded  # noqa: PLC0415 - it needs this module

    return Embedded


def forget() -> None:
    """Has the model made again at the next question, after a change of settings."""
    _made.clear()


def state() -> str:
    """For the page of health: "ok", "off", or "words only" where no model can be used."""
    return "off" if is_off() else "words only" if current() is None else "ok"
