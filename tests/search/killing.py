"""Separate installations whose workers are really killed."""

import json
import os
import signal
import subprocess
import sys
import time

FULL = bool(os.environ.get("QMS_TORTURE"))
SEED = int(os.environ.get("QMS_TORTURE_SEED", "2026"))


def environment(folder, server=None):
    kept = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith(("QMS_", "DATABASE_URL", "ELASTICSEARCH_"))
    }
    named = (
        {
            "URL": server.url,
            "INDEX": f"qms-{folder.name}",
            "USER": "elastic",
            "PASSWORD": server.password,
        }
        if server
        else {}
    )
    engine = {f"ELASTICSEARCH_{name}": value for name, value in named.items()}
    return {**kept, **engine, "QMS_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "qms.settings"}


def run(folder, *command, server=None):
    return subprocess.run(
        [sys.executable, *command],
        env=environment(folder, server),
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout


def started(folder, server=None, does="work"):
    command = [sys.executable, "-m", "tests.search.worker", does]
    return subprocess.Popen(
        command,
        env=environment(folder, server),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def counted(folder, server=None):
    return json.loads(
        run(folder, "-m", "tests.search.worker", "count", server=server).splitlines()[-1]
    )


def kill_workers(folder, times, dice, server=None):
    """Returns the number of objects that the workers reported as committed."""
    said = 0
    for _ in range(times):
        worker = started(folder, server)
        assert worker.stdout.readline(), "the worker ended by itself"
        time.sleep(dice.random() * 0.4)  # any moment will do
        os.kill(worker.pid, signal.SIGKILL)
        said += 1 + len(worker.stdout.readlines())
        worker.wait()
    return said


def kill_while_embedding(folder, times, dice):
    """Returns the texts that were begun, with repetitions; the last process finishes after so many
    were killed."""
    begun = []
    for _ in range(times):
        worker = started(folder, does="embed")
        begun.append(worker.stdout.readline().strip())
        time.sleep(dice.random() * 0.1)  # any moment will do
        os.kill(worker.pid, signal.SIGKILL)
        begun += worker.stdout.read().split("\n")
        worker.wait()
    last = started(folder, does="embed")
    begun += last.stdout.read().split("\n")
    last.wait()
    return [text for text in begun if text]


def all_is_there(state, said):
    return (
        state["kept"] >= said > 0
        and state["found"] == state["kept"]
        and not state["strange"]
        and not state["waiting"]
    )
