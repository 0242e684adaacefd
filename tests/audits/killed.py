"""A small installation whose processes are killed during audits: `python -m tests.audits.killed`.

One process loads the product and forks four: the *server*, two *phones* that send answers and
photos to it, and the *desk*, which takes the steps from the plan to the signed report. Each round
kills one of them, all, or the database without warning. After each round the database must be in
one of the states that the steps allow; at the end everything written on a phone is there once.
Prints the results as JSON."""

import argparse
import json
import random
import socket
import sys
import time
from collections import Counter

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connections  # noqa: E402

from audits.models import Answer, Audit, Evidence, SetAside  # noqa: E402
from tests.audits import killed_world as world  # noqa: E402
from tests.nursery import Nursery  # noqa: E402
from tests.own_postgres import OwnPostgres  # noqa: E402


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def play(chosen: argparse.Namespace) -> dict:
    dice = random.Random(chosen.seed)
    folder, port = settings.QMS_DATA, free_port()
    database = OwnPostgres(chosen.postgres, chosen.port) if chosen.postgres else None
    world.prepare(folder)
    nursery, found, count = Nursery(), [], Counter()
    processes = {
        "server": lambda say: world.serve(port, say),
        "lead's phone": lambda say: world.Phone("lead", folder, port).work(say),
        "auditor's phone": lambda say: world.Phone("auditor", folder, port).work(say),
        "desk": lambda say: world.Desk().work(say),
    }

    def keep_all() -> None:
        for name, work in processes.items():
            nursery.start(name, work)

    began = time.monotonic()
    keep_all()
    # The first moments show how long a step takes here
    nursery.wait_until_said(20, 300)
    step = min((time.monotonic() - began) / 20, 2.0)
    for number in range(chosen.rounds):
        keep_all()
        time.sleep(dice.random() * step * 6)
        what = dice.choice([*processes, "server", "all", *(["database"] * 2 if database else [])])
        count[what] += 1
        if what == "database":
            database.kill()
            database.start()
        else:
            nursery.kill(*(list(nursery.children) if what == "all" else [what]))
        nursery.hear()
        connections.close_all()
        found += [f"round {number}, {what}: {said}" for said in world.faults()]
    nursery.kill(*nursery.children)
    found += [f"said, and not so: {one}" for one in world.missing(nursery.said)]
    nursery.start("server", processes["server"])
    phones = [world.Phone(name, folder, port) for name in ("lead", "auditor")]
    world.finish_all(phones)
    nursery.kill("server")
    found += world.at_the_end(phones)
    return {
        "rounds": dict(count), "found": found, "step": round(step, 2),
        "written": sum(len(phone.written) for phone in phones),
        "answers": Answer.objects.count(), "photos": Evidence.objects.count(),
        "aside": SetAside.objects.count(), "audits": Audit.objects.count(),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--postgres", default="")
    parser.add_argument("--port", type=int, default=0)
    sys.stdout.write(json.dumps(play(parser.parse_args())))


if __name__ == "__main__":
    main()
