"""Content and index worker in one process, to be killed: `python -m tests.search.worker count|work`; QMS_DATA names its data folder.

`work` for ever adds an object with its mark in one transaction, says so once that is committed, and empties the queue.
`count` empties the queue as the next worker would and prints {"kept", "found", "waiting"}."""

import json
import secrets
import sys

import django

django.setup()

from django.db import transaction  # noqa: E402

from search import api, registry  # noqa: E402
from search.entries import Entry  # noqa: E402
from search.models import Synonym  # noqa: E402
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
    """The keys of all that the index holds. Fails where the database answers in its place."""
    for page in range(1, 10_000):
        results = api.find("", tokens=frozenset({"public"}), sort="code", page=page, size=100)
        assert not results.notice, results.notice
        yield from (hit.key for hit in results.hits)
        if len(results.hits) < 100:
            return


if __name__ == "__main__":
    {"work": work, "count": count}[sys.argv[1]]()
