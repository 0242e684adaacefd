"""tantivy: the default engine, inside the process, with an index folder next to the database.

The folder holds one index per rebuild and a file ``current`` that names the one in use, so that a
rebuild happens next to it and replaces it atomically. It is reopened for each batch that is
written. Readers check two files before each question and load what is new.
"""

import contextlib
import json
import os
import secrets
import shutil
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from search.engines.answering import AnsweringEngine
from search.engines.interface import Rebuilding, Unavailable
from search.engines.tantivy_index import STAMP, Pair, Writer, unavailable_if_damaged
from search.engines.tantivy_reader import TantivyReader
from search.entries import Entry
from search.index.prepared import Prepared
from search.index.preparing import prepared

BATCH_MEMORY, REBUILD_MEMORY = 64_000_000, 256_000_000


class TantivyEngine(AnsweringEngine):
    """``folder`` holds the index; None keeps it in memory, for short use in one process."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self._memory = Pair.create(None) if folder is None else None
        self._reader: TantivyReader | None = None
        self._seen: object = None
        self._index: Pair | None = None
        self._lock = threading.Lock()

    # -- reading

    def reader(self) -> "TantivyReader":
        with self._lock, unavailable_if_damaged():
            seen = self._state()
            if self._reader is None or seen != self._seen:
                self._load(seen)
            assert self._reader is not None
            return self._reader

    def _state(self) -> object:
        """A value that changes with the index; cheap enough to read before each question."""
        if self.folder is None:
            return self._seen
        try:
            pointer = os.stat(self.folder / "current")  # noqa: PTH116 - an extra object per question
            place = (
                self._seen[2]
                if isinstance(self._seen, tuple)
                and self._seen[0] == (pointer.st_mtime_ns, pointer.st_ino)
                else self._current_folder()
            )
            meta = os.stat(place / "meta.json")  # noqa: PTH116
        except FileNotFoundError as missing:
            raise Unavailable("no index", missing=True) from missing
        return (
            (pointer.st_mtime_ns, pointer.st_ino),
            (meta.st_mtime_ns, meta.st_ino, meta.st_size),
            place,
        )

    def _current_folder(self) -> Path:
        """The folder of the index in use. Raises Unavailable if it is of another version."""
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
            self._index = Pair.open(seen[2])
            for index in self._index:
                index.config_reader("manual")
            self._index.reload()
        self._reader, self._seen = TantivyReader(self._index), seen

    def check(self) -> dict[str, object]:
        try:
            return {"ok": True, "engine": "tantivy", "entries": self.reader().documents}
        except Unavailable as problem:
            return {
                "ok": False,
                "engine": "tantivy",
                "entries": 0,
                "problem": str(problem),
                "missing": True,
            }

    # -- writing

    def put(self, origins: Sequence[str], entries: Sequence[Prepared]) -> Mapping[str, str]:
        with unavailable_if_damaged():
            writer = Writer(self._memory or Pair.open(self._current_folder()), BATCH_MEMORY)
            writer.put(origins, entries)
            writer.close()
            if self._memory is not None:
                self._reader = None
        return {}

    def rebuild(self, entries: Iterable[Entry]) -> "TantivyRebuilding":
        assert self.folder is not None, "an index in memory is filled by put"
        return TantivyRebuilding(self, entries)


class TantivyRebuilding(Rebuilding):
    """A fresh index folder next to the one in use."""

    def __init__(self, engine: TantivyEngine, entries: Iterable[Entry]) -> None:
        assert engine.folder is not None
        super().__init__()
        self.engine, self.folder = engine, engine.folder
        self.name = f"index-{secrets.token_hex(4)}"
        self.place = self.folder / self.name
        try:
            writer = Writer(Pair.create(self.place), REBUILD_MEMORY)
            for one in prepared(entries):
                writer.put((), (one,))
                self.entries += 1
            writer.close()
        except BaseException:
            shutil.rmtree(self.place, ignore_errors=True)
            raise

    def put(self, origins: Sequence[str], entries: Sequence[Prepared]) -> None:
        writer = Writer(Pair.open(self.place), BATCH_MEMORY)
        writer.put(origins, entries)
        writer.close()

    def finish(self) -> None:
        """Call it while holding the write lock. Readers of the old index keep it until their
        next question."""
        before = ""
        with contextlib.suppress(Unavailable):
            before = self.engine._current_folder().name
        pointer = self.folder / f"current.{self.name}"
        with pointer.open("w", encoding="utf-8") as file:
            json.dump({"folder": self.name, "stamp": STAMP}, file)
            file.flush()
            os.fsync(file.fileno())
        pointer.replace(self.folder / "current")
        keep = {self.name, before}
        for old in self.folder.glob("index-*"):
            if old.name not in keep:
                shutil.rmtree(old, ignore_errors=True)
