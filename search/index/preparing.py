"""Analyses many entries in helper processes, next to the one that reads them from the database and
passes them to the engine.

Each helper has its own pipe and shares nothing: a pool's queues can block everybody when a helper
is killed while it holds them (Python 3.11), whereas a pipe with a dead end raises an error."""

import itertools
import multiprocessing
import os
import pickle
import queue
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from multiprocessing.connection import Connection
from types import TracebackType

from search.entries import Entry
from search.index.prepared import Prepared, prepare

CHUNK = 25  # entries per piece of work
ALONE = 400  # up to this many are analysed without helpers, which take a second to start
AHEAD = 6  # pieces of work that may wait, to bound memory however many entries there are


def prepared(entries: Iterable[Entry]) -> Iterator[Prepared]:
    """``prepare(entry)`` of each, in order. Many are shared among helper processes; the work of one
    that dies is done here."""
    walk = iter(entries)
    yield from map(prepare, itertools.islice(walk, ALONE))
    pieces = iter(lambda: list(itertools.islice(walk, CHUNK)), [])
    first = next(pieces, None)
    if first is None:
        return
    with ExitStack() as stack:
        helpers = [stack.enter_context(Helper()) for _ in range(_helpers())]
        turn = itertools.cycle(helpers)
        waiting: deque[Piece] = deque()
        for piece in itertools.chain([first], pieces):
            behind = len(waiting) >= AHEAD and not waiting[0].is_done()
            waiting.append(Piece(piece, None if behind else next(turn)))
            while waiting and (waiting[0].is_done() or len(waiting) > 2 * AHEAD):
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()


def _helpers() -> int:
    return min(max((os.cpu_count() or 1) - 1, 1), 3)


def prepare_all(entries: Sequence[Entry]) -> list[Prepared]:
    return [prepare(entry) for entry in entries]


class Helper:
    """A process that analyses pieces one after the other."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=_help, args=(theirs, os.getpid()), daemon=True)
        self.process.start()
        theirs.close()  # so that the helper's end is the last one

    def __enter__(self) -> "Helper":
        return self

    def __exit__(
        self, kind: type | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.connection.close()
        self.process.kill()  # it holds no resources; a piece that nobody waits for is abandoned
        self.process.join()

    def hand(self, piece: Sequence[Entry]) -> bool:
        """Sends a piece to the process. Returns False if it has died."""
        try:
            self.connection.send(piece)
        except OSError:
            return False
        return True

    def has_answered(self) -> bool:
        """Whether `answer` would return at once; also true if the helper has died."""
        try:
            return self.connection.poll()
        except OSError:
            return True

    def answer(self) -> list[Prepared] | None:
        """The result of the next piece sent to it; None if it has died."""
        try:
            return self.connection.recv()
        except (EOFError, OSError, pickle.UnpicklingError):
            return None


class Piece:
    """Entries that are analysed by a helper, or here if `helper` is None or dead."""

    def __init__(self, entries: Sequence[Entry], helper: Helper | None) -> None:
        self.entries = entries
        self.helper = helper if helper and helper.hand(entries) else None
        self.done = None if self.helper else prepare_all(entries)

    def is_done(self) -> bool:
        return self.helper is None or self.helper.has_answered()

    def result(self) -> list[Prepared]:
        if self.done is None and self.helper:
            self.done = self.helper.answer()
        return self.done if self.done is not None else prepare_all(self.entries)


def _help(connection: Connection, parent: int) -> None:
    """Main loop of a helper until its parent closes the pipe. A separate thread reads the pieces,
    so that parent and helper never wait for each other."""
    _end_with(parent)
    pieces: queue.SimpleQueue[Sequence[Entry] | None] = queue.SimpleQueue()

    def read() -> None:
        try:
            while True:
                pieces.put(connection.recv())
        except (EOFError, OSError):
            pieces.put(None)

    threading.Thread(target=read, daemon=True).start()
    while (piece := pieces.get()) is not None:
        try:
            connection.send(prepare_all(piece))
        except OSError:
            return


def _end_with(parent: int) -> None:
    """Ends this helper soon after its parent, however the parent ends."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
