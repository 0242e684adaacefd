"""Writes to an index for ever, until it is killed: `python -m tests.search.writer FOLDER`. Prints a
line after each batch."""

import sys
from pathlib import Path

from search.engines.tantivy import TantivyEngine
from search.entries import Entry, Passage
from search.index.prepared import prepare


def main() -> None:
    engine = TantivyEngine(Path(sys.argv[1]))
    number = 0
    while True:
        number += 1
        entry = Entry(
            key=f"kill:{number % 50}", group="document", kind="other", title=f"Kế hoạch {number}", url="/", readers=("public",),
            passages=(Passage("a", "", "kế hoạch " * 500),),
        )  # fmt: skip
        engine.put([entry.key], [prepare(entry)])
        print(number, flush=True)


if __name__ == "__main__":
    main()
