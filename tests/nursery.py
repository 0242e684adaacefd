"""Forked processes that a trial kills, and what they reported before."""

import contextlib
import os
import signal
import time
from collections.abc import Callable

from django.db import connections


class Nursery:
    """Forks processes, kills them, and collects their reports."""

    def __init__(self) -> None:
        self.children: dict[str, tuple[int, int]] = {}  # name -> (pid, what it says)
        self.said: set[str] = set()
        self.whole = ""

    def start(self, name: str, work: Callable) -> None:
        if name in self.children:
            return
        connections.close_all()
        reads, writes = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reads)
            try:
                work(lambda line: os.write(writes, f"{line}\n".encode()))
            except BaseException as problem:
                with contextlib.suppress(OSError):
                    os.write(writes, f"fell {problem!r}"[:900].replace("\n", " ").encode() + b"\n")
            finally:
                os._exit(1)
        os.close(writes)
        os.set_blocking(reads, False)
        self.children[name] = (pid, reads)

    def kill(self, *names: str) -> None:
        for name in names:
            pid, reads = self.children.pop(name)
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            self._hear(reads)
            os.close(reads)

    def _hear(self, reads: int) -> None:
        whole = b""
        with contextlib.suppress(BlockingIOError):
            while piece := os.read(reads, 65_536):
                whole += piece
        self.said.update(whole.decode().split("\n")[:-1])

    def hear(self) -> None:
        for _pid, reads in self.children.values():
            self._hear(reads)

    def wait_until_said(self, count: int, seconds: float) -> None:
        give_up = time.monotonic() + seconds
        while len(self.said) < count and time.monotonic() < give_up:
            time.sleep(0.05)
            self.hear()
