"""The process that reads untrusted files: `python -m procedures.sandbox.child`.

One JSON line in (`{"op", "path", "name", "pictures", "seconds"}`), one JSON line out. It has no
Django and no database. Whatever a damaged file causes (endless work, memory, a crash of a library)
ends here; `readers.py` starts another."""

import contextlib
import hashlib
import json
import os
import resource
import signal
import sys
import traceback
from collections.abc import Iterator
from dataclasses import asdict, astuple
from pathlib import Path
from types import FrameType
from typing import Any

from qms.text import zips

MOST_MEMORY = 2 * 1024**3
LONGEST_TEXT = 40_000  # characters of a PDF or XLSX that are searched for a code
MOST_PAGES, MOST_ROWS = 10, 2_000
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Word, Excel and PowerPoint before 2007


class TooLong(BaseException):
    """The processor time for one file is used up. Not an Exception, so that no handler on the way
    swallows it."""


def main() -> None:
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # output of libraries must not mix with the answers
    for line in sys.stdin:
        job = json.loads(line)
        answers.write(json.dumps(answer(job), ensure_ascii=True) + "\n")
        answers.flush()


def answer(job: dict[str, Any]) -> dict[str, Any]:
    """`{"reading": …}`, `{"text": …}`, `{"file": …}`, `{"pages": …}`, or `{"refused": [code,
    message]}` with an empty message if the parent words it."""
    work = {"read": _read, "text": _text, "file": _file, "pages": _pages}[job["op"]]
    try:
        with _limits(job):
            return work(job)
    except TooLong:
        return {"refused": ["timeout", ""]}
    except (MemoryError, RecursionError):
        return {"refused": ["too_complex", ""]}
    except Exception as problem:
        message = getattr(problem, "message", "")
        if type(problem).__name__ == "UnreadableFile" and message:
            return {"refused": [getattr(problem, "code", "damaged"), message]}
        traceback.print_exc()
        return {"refused": ["damaged", ""]}


@contextlib.contextmanager
def _limits(job: dict[str, Any]) -> Iterator[None]:
    """Limits the processor time of this process (LibreOffice has its own limit), and its memory if
    no other program is started."""

    def stop(signum: int, frame: FrameType | None) -> None:
        raise TooLong

    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, job.get("seconds") or 8)
    before = resource.getrlimit(resource.RLIMIT_AS)
    if _stays_inside(job["path"], job["op"]):
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, before[1]))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        resource.setrlimit(resource.RLIMIT_AS, before)


def _stays_inside(path: str, op: str) -> bool:
    """Whether it is read here, not by LibreOffice, which reserves more memory than it uses."""
    if op == "pages":
        return False
    with Path(path).open("rb") as file:
        head = file.read(80)
    if op == "file":
        return not head.startswith(OLE) and b"{\\rtf" not in head
    return head.startswith(b"PK") and b"opendocument" not in head


def _read(job: dict[str, Any]) -> dict[str, Any]:
    from procedures.sandbox.plain import plain  # noqa: PLC0415 - each job loads only what it needs
    from procedures.word import read  # noqa: PLC0415 - each job loads only what it needs
    from procedures.word.case import in_sentence_case  # noqa: PLC0415 - each job loads only what it needs
    from procedures.word.rules import rules_of  # noqa: PLC0415 - each job loads only what it needs

    data = Path(job["path"]).read_bytes()
    reading = read(data, job["name"], rules=rules_of(job.get("rules") or ()))
    folder, kept = Path(job["pictures"]), {}
    for sha256, picture in reading.pictures.items():
        real = hashlib.sha256(picture.bytes).hexdigest()
        (folder / real).write_bytes(picture.bytes)
        kept[sha256] = {"sha256": real, "name": picture.name, "mime": picture.mime}
    found = plain(reading)
    found["sha256"] = hashlib.sha256(data).hexdigest()
    found["title"] = in_sentence_case(found["title"], reading.source_text)
    return {
        "reading": found,
        "pictures": kept,
        "original": getattr(reading, "source_text", "") or "",
        "lines": [list(astuple(line)) for line in reading.lines],
    }


def _text(job: dict[str, Any]) -> dict[str, Any]:
    """The beginning of the text of a PDF or XLSX."""
    path = Path(job["path"])
    with path.open("rb") as file:
        pdf = b"%PDF" in file.read(1024)
    lines: list[str] = []
    if pdf:
        import pypdfium2  # noqa: PLC0415 - each job loads only what it needs

        document = pypdfium2.PdfDocument(path)
        for number in range(min(len(document), MOST_PAGES)):
            lines.append(document[number].get_textpage().get_text_bounded())
    else:
        import openpyxl  # noqa: PLC0415 - each job loads only what it needs

        with path.open("rb") as file:  # a path would have to end in .xlsx
            zips.check(file)
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
            for sheet in book.worksheets:
                for row in sheet.iter_rows(max_row=MOST_ROWS, max_col=60, values_only=True):
                    lines.append(" ".join(str(value) for value in row if value is not None))
                    if sum(map(len, lines)) > LONGEST_TEXT:
                        break
    return {"text": "\n".join(lines)[:LONGEST_TEXT].replace("\x00", "")}


def _file(job: dict[str, Any]) -> dict[str, Any]:
    """The text of a document's file, and the outcome of reading it."""
    from procedures.filetext import read  # noqa: PLC0415 - each job loads only what it needs

    return {"file": asdict(read(Path(job["path"]).read_bytes()))}


def _pages(job: dict[str, Any]) -> dict[str, Any]:
    """Images of the first pages, in the folder."""
    from procedures.sandbox.pages import draw  # noqa: PLC0415 - each job loads only what it needs

    count, more = draw(Path(job["path"]).read_bytes(), job["name"], Path(job["pictures"]))
    return {"pages": {"count": count, "more": more}}


if __name__ == "__main__":
    main()
