"""Which of our processes are running: each holds a lock on a file of its own in the data folder,
which the system releases when the process ends, however it ends. All processes share that folder,
so any of them can check."""

import fcntl
import json
import os
import time
from pathlib import Path
from types import TracebackType
from typing import Any

from django.conf import settings

PARENT = "parent"  # the name of the process that keeps the others running
TOO_OFTEN = 3  # crashes of a child that /health reports


class Held(Exception):  # noqa: N818 - a state, not a fault of the program
    """Another running process holds the name."""


def folder() -> Path:
    return Path(settings.QMS_DATA) / "alive"


def _file(name: str) -> Path:
    if not name or not all(c.isalnum() or c in "-_." for c in name) or name.startswith("."):
        raise ValueError("not a name of a process")
    return folder() / name


class Presence:
    """Holds a name within `with`. Raises Held if another process has it. `once`: the name is never
    used again."""

    def __init__(self, name: str, *, once: bool = False) -> None:
        self.name = name
        self.once = once
        self.handle = -1

    def __enter__(self) -> "Presence":
        path = _file(self.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        self.handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
        for left in range(5, -1, -1):  # checking takes the lock for a moment
            try:
                fcntl.flock(self.handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if not left:
                    os.close(self.handle)
                    raise Held(self.name) from None
                time.sleep(0.05)
        self.report({})
        return self

    def report(self, facts: dict[str, Any]) -> None:
        """Writes a heartbeat, with facts that other processes may read."""
        data = json.dumps(
            {**facts, "pid": os.getpid(), "at": time.time()}, ensure_ascii=False
        ).encode()
        os.pwrite(self.handle, data, 0)
        os.ftruncate(self.handle, len(data))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.once:
            _file(self.name).unlink(missing_ok=True)
        os.close(self.handle)


def is_held(name: str) -> bool:
    """Whether a running process holds the name."""
    try:
        handle = os.open(_file(name), os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def last_report(name: str) -> dict[str, Any]:
    """The last heartbeat with its facts, `at` in seconds since 1970; empty if there was none."""
    try:
        return json.loads(_file(name).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}


def sweep(prefix: str) -> None:
    """Removes the files of dead processes whose names are never used again (those of workers)."""
    for path in folder().glob(f"{prefix}*"):
        if not is_held(path.name):
            path.unlink(missing_ok=True)
