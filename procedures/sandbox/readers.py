"""Reads files in separate processes, two in parallel: a file that hangs, crashes or exhausts memory
affects its own process only."""

import contextlib
import json
import logging
import os
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _

from procedures.filetext import recognise

log = logging.getLogger(__name__)

SECONDS = 8.0  # processor time for a Word package; real files need a tenth of a second
SECONDS_PER_MB = 0.5
WALL = 25.0  # wall-clock time, for a process that ignores its own limit
CONVERTED = 75.0  # LibreOffice has 60 seconds of its own
# For the text of any file: large tables, pages rendered and recognised
FILE_SECONDS, FILE_WALL = (
    20.0,
    CONVERTED + recognise.SECONDS,
)


@dataclass
class Job:
    """One file to read. `op`: read (a Word file), text (the beginning of a PDF or XLSX), file (all
    text of any file), pages (images of a Word file's pages), or none (only to keep its place in the
    order)."""

    path: Path
    name: str
    op: str = "read"
    tag: Any = None
    rules: list[dict[str, Any]] = field(default_factory=list)  # taught by the agency, as JSON


@dataclass
class Answer:
    """The outcome of a job: the plain reading and its pictures, or the text, or the result of
    `procedures.filetext`, or an error."""

    job: Job
    reading: dict[str, Any] | None = None
    pictures: dict[str, "KeptPicture"] = field(default_factory=dict)
    original: str = ""
    lines: list[list[str]] = field(default_factory=list)  # [part, spot, text, look] of the original
    text: str = ""
    file: dict[str, Any] | None = None
    # {"count", "more", "folder"}: 1.webp, 2.webp, … in the folder
    pages: dict[str, Any] | None = None
    refused: str = ""  # a message that names the file and the remedy
    reason: str = ""  # its short stable code


@dataclass
class KeptPicture:
    """A picture's bytes are kept in `path` until the answer has been handled."""

    sha256: str
    name: str
    mime: str
    path: Path


class Readers:
    """A small pool of reading processes; use it as a context manager.

    `read(jobs)` yields an Answer for each job, in the order of the jobs, and looks only a few jobs
    ahead."""

    def __init__(self, count: int = 2) -> None:
        self.children = [_Child() for _ in range(count)]

    def __enter__(self) -> "Readers":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        for child in self.children:
            child.close()

    def read(self, jobs: Iterable[Job]) -> Iterator[Answer]:
        waiting: deque[_Turn] = deque()
        todo, more = iter(jobs), True
        try:
            while True:
                while (
                    more
                    and len(waiting) < 2 * len(self.children)
                    and (free := self._free()) is not None
                ):
                    job = next(todo, None)
                    if job is None:
                        more = False
                        break
                    waiting.append(
                        free.start(job)
                        if job.op != "none"
                        else _Turn(job, free, None, 0, Answer(job))
                    )
                while waiting and (answer := waiting[0].answer) is not None:
                    yield answer
                    waiting.popleft().clear()
                    if self._free() is not None and more:
                        break  # give the idle process its next file first
                if not waiting and not more:
                    return
                if waiting and waiting[0].answer is None:
                    self._wait()
        finally:
            for turn in waiting:
                if turn.answer is None:
                    turn.child.kill()
                turn.clear()

    def one(self, job: Job) -> Iterator[Answer]:
        return self.read([job])

    def _free(self) -> "_Child | None":
        return next((child for child in self.children if child.turn is None), None)

    def _wait(self) -> None:
        """Waits until a process answers, dies, or times out."""
        busy = [child for child in self.children if child.turn is not None]
        with selectors.DefaultSelector() as selector:
            for child in busy:
                selector.register(child.output, selectors.EVENT_READ, child)
            pause = max(
                0.0,
                min(child.turn.until for child in busy if child.turn is not None)
                - time.monotonic(),
            )
            for key, _mask in selector.select(pause):
                key.data.receive()
        for child in busy:
            if child.turn is not None and child.turn.until <= time.monotonic():
                child.give_up("timeout")


@dataclass
class _Turn:
    job: Job
    child: "_Child"
    folder: Path | None  # where the process writes the pictures
    until: float
    answer: Answer | None = None

    def clear(self) -> None:
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)


