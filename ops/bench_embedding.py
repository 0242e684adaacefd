"""Measures the embedding of documents in the background while readers search and read, and prints
the figures as JSON (docs/performance.md).

    ops/bench_embedding.py [--documents 5000] [--database URL]

Uses a throw-away data folder and the real web server and background process with production
settings. 20 readers search for a minute, then pages of documents are requested: three times while
documents are embedded, and once afterwards. 5,000 documents take most of an hour."""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from ops.bench import QUESTIONS  # noqa: E402 - the path is set above
from ops.measuring import ROOT, Server, environment  # noqa: E402 - likewise
from search.meaning.vector_file import VectorFile  # noqa: E402 - likewise

ROUNDS = 3
LIMIT = 2 * 3600  # seconds
COUNTS = "from search.models import Listing; from procedures.models import Version; print(Listing.objects.count(), *Version.objects.values_list('document_id', flat=True)[:200])"


class Progress:
    """Notes every second how many entries of the data folder have a row in the file of vectors."""

    def __init__(self, folder: Path, entries: int) -> None:
        self.index, self.entries, self.done = folder / "index", entries, 0
        self.started = time.monotonic()
        self.seconds: float | None = None  # from the start of the server to the last entry
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while self.seconds is None and time.monotonic() < self.started + LIMIT:
            self.done = sum(len(file.table().keys) for file in VectorFile.in_folder(self.index))
            if self.done >= self.entries:
                self.seconds = time.monotonic() - self.started
            time.sleep(1)

    def wait_for(self, share: float) -> None:
        """Waits until that share of the entries is embedded."""
        while self.done < share * self.entries and time.monotonic() < self.started + LIMIT:
            time.sleep(1)


def times(server: Server, documents: list[str]) -> dict[str, Any]:
    return {
        "search_by_a_crowd": server.crowd([f"/tim-kiem/?q={quote(q)}" for q in QUESTIONS]),
        "document": server.time(documents),
    }


def embedding(folder: Path, documents: int, database: str) -> dict[str, Any]:
    more = {"DATABASE_URL": database} if database else {}
    env = environment(folder, **more)
    fill = [sys.executable, "ops/bench.py", "--fill", str(documents)]
    subprocess.run(fill, cwd=ROOT, env=env, check=True)
    count = [sys.executable, "manage.py", "shell", "-v0", "-c", COUNTS]
    counted = subprocess.run(count, cwd=ROOT, env=env, check=True, capture_output=True, text=True)
    entries, *ids = counted.stdout.split()
    paths = [f"/d/{pk}/" for pk in ids]
    server = Server(folder, database)
    try:
        progress = Progress(folder, int(entries))
        rounds = []
        for n in range(ROUNDS):
            progress.wait_for((n + 0.1) / ROUNDS)
            at = progress.done
            rounds.append({"entries_embedded": at, **times(server, paths)})
        progress.wait_for(1)
        return {
            "documents": documents,
            "entries": progress.entries,
            "embedded": progress.done,
            "seconds": progress.seconds and round(progress.seconds),
            "meanwhile": rounds,
            "afterwards": times(server, paths),
            "bytes": sum(f.path.stat().st_size for f in VectorFile.in_folder(progress.index)),
        }
    finally:
        server.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=5000)
    parser.add_argument("--database", default="")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="qms-bench-"))
    try:
        found = embedding(folder, options.documents, options.database)
        print(json.dumps(found, ensure_ascii=False, indent=2))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
