"""A small installation whose processes are killed during audits: `python -m tests.audits.killed`.

One process loads the product and forks four: the *server*, two *phones* that send answers and
photos to it, and the *desk*, which takes the steps from the plan to the signed report. Each round
kills one of them, all, or the database without warning. After each round the database must be in
one of the states that the steps allow; at the end everything written on a phone is there once."""

import argparse

import django

django.setup()

from django.conf import settings  # noqa: E402

from audits.models import Answer, Audit, Evidence, SetAside  # noqa: E402
from tests import kills  # noqa: E402
from tests.audits import killed_world as world  # noqa: E402
from tests.ports import free_port  # noqa: E402


def play(chosen: argparse.Namespace) -> dict:
    folder, port = settings.QMS_DATA, free_port()
    world.prepare(folder)
    processes = {
        "server": lambda say: world.serve(port, say),
        "lead's phone": lambda say: world.Phone("lead", folder, port).work(say),
        "auditor's phone": lambda say: world.Phone("auditor", folder, port).work(say),
        "desk": lambda say: world.Desk().work(say),
    }
    trial = kills.Trial(chosen, processes, often=["server"])
    found = trial.play(world.faults, first=20, steps=6)
    nursery = trial.nursery
    found += [f"said, and not so: {one}" for one in world.missing(nursery.said)]
    nursery.start("server", processes["server"])
    phones = [world.Phone(name, folder, port) for name in ("lead", "auditor")]
    world.finish_all(phones)
    nursery.kill("server")
    found += world.at_the_end(phones)
    return {
        "rounds": dict(trial.killed), "found": found, "step": round(trial.step, 2),
        "written": sum(len(phone.written) for phone in phones),
        "answers": Answer.objects.count(), "photos": Evidence.objects.count(),
        "aside": SetAside.objects.count(), "audits": Audit.objects.count(),
    }  # fmt: skip


if __name__ == "__main__":
    kills.main(play, __doc__)
