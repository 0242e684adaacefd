"""Text recognition of page images: Tesseract, a system program, with its Vietnamese data if both
are installed."""

import csv
import functools
import os
import shutil
import subprocess
import time
from collections import defaultdict

from PIL import Image

LANGUAGE = "vie"
MOST_PAGES = 20  # per file: a form, a decision; longer files are found by their first pages
# For all pages of a file, and for one: typically two to five
SECONDS, PAGE_SECONDS = (
    150.0,
    40.0,
)
MOST_PIXELS = 12_000_000  # per page: A4 at 300 dpi has 8.7 million
SUREST_NOT = 30.0  # words with less confidence than this are stamps, signatures and dirt


@functools.cache
def languages(program: str) -> frozenset[str]:
    """The languages that the program can read."""
    try:
        told = subprocess.run(
            [program, "--list-langs"], capture_output=True, timeout=20, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return frozenset()
    return frozenset(told.decode("utf-8", "replace").split()[1:])


class Recogniser:
    """Recognises the pages of one file, within its limits. `program` is looked up unless given; ""
    disables recognition."""

    def __init__(self, program: str | None = None) -> None:
        self.program = shutil.which("tesseract") or "" if program is None else program
        self.able = bool(self.program) and LANGUAGE in languages(self.program)
        self.pages = 0
        self.until = time.monotonic() + SECONDS

    def may_go_on(self) -> bool:
        """Whether a further page may be recognised."""
        return self.able and self.pages < MOST_PAGES and time.monotonic() < self.until

    def text_of(self, page: Image.Image) -> str | None:
        """The text of a page; None if it was not recognised, for lack of the program or of time."""
        if not self.may_go_on():
            return None
        self.pages += 1
        page = fitting(page)
        out = b"P5\n%d %d\n255\n" % page.size + page.tobytes()
        turned = "1" if "osd" in languages(self.program) else "3"  # 1 also detects the orientation
        command = [
            self.program,
            "stdin",
            "stdout",
            "-l",
            LANGUAGE,
            "--psm",
            turned,
            "--dpi",
            "200",
            "tsv",
        ]
        environment = {
            **{
                k: v
                for k, v in os.environ.items()
                if k in ("PATH", "TESSDATA_PREFIX", "LD_LIBRARY_PATH", "HOME")
            },
            "OMP_THREAD_LIMIT": "1",
        }
        seconds = min(PAGE_SECONDS, max(1.0, self.until - time.monotonic()))
        try:
            done = subprocess.run(
                command,
                input=out,
                capture_output=True,
                timeout=seconds,
                env=environment,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        return lines_of(done.stdout.decode("utf-8", "replace")) if done.returncode == 0 else None


def fitting(page: Image.Image) -> Image.Image:
    """In greyscale, no larger than useful and not so small that letters become specks."""
    page = page.convert("L")
    width, height = page.size
    scale = min(1.0, (MOST_PIXELS / (width * height)) ** 0.5)
    if max(width, height) < 1_200:
        scale = min(3.0, 2_000 / max(width, height))
    return (
        page
        if scale == 1.0
        else page.resize(
            (max(1, int(width * scale)), max(1, int(height * scale))), Image.Resampling.LANCZOS
        )
    )


def lines_of(table: str) -> str:
    """The lines of Tesseract's word table, without words of low confidence."""
    lines: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for row in csv.DictReader(table.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        word = (row.get("text") or "").strip()
        if any(c.isalnum() for c in word) and _number(row.get("conf")) >= SUREST_NOT:
            lines[tuple(str(row.get(k)) for k in ("block_num", "par_num", "line_num"))].append(word)
    return "\n".join(" ".join(words) for words in lines.values())


def _number(text: str | None) -> float:
    try:
        return float(text or "-1")
    except ValueError:
        return -1.0
