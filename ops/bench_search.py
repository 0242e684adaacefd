"""Measures search: the embedded engine on generated corpora, the search page over the largest, and
other engines on the same.

Called by ops/bench.py; `ops/bench_search.py DOCUMENTS TEXTS` (in the environment of a data folder)
creates the agencies of such a corpus there."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from ops.measuring import ROOT, SAMPLES, Server, environment  # noqa: E402 - the path is set above


def sample_texts(folder: Path) -> Path:
    """A folder with the texts of the sample procedures, from whose words corpora are generated;
    empty if there are no samples."""
    texts = folder / "texts"
    texts.mkdir()
    if SAMPLES.is_dir():
        env = environment(folder)
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=env, check=True
        )
        subprocess.run(
            [sys.executable, "manage.py", "create_agency", "--code", "STP", "--name", "STP"],
            cwd=ROOT,
            env=env,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        command = [
            sys.executable,
            "manage.py",
            "import_documents",
            str(SAMPLES / "procedures"),
            "--agency",
            "STP",
            "--texts",
            str(texts),
        ]
        subprocess.run(command, cwd=ROOT, env=env, check=False, stdout=subprocess.DEVNULL)
    return texts


def searching(folder: Path, sizes: list[int]) -> dict[str, Any]:
    """Measures the embedded engine in one process, on corpora generated from the words of the
    sample procedures (if any), and the search page."""
    texts, found = sample_texts(folder), []
    data = folder / "served"
    for documents, agencies in [*((size, 60) for size in sizes), (max(sizes), 4000)]:
        command = [
            sys.executable,
            "manage.py",
            "bench_search",
            "--documents",
            str(documents),
            "--agencies",
            str(agencies),
            "--texts",
            str(texts),
        ]
        if (documents, agencies) == (max(sizes), 60):
            command += ["--keep", str(data / "index")]
        found.append(
            json.loads(
                subprocess.run(
                    command,
                    cwd=ROOT,
                    env=environment(data),
                    check=True,
                    stdout=subprocess.PIPE,
                    text=True,
                ).stdout
            )
        )
    return {"engine": found, "pages": search_pages(data, max(sizes), texts)}


def search_pages(folder: Path, documents: int, texts: Path) -> dict[str, Any]:
    """Measures the search page over the index of such a corpus in the data folder, as a reader of
    an agency: one request at a time, and 20 at once."""
    settle = [sys.executable, __file__, str(documents), str(texts)]
    settled = json.loads(
        subprocess.run(
            settle, cwd=ROOT, env=environment(folder), check=True, stdout=subprocess.PIPE, text=True
        ).stdout
    )
    server = Server(folder, "", settled["cookie"])
    try:
        paths = [f"/tim-kiem/?q={quote(q)}" for q in settled["questions"]]
        return {
            "documents": documents,
            "one_after_the_other": server.time(paths),
            "crowd": server.crowd(paths),
        }
    finally:
        server.stop()


def settle(documents: int, texts: Path) -> None:
    """Creates the agencies of a generated corpus and a reader of one of them. Prints the reader's
    cookie and questions that the corpus answers."""
    import datetime

    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client

    call_command("migrate", verbosity=0)
    from qms.lifecycle import people
    from qms.lifecycle.agencies import create_agency
    from qms.models import Role
    from search.bench.benchmark import Corpus, read_texts

    agencies = [create_agency(code=f"CQ{n:02}", name=f"Cơ quan số {n}") for n in range(60)]
    reader = people.create(username="reader", name="Người đọc", by=None)
    people.appoint(reader, Role.READER, agencies[2], by=None, starts_on=datetime.date(2026, 1, 1))
    client = Client()
    client.force_login(reader, settings.AUTHENTICATION_BACKENDS[-1])
    asked = Corpus(documents, 60, texts=read_texts(texts)).questions(100)
    name = settings.SESSION_COOKIE_NAME
    print(
        json.dumps(
            {
                "cookie": f"{name}={client.cookies[name].value}",
                "questions": [*asked["typed"], *asked["common"]],
            }
        )
    )


def others(folder: Path, documents: int) -> dict[str, Any]:
    """Measures other engines with the same corpus and questions, on each database and engine of
    this machine."""
    from ops.test import elasticsearch, postgres

    texts = sample_texts(folder)
    with postgres() as database, elasticsearch() as engine:
        found = {}
        for name, more in (
            ("sqlite", {"ELASTICSEARCH_TEST_URL": engine} if engine else {}),
            ("postgresql", {"DATABASE_URL": database}),
        ):
            if all(more.values()):
                command = [
                    sys.executable,
                    "ops/bench_baselines.py",
                    "--documents",
                    str(documents),
                    "--texts",
                    str(texts),
                ]
                answer = subprocess.run(
                    command,
                    cwd=ROOT,
                    env=environment(folder, **more),
                    check=True,
                    stdout=subprocess.PIPE,
                    text=True,
                )
                found[name] = json.loads(answer.stdout)
        return found


if __name__ == "__main__":
    settle(int(sys.argv[1]), Path(sys.argv[2]))
