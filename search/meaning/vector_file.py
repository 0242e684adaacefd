"""One vector per entry, in one file next to the index, the same for every engine.

Fixed-size rows follow a header and are only appended: a later row of a key replaces an earlier one.
A kill leaves at most a partial row, which the next writer truncates. Once most rows are obsolete,
the file is rewritten and replaced atomically. Readers map it into memory.
"""

import contextlib
import fcntl
import functools
import hashlib
import json
import logging
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.meaning.embedding import Vectors

log = logging.getLogger("search.meaning")
HEADER, LONGEST_NAME, LONGEST_KEY = 512, 400, 96  # bytes
BLOCK = 4_096  # rows compared at once, so that they fit into the CPU cache
MOST = 1.1  # similarity of intact rows, rounded to int8
NOTHING = b""  # the digest of an entry without a text


@dataclass(frozen=True)
class Row:
    """The vector of an entry. ``listing`` identifies the state of the entry that was read,
    ``digest`` the embedded text."""

    key: str
    listing: int
    digest: bytes
    vector: Vectors | None  # None: there is nothing to embed


class Table:
    """The rows of a file at the time it was opened. ``before``: the table of the same file when it
    had fewer rows, so that only the keys of the new ones are read."""

    def __init__(self, rows: NDArray[Any], before: "Table | None" = None) -> None:
        self._rows = rows
        self.place: dict[str, int] = dict(before.place) if before else {}
        first = len(before._rows) if before else 0
        for at, key in enumerate(rows["key"][first:].tolist(), first):
            if key:
                self.place[key.decode("utf-8", "replace")] = at
        self.keys: list[str] = list(self.place)
        self.live = np.fromiter(self.place.values(), np.int64, len(self.place))
        self._all_live = len(self.live) == len(rows)

    @functools.cached_property
    def order(self) -> Mapping[str, int]:
        """{key: index in ``keys``}."""
        return self.place if self._all_live else {key: at for at, key in enumerate(self.keys)}

    def listing(self, key: str) -> int | None:
        at = self.place.get(key)
        return None if at is None else int(self._rows["listing"][at])

    def listings(self) -> Mapping[str, int]:
        """{key: ID of the state that was read}."""
        found = self._rows["listing"][self.live].tolist()
        return dict(zip(self.keys, found, strict=True))

    def digest(self, key: str) -> bytes | None:
        at = self.place.get(key)
        return None if at is None else bytes(self._rows["digest"][at])

    def vector(self, key: str) -> Vectors | None:
        at = self.place.get(key)
        if at is None or not self._rows["scale"][at]:
            return None
        return np.asarray(self._rows["vector"][at].astype(np.float32) * self._rows["scale"][at])

    def similarities(self, question: Vectors) -> Vectors:
        """Cosine similarity of each of ``keys`` to the question; NaN for entries without a vector
        and for damaged rows."""
        values = np.empty(len(self._rows), np.float32)
        for at in range(0, len(self._rows), BLOCK):
            block = self._rows[at : at + BLOCK]
            values[at : at + BLOCK] = block["vector"].astype(np.float32) @ question
        with np.errstate(all="ignore"):
            values *= self._rows["scale"]
        values[(self._rows["scale"] == 0) | ~(np.abs(values) <= MOST)] = np.nan
        return values if self._all_live else values[self.live]


