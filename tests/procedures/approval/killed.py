"""A small installation whose processes are killed while documents go through the chain: `python -m
tests.procedures.approval.killed`.

One process loads the product and forks a *web* process, which sends, signs and issues by the pages'
own forms, and a *background* process, which writes notices, sends mails and maintains the index.
Each round kills one of them, both, or the database without warning, or fills the disk for a while.
After each round the database must be in one of the states that the steps allow; at the end all
pending work is finished. Prints the results as JSON."""

import argparse
import contextlib
import json
import os
import random
import sys
import time
from collections import Counter

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connections  # noqa: E402

from procedures.models import Version  # noqa: E402
from qms.models import Mail  # noqa: E402
from tests.nursery import Nursery  # noqa: E402
from tests.own_postgres import OwnPostgres  # noqa: E402
from tests.procedures.approval import killed_world as world  # noqa: E402


def full_disk(nursery: Nursery, dice: random.Random, pause: float) -> None:
    """Fills the disk except for some kilobytes for a while."""
    filler = settings.QMS_DATA / "filler"
    free = os.statvfs(settings.QMS_DATA)
    left = free.f_bavail * free.f_frsize - dice.randrange(200_000)
    with filler.open("wb") as file, contextlib.suppress(OSError):
        os.posix_fallocate(file.fileno(), 0, max(left, 1))
    time.sleep(pause)
    filler.unlink()


def play(chosen: argparse.Namespace) -> dict:
    dice = random.Random(chosen.seed)
    server = OwnPostgres(chosen.postgres, chosen.port) if chosen.postgres else None
    world.prepare()
    nursery, found, count = Nursery(), [], Counter()

    def keep_both() -> None:
        nursery.start("web", lambda say: world.Web().work(say))
        nursery.start("background", world.serve)

    began = time.monotonic()
    keep_both()
    # Drafts and approvals of the first moments: how long a step takes here
    nursery.wait_until_said(6, 300)
    step = min((time.monotonic() - began) / 6, 2.0)
    for number in range(chosen.rounds):
        keep_both()
        pause = dice.random() * step * 3
        if chosen.full_disk:
            full_disk(nursery, dice, pause)
            count["full disk"] += 1
        else:
            time.sleep(pause)
        what = dice.choice(["web", "background", "both", *(["database"] * 2 if server else [])])
        count[what] += 1
        if what == "database":
            server.kill()
            server.start()
        else:
            nursery.kill(*(["web", "background"] if what == "both" else [what]))
        nursery.hear()
        connections.close_all()
        found += [f"round {number}, {what}: {said}" for said in world.faults()]
    nursery.kill(*nursery.children)
    found += [f"said, and not so: {one}" for one in world.missing(nursery.said)]
    world.Web().work(nursery.said.add, to_the_end=True)
    world.finish_all()
    found += world.at_the_end()
    said = Counter(line.partition(" ")[0] for line in nursery.said)
    return {
        "rounds": dict(count), "said": dict(said), "found": found, "step": round(step, 2),
        "versions": Version.objects.count(), "mails": Mail.objects.count(),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--postgres", default="")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--full-disk", action="store_true")
    sys.stdout.write(json.dumps(play(parser.parse_args())))


if __name__ == "__main__":
    main()
