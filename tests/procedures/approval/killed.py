"""A small installation whose processes are killed while documents go through the chain: `python -m
tests.procedures.approval.killed`.

One process loads the product and forks a *web* process, which sends, signs and issues by the pages'
own forms, and a *background* process, which writes notices, sends mails and maintains the index.
Each round kills one of them, both, or the database without warning, or fills the disk for a while.
After each round the database must be in one of the states that the steps allow; at the end all
pending work is finished."""

import argparse
import contextlib
import os
import time
from collections import Counter

import django

django.setup()

from django.conf import settings  # noqa: E402

from procedures.models import Version  # noqa: E402
from qms.models import Mail  # noqa: E402
from tests import kills  # noqa: E402
from tests.procedures.approval import killed_world as world  # noqa: E402


def play(chosen: argparse.Namespace) -> dict:
    world.prepare()
    processes = {"web": lambda say: world.Web().work(say), "background": world.serve}
    trial = kills.Trial(chosen, processes)

    def full_disk(pause: float) -> None:
        """Fills the disk except for some kilobytes for a while."""
        filler = settings.QMS_DATA / "filler"
        free = os.statvfs(settings.QMS_DATA)
        left = free.f_bavail * free.f_frsize - trial.dice.randrange(200_000)
        with filler.open("wb") as file, contextlib.suppress(OSError):
            os.posix_fallocate(file.fileno(), 0, max(left, 1))
        time.sleep(pause)
        filler.unlink()
        trial.killed["full disk"] += 1

    wait = full_disk if chosen.full_disk else time.sleep
    found = trial.play(world.faults, first=6, steps=3, wait=wait)
    reported = trial.nursery.said
    found += [f"said, and not so: {one}" for one in world.missing(reported)]
    world.Web().work(reported.add, to_the_end=True)
    world.finish_all()
    found += world.at_the_end()
    said = Counter(line.partition(" ")[0] for line in reported)
    return {
        "rounds": dict(trial.killed), "said": dict(said), "found": found,
        "step": round(trial.step, 2),
        "versions": Version.objects.count(), "mails": Mail.objects.count(),
    }  # fmt: skip


if __name__ == "__main__":
    kills.main(play, __doc__, "--full-disk")