class VectorFile:
    """The file of one model in a folder."""

    def __init__(self, folder: Path, model: str, dimension: int) -> None:
        self.folder, self.model, self.dimension = folder, model, dimension
        # A long name, such as a server's address, must fit into the header
        self._called = (
            model
            if len(json.dumps(model)) <= LONGEST_NAME
            else hashlib.sha256(model.encode()).hexdigest()
        )
        name = hashlib.sha256(f"{self._called}/{dimension}".encode()).hexdigest()[:12]
        self.path = folder / f"meaning-{name}.vectors"
        self.kind = np.dtype(
            [
                ("key", f"S{LONGEST_KEY}"),
                ("digest", "S16"),
                ("listing", "<i8"),
                ("scale", "<f4"),
                ("vector", "i1", (dimension,)),
            ]
        )
        self._table = Table(np.zeros(0, self.kind))
        self._seen: object = None
        self._inode = 0
        self._lock = threading.Lock()

    @classmethod
    def in_folder(cls, folder: Path) -> "list[VectorFile]":
        """The files of all models in the folder; two while another model takes over."""
        found = []
        for path in folder.glob("meaning-*.vectors"):
            try:
                with path.open("rb") as file:
                    facts = json.loads(file.read(HEADER))
                known = cls(folder, facts["model"], facts["dimension"])
            except (OSError, ValueError, KeyError, TypeError):
                continue  # missing or damaged: the background process recreates it
            if known.path == path:
                found.append(_opened.setdefault(path, known))
        return found

    def table(self) -> Table:
        """The current rows; reloaded only if the file has changed. Without rows if it is missing or
        can't be read."""
        try:
            state = self.path.stat()
            seen = state.st_ino, state.st_size
            with self._lock:
                if seen != self._seen:
                    rows, known = self._mapped(state.st_size), self._table
                    grown = self._inode == state.st_ino and len(known._rows) <= len(rows)
                    self._table = Table(rows, known if grown else None)
                    self._seen, self._inode = seen, state.st_ino
                return self._table
        except (OSError, ValueError) as problem:  # replaced or shortened meanwhile
            if not isinstance(problem, FileNotFoundError):
                log.warning("%s can't be read: %s", self.path.name, problem)
            return Table(np.zeros(0, self.kind))

    def _mapped(self, size: int) -> NDArray[Any]:
        number = (size - HEADER) // self.kind.itemsize
        if number <= 0 or not self._is_ours():
            return np.zeros(0, self.kind)
        return np.memmap(self.path, self.kind, "r", HEADER, (number,))

    def identity(self) -> tuple[int, int] | None:
        """A value that changes with the file; None if it is missing or damaged."""
        try:
            state = self.path.stat()
            return (state.st_ino, state.st_size) if self._is_ours() else None
        except OSError:
            return None

    def _is_ours(self) -> bool:
        with self.path.open("rb") as file:
            return file.read(HEADER) == self._header()

    def _header(self) -> bytes:
        facts = {"model": self._called, "dimension": self.dimension, "format": 1}
        return json.dumps(facts).encode().ljust(HEADER)

    @contextlib.contextmanager
    def writing(self) -> Iterator[bool]:
        """Holds the write lock; yields False if another process has it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "meaning.lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True

    def append(self, rows: Sequence[Row]) -> None:
        """Appends rows and syncs them to disk. Call it while holding the write lock."""
        if not (self.path.exists() and self._is_ours()):
            # A file that others have mapped must not be emptied in place
            begun = self.path.with_suffix(".new")
            begun.write_bytes(self._header())
            begun.replace(self.path)
        with self.path.open("r+b") as file:
            end = file.seek(0, os.SEEK_END)
            file.seek(end - (end - HEADER) % self.kind.itemsize)  # partial row of a killed writer
            file.truncate()
            file.write(self._packed(rows).tobytes())
            file.flush()
            os.fsync(file.fileno())

    def _packed(self, rows: Sequence[Row]) -> NDArray[Any]:
        packed = np.zeros(len(rows), self.kind)
        for at, row in enumerate(rows):
            packed[at]["key"], packed[at]["digest"] = row.key.encode(), row.digest
            packed[at]["listing"] = row.listing
            if row.vector is not None and (largest := float(np.abs(row.vector).max())):
                packed[at]["scale"] = largest / 127
                packed[at]["vector"] = np.rint(row.vector * (127 / largest)).astype(np.int8)
        return packed

    def update_listing(self, key: str, listing: int) -> None:
        """Records that the entry's vector is also valid for its newer state, by overwriting
        eight bytes."""
        at = self.table().place[key]
        offset = HEADER + at * self.kind.itemsize + self.kind.fields["listing"][1]  # type: ignore[index]
        with self.path.open("r+b") as file:
            file.seek(offset)
            file.write(listing.to_bytes(8, "little", signed=True))

    def tidy(self, keep: Mapping[str, int]) -> None:
        """Rewrites the file without replaced and deleted entries if they are most of it."""
        table = self.table()
        kept = [at for key, at in table.place.items() if key in keep]
        if len(table._rows) <= 2 * len(kept) + 1_000:
            return
        replacement = self.path.with_suffix(".new")
        with replacement.open("wb") as file:
            file.write(self._header())
            for start in range(0, len(kept), BLOCK):
                file.write(np.asarray(table._rows[kept[start : start + BLOCK]]).tobytes())
            file.flush()
            os.fsync(file.fileno())
        replacement.replace(self.path)

    def forget_others(self) -> None:
        """Deletes the files of other models; call it once this one has every entry."""
        for other in self.folder.glob("meaning-*.vectors"):
            if other != self.path:
                other.unlink(missing_ok=True)


_opened: dict[Path, VectorFile] = {}  # mapped once for all readers
