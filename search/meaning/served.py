"""A model on a server with OpenAI's embeddings API: for a city that outgrows one machine."""

import contextlib
import http.client
import json
import logging
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from typing import Any

import numpy as np

from search.meaning import embedding
from search.meaning.embedded import readable
from search.meaning.embedding import Unusable, Vectors

log = logging.getLogger("search.meaning")
QUESTION_TIMEOUT, PASSAGES_TIMEOUT = 1.5, 60.0  # seconds
PAUSE = 30.0  # seconds without further attempts after a failure
LARGEST_ANSWER, PIECE = 50_000_000, 65_536  # bytes
BATCH = 32


class Served:
    """``url`` is the address of the service, with or without the suffix ``/embeddings``."""

    def __init__(self, url: str, model: str, key: str = "") -> None:
        if not url.startswith(("http://", "https://")):
            raise Unusable("EMBEDDINGS_URL must begin with http:// or https://")
        url = url.rstrip("/")
        self.url = url if url.endswith("/embeddings") else f"{url}/embeddings"
        self.model, self._key, self._failed = model, key, -PAUSE
        self.dimension = 0
        # A user's first question waits for this request too.
        self.dimension = self._request(["thử"], "query", QUESTION_TIMEOUT).shape[1]
        self.name = f"{model} {self.dimension} at {self.url}"

    def passages(self, texts: Sequence[str]) -> Vectors:
        parts = [
            self._request(texts[at : at + BATCH], "passage", PASSAGES_TIMEOUT)
            for at in range(0, len(texts), BATCH)
        ]
        return np.vstack(parts) if parts else np.zeros((0, self.dimension), np.float32)

    @property
    def is_failing(self) -> bool:
        return time.monotonic() - self._failed < PAUSE

    def question(self, text: str) -> Vectors:
        if self.is_failing:
            raise Unusable("the embeddings server failed a moment ago")
        try:
            return self._request([text], "query", QUESTION_TIMEOUT)[0]  # type: ignore[no-any-return]
        except Unusable as problem:
            self._failed = time.monotonic()
            log.warning("searching by words alone for a while: %s", problem)
            raise

    def _request(self, texts: Sequence[str], kind: str, timeout: float) -> Vectors:
        body = {"model": self.model, "input": [readable(t) for t in texts], "input_type": kind}
        headers = {"Content-Type": "application/json"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        request = urllib.request.Request(self.url, json.dumps(body).encode(), headers)  # noqa: S310 - http or https alone
        until = time.monotonic() + timeout
        try:
            with _opener.open(request, timeout=timeout) as answer:
                found = json.loads(_read(answer, until))
            vectors = _vectors(found, len(texts))
        except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError) as problem:
            raise Unusable(f"embeddings server: {type(problem).__name__}: {problem}"[:300])
        if self.dimension and vectors.shape[1] != self.dimension:
            embedding.forget()  # another model answers there now
            raise Unusable(
                f"the server returned {vectors.shape[1]} dimensions instead of {self.dimension}"
            )
        return vectors


class _Bounded(http.client.HTTPConnection):
    """A connection that ends when its response has not begun in time, even if the head trickles
    in: a socket's timeout is for each piece."""

    def getresponse(self) -> http.client.HTTPResponse:
        end = threading.Timer(self.timeout or PASSAGES_TIMEOUT, self._end)
        end.daemon = True
        end.start()
        try:
            return super().getresponse()
        finally:
            end.cancel()

    def _end(self) -> None:
        with contextlib.suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)


class _BoundedSecure(_Bounded, http.client.HTTPSConnection):
    pass


class _Http(urllib.request.HTTPHandler):
    def http_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_Bounded, request)  # type: ignore[arg-type]


class _Https(urllib.request.HTTPSHandler):
    def https_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_BoundedSecure, request)  # type: ignore[arg-type]


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Redirects are errors: following one would hand the key and the texts to another server."""

    def redirect_request(self, *args: Any) -> None:
        return None


_opener = urllib.request.build_opener(_Http, _Https, _NoRedirects)


def _read(answer: http.client.HTTPResponse, until: float) -> bytes:
    """The body. Raises TimeoutError if it is not complete in time, even if it trickles in,
    ValueError if it is too large."""
    pieces, size = [], 0
    while piece := answer.read1(PIECE):
        size += len(piece)
        if size > LARGEST_ANSWER:
            raise ValueError("the response is too large")
        if time.monotonic() > until:
            raise TimeoutError("the response is too slow")
        pieces.append(piece)
    return b"".join(pieces)


def _vectors(found: Any, number: int) -> Vectors:
    """The unit vectors of an answer, one row per text. Raises ValueError, KeyError or TypeError for
    an invalid answer."""
    rows = sorted(found["data"], key=lambda row: row["index"])
    vectors = np.asarray([row["embedding"] for row in rows], np.float32)
    if vectors.ndim != 2 or len(vectors) != number or not vectors.shape[1]:
        raise ValueError("the response does not have one vector for each text")
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not np.isfinite(vectors).all() or not lengths.all():
        raise ValueError("a vector is zero or not finite")
    return np.asarray(vectors / lengths, np.float32)
