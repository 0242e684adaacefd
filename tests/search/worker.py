"""Content and index worker in one process, to be killed: `python -m tests.search.worker
count|work|fill|embed|vectors`; QMS_DATA names its data folder.

`work` for ever adds an object with its mark in one transaction, reports it once committed, and
empties the queue. `count` empties the queue as the next worker would and prints {"kept", "found",
"waiting"}. `fill` adds documents without vectors, `embed` embeds them, slowly, and reports before
each and at the end, `vectors` prints the existing ones."""

import json
import secrets
import sys
import time

import django
import numpy as np

django.setup()

from django.db import transaction  # noqa: E402

from search import api, registry  # noqa: E402
from search.entries import Entry, Passage  # noqa: E402
from search.meaning import embedding, upkeep  # noqa: E402
from search.meaning.vector_file import HEADER  # noqa: E402
from search.models import Listing, Synonym  # noqa: E402
from search.queue import pending  # noqa: E402


def ours():
    return Synonym.objects.filter(short__startswith="killed-")


def load(ids):
    for row in ours().filter(pk__in=ids):
        yield Entry(
            key=f"kept:{row.pk}",
            group="document",
            kind="other",
            title=f"Kế hoạch {row.long}",
            url="/",
            readers=("public",),
            passages=(Passage("", "", "Tiếp nhận, kiểm tra, trả lời. " * 4),),
        )


registry._SOURCES.clear()
registry.register("kept", load=load, ids=lambda: ours().values_list("pk", flat=True))


def work():
    while True:
        with transaction.atomic():
            row = Synonym.objects.create(short=f"killed-{secrets.token_hex(8)}", long="thử")
            pending.mark("kept", row.pk)
        print(row.pk, flush=True)
        pending.flush()


TEXTS = 60


def fill():
    """Documents that wait for their vectors."""
    with transaction.atomic():
        for number in range(TEXTS):
            row = Synonym.objects.create(short=f"killed-{number}", long=f"số {number}")
            pending.mark("kept", row.pk)
    pending.flush()
    print(json.dumps({"kept": TEXTS}))


class Slow:
    """Replaces a model: takes its time for a text, after reporting which."""

    name, dimension = "slow", 8

    def passages(self, texts):
        print(texts[0], flush=True)
        time.sleep(0.005)
        return np.ones((len(texts), self.dimension), np.float32)

    def question(self, text):
        return np.ones(self.dimension, np.float32)


def embed():
    embedding.current = Slow
    while upkeep.catch_up():
        pass
    print("done", flush=True)


def vectors():
    file = upkeep.file_of(Slow())
    table = file.table()
    rows = (file.path.stat().st_size - HEADER) / file.kind.itemsize
    listed = dict(Listing.objects.values_list("key", "pk"))
    print(json.dumps({"rows": rows, "all": dict(table.listings()) == listed}))


def count():
    pending.flush()
    kept, found = (
        set(ours().values_list("pk", flat=True)),
        {int(key.partition(":")[2]) for key in everything()},
    )
    print(
        json.dumps(
            {
                "kept": len(kept),
                "found": len(found & kept),
                "strange": len(found - kept),
                "waiting": pending.waiting().count(),
            }
        )
    )


def everything():
    """The keys of all entries in the index. Fails if the database answers instead."""
    for page in range(1, 10_000):
        results = api.find("", tokens=frozenset({"public"}), sort="code", page=page, size=100)
        assert not results.notice, results.notice
        yield from (hit.key for hit in results.hits)
        if len(results.hits) < 100:
            return


if __name__ == "__main__":
    {"work": work, "count": count, "fill": fill, "embed": embed, "vectors": vectors}[sys.argv[1]]()
