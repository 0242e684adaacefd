"""Page images of a file, for the review of an import: made in the background, stored by the file's
digest, deleted when unused for long. They prove nothing, so they are stored next to the store
(`settings.QMS_PAGES`), never in it."""

import contextlib
import json
import logging
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django_tasks import task

from procedures.sandbox.readers import Job, Readers
from procedures.word.convert import find_soffice
from qms.proof import store

log = logging.getLogger(__name__)

KEPT = 30 * 24 * 3600  # seconds after which a file's pages are rendered again on request
MOST_BYTES = 2 * 2**30  # of all pages together; the oldest are deleted first
ASKED = 600.0  # seconds before a request is repeated
SOON = 50  # priority in the background queue: a user is waiting


@dataclass(frozen=True)
class Drawn:
    """`state`: ready, failed (with its short code in `reason`), waiting, or none if not requested
    yet."""

    state: str
    count: int = 0
    more: bool = False
    reason: str = ""


def able() -> bool:
    """Whether this machine can render pages."""
    return find_soffice() is not None


def of(sha256: str) -> Drawn:
    """The state of the page images of a stored file."""
    folder = _folder(sha256)
    try:
        said = json.loads((folder / "pages.json").read_text(encoding="utf-8"))
        return Drawn(said["state"], said["count"], said["more"], said["reason"])
    except (OSError, ValueError, KeyError):
        return Drawn("waiting" if _is_asked(sha256) else "none")


def page(sha256: str, number: int) -> Path | None:
    """The image of a page (from 1), WebP; None if there is none."""
    path = _folder(sha256) / f"{number}.webp"
    return path if number >= 1 and path.is_file() else None


def ask(sha256: str, *, again: bool = False) -> Drawn:
    """Requests rendering unless it is done or already requested; with `again` also
    after a failure."""
    drawn = of(sha256)
    if drawn.state == "none" or (again and drawn.state == "failed"):
        if drawn.state == "failed":
            shutil.rmtree(_folder(sha256), ignore_errors=True)
        mark = _asked(sha256)
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.touch()
        draw_pages.using(priority=SOON).enqueue(sha256)
        return Drawn("waiting")
    return drawn


@task(queue_name="imports")
def draw_pages(sha256: str) -> str:
    """Renders the pages of a stored file. Returns the final state; idempotent."""
    if of(sha256).state in {"ready", "failed"}:
        return "there already"
    tidy()
    try:
        return _draw(sha256)
    finally:
        _asked(sha256).unlink(missing_ok=True)


def _draw(sha256: str) -> str:
    if not store.is_intact(sha256):
        return "no such file"  # reported by check_proof
    root = Path(settings.QMS_PAGES)
    root.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(dir=root, prefix="half-", ignore_cleanup_errors=True) as half,
        Readers(1) as readers,
    ):
        made = Path(half) / sha256
        made.mkdir()
        said = {"state": "failed", "count": 0, "more": False, "reason": ""}
        for answer in readers.one(Job(store.path_of(sha256), sha256[:12], op="pages")):
            said["reason"] = answer.reason
            if answer.pages is not None:
                count, more = answer.pages["count"], answer.pages["more"]
                for number in range(1, count + 1):
                    name = f"{number}.webp"
                    shutil.move(answer.pages["folder"] / name, made / name)
                said |= {"state": "ready", "count": count, "more": more}
        (made / "pages.json").write_text(json.dumps(said), encoding="utf-8")
        with contextlib.suppress(OSError):  # another process was faster
            made.rename(_folder(sha256))
    return str(said["state"])


def tidy() -> None:
    """Deletes pages not requested within KEPT, leftovers of killed processes, and the oldest pages
    beyond MOST_BYTES."""
    root, now, total = Path(settings.QMS_PAGES), time.time(), 0
    if not root.is_dir():
        return
    found = []
    for path in root.iterdir():
        with contextlib.suppress(OSError):
            found.append((path.stat().st_mtime, path))
    for made, path in sorted(found, reverse=True):
        with contextlib.suppress(OSError):
            if path.is_dir():
                total += sum(file.stat().st_size for file in path.iterdir() if file.is_file())
                kept = 24 * 3600 if path.name.startswith("half-") else KEPT
                if now - made > kept or total > MOST_BYTES:
                    shutil.rmtree(path, ignore_errors=True)
            elif now - made > 24 * 3600:
                path.unlink()


def _folder(sha256: str) -> Path:
    store.path_of(sha256)  # raises ValueError for an invalid digest
    return Path(settings.QMS_PAGES) / sha256


def _asked(sha256: str) -> Path:
    return Path(settings.QMS_PAGES) / f"{sha256}.asked"


def _is_asked(sha256: str) -> bool:
    with contextlib.suppress(OSError):
        return time.time() - _asked(sha256).stat().st_mtime < ASKED
    return False