class _Child:
    """One reading process, started on first use and restarted after it died."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self.turn: _Turn | None = None
        self.buffer = bytearray()

    @property
    def input(self) -> IO[bytes]:
        assert self.process is not None and self.process.stdin is not None
        return self.process.stdin

    @property
    def output(self) -> IO[bytes]:
        assert self.process is not None and self.process.stdout is not None
        return self.process.stdout

    def start(self, job: Job) -> _Turn:
        if self.process is None or self.process.poll() is not None:
            self._spawn()
        megabytes = job.path.stat().st_size / 2**20
        slow = job.op in {"file", "pages"}
        seconds = (FILE_SECONDS if slow else SECONDS) + SECONDS_PER_MB * megabytes
        folder = Path(tempfile.mkdtemp(prefix="qms-import-"))
        wall = (
            FILE_WALL if slow else WALL if job.op != "read" or _is_package(job.path) else CONVERTED
        )
        self.turn = _Turn(job, self, folder, time.monotonic() + wall + seconds)
        request = {
            "op": job.op,
            "path": str(job.path),
            "name": job.name,
            "pictures": str(folder),
            "seconds": seconds,
            "rules": job.rules,
        }
        try:
            self.input.write(json.dumps(request).encode() + b"\n")
            self.input.flush()
        except OSError:  # it died while idle; receive() notices
            log.warning("a reading process died while idle")
        return self.turn

    def _spawn(self) -> None:
        self.close()
        self.buffer.clear()
        environment = {
            **os.environ,
            "PYTHONPATH": str(settings.BASE_DIR),
            "PYTHONIOENCODING": "utf-8",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "procedures.sandbox.child"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, cwd=settings.BASE_DIR, start_new_session=True,
        )  # fmt: skip

    def receive(self) -> None:
        piece = os.read(self.output.fileno(), 1 << 20)
        if not piece:
            self.give_up("crashed")
            return
        self.buffer += piece
        if self.buffer.endswith(b"\n"):
            found = json.loads(self.buffer)
            self.buffer.clear()
            self._answer(found)

    def _answer(self, found: dict[str, Any]) -> None:
        turn, self.turn = self.turn, None
        assert turn is not None and turn.folder is not None
        answer = Answer(turn.job)
        if "refused" in found:
            answer.reason, message = found["refused"]
            answer.refused = message or refusal(answer.reason, turn.job.name)
        else:
            answer.reading, answer.text, answer.file = (
                found.get("reading"),
                found.get("text", ""),
                found.get("file"),
            )
            if "pages" in found:
                answer.pages = {**found["pages"], "folder": turn.folder}
            answer.original = found.get("original", "")
            answer.lines = found.get("lines", [])
            for named, picture in found.get("pictures", {}).items():
                answer.pictures[named] = KeptPicture(
                    picture["sha256"],
                    picture["name"],
                    picture["mime"],
                    turn.folder / picture["sha256"],
                )
        turn.answer = answer

    def give_up(self, reason: str) -> None:
        log.warning("reading %s: %s", self.turn.job.name if self.turn else "", reason)
        self.kill(keep_turn=True)
        if self.turn is not None:
            self._answer({"refused": [reason, ""]})

    def kill(self, *, keep_turn: bool = False) -> None:
        if not keep_turn:
            self.turn = None
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                # And the programs it started, such as Tesseract
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self._shut()

    def close(self) -> None:
        if self.process is None:
            return
        if self.turn is not None:
            self.kill()
            return
        self.input.close()
        try:
            self.process.wait(3)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._shut()

    def _shut(self) -> None:
        for pipe in (self.process.stdin, self.process.stdout) if self.process else ():
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    log.debug("pipe of a dead reading process")
        self.process = None


def _is_package(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(80)
    return head.startswith(b"PK") and b"opendocument" not in head


def refusal(reason: str, name: str) -> str:
    """The message for a failure that the reader itself could not word."""
    if reason == "timeout":
        return _(
            "Tệp “%(name)s” mất quá nhiều thời gian để đọc. Hãy mở bằng Word, lưu lại thành tệp .docx mới rồi nhập lại."
        ) % {"name": name}
    if reason == "too_complex":
        return _(
            "Tệp “%(name)s” quá lớn hoặc quá phức tạp để đọc. Hãy mở bằng Word, tách thành nhiều tệp hoặc lưu lại thành .docx mới rồi nhập lại."
        ) % {"name": name}
    return _(
        "Tệp “%(name)s” bị hỏng, không đọc được. Hãy mở bằng Word để sửa, lưu lại thành .docx hoặc lấy lại bản gốc rồi nhập lại."
    ) % {"name": name}
