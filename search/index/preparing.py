"""Taking many entries apart, beside the process that reads them from the database and hands them to the engine."""

import itertools
import multiprocessing
import os
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor

from search.entries import Entry
from search.index.prepared import Prepared, prepare

CHUNK = 25  # entries in one piece of work
ALONE = 400  # so many are taken apart without help: a helper takes a second to start
PATIENCE = 5.0  # seconds without an answer, after which one asks whether the helpers still live
AHEAD = 6  # pieces of work that wait, so that memory stays small however many entries there are


def prepared(entries: Iterable[Entry]) -> Iterator[Prepared]:
    """``prepare(entry)`` of each, in order. Many are shared with a process of its own; if that dies, they are done here."""
    walk = iter(entries)
    yield from map(prepare, itertools.islice(walk, ALONE))
    pieces = iter(lambda: list(itertools.islice(walk, CHUNK)), [])
    first = next(pieces, None)
    if first is None:
        return
    helpers = max((os.cpu_count() or 1) - 1, 1)
    with ProcessPoolExecutor(
        min(helpers, 3), multiprocessing.get_context("spawn"), _end_with, (os.getpid(),)
    ) as pool:
        waiting: deque[tuple[list[Entry], Future[list[Prepared]]]] = deque()
        for piece in itertools.chain([first], pieces):
            behind = len(waiting) >= AHEAD and not waiting[0][1].done()
            waiting.append((piece, _done_here(piece) if behind else _handed(pool, piece)))
            while waiting and (waiting[0][1].done() or len(waiting) > 2 * AHEAD):
                yield from _done(pool, *waiting.popleft())
        while waiting:
            yield from _done(pool, *waiting.popleft())


def _handed(pool: ProcessPoolExecutor, piece: list[Entry]) -> "Future[list[Prepared]]":
    try:
        return pool.submit(prepare_all, piece)
    except BrokenExecutor as problem:
        broken: Future[list[Prepared]] = Future()
        broken.set_exception(problem)
        return broken


def _done_here(piece: list[Entry]) -> "Future[list[Prepared]]":
    done: Future[list[Prepared]] = Future()
    done.set_result(prepare_all(piece))
    return done


def _done(
    pool: ProcessPoolExecutor, piece: list[Entry], answer: "Future[list[Prepared]]"
) -> list[Prepared]:
    """The piece taken apart by its helper, or here where that has died.

    Before Python 3.12 a piece that is handed over in the very moment in which the helper dies never gets an answer."""
    while True:
        try:
            return answer.result(PATIENCE)
        except BrokenExecutor:
            return prepare_all(piece)
        except TimeoutError:
            if _is_broken(pool):
                return prepare_all(piece)


def _is_broken(pool: ProcessPoolExecutor) -> bool:
    try:
        pool.submit(os.getpid)
    except BrokenExecutor:
        return True
    return False


def _end_with(parent: int) -> None:
    """Ends this helper soon after its parent, however that ends."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def prepare_all(entries: Sequence[Entry]) -> list[Prepared]:
    return [prepare(entry) for entry in entries]
