"""Measures the product on this machine and prints the figures as JSON (docs/performance.md explains them).

    ops/bench.py [--documents 5000] [--only start,import,pages,search,others] [--sizes 1000,10000] [--database URL]

Everything happens in a throw-away data folder. Pages are asked of the real web server with production settings and one
worker, on the loopback address; each figure is over 200 warm requests, but `document_seen_first`. `search` measures the embedded engine alone on made corpora,
and the search page over the largest of them (`--sizes 1000,10000,100000` takes half an hour); `others` what Wagtail's own search and
Elasticsearch's standard analyser do with the largest."""

import argparse
import contextlib
import http.client
import json
import os
import random
import secrets
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
SAMPLES = ROOT.parent / "shared" / "samples"
REQUESTS = 200
SECRET = secrets.token_urlsafe(64)
QUESTIONS = [
    "đăng ký khai sinh", "dang ky khai sinh", "cap giay phep", "thời hạn giải quyết hồ sơ", "kiem soat tai lieu", "QT-0123", "đánh giá nội bộ",
    "thu tuc dang ky ket hon co yeu to nuoc ngoai", "chứng thực bản sao từ bản chính", "khac phuc su khong phu hop",
]  # fmt: skip


def environment(folder: Path, **more: str) -> dict[str, str]:
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith(("QMS_", "DATABASE_URL", "DJANGO_"))
    }
    return {
        **kept,
        "QMS_DATA": str(folder),
        "QMS_SECRET_KEY": SECRET,
        "DJANGO_SETTINGS_MODULE": "qms.settings",
        **more,
    }


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def percentiles(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    return {
        "requests": len(ordered),
        "p50_ms": round(statistics.median(ordered) * 1000, 1),
        "p95_ms": round(ordered[int(len(ordered) * 0.95) - 1] * 1000, 1),
        "max_ms": round(ordered[-1] * 1000, 1),
    }


def fill(documents: int) -> None:
    """Makes so many issued documents of real size, put together from the demonstration's own texts (seeded)."""
    import datetime

    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from procedures import lifecycle
    from procedures.demo import parse
    from qms.lifecycle.agencies import create_agency
    from qms.models import Unit

    sources = parse.read_documents(datetime.date(2026, 1, 1))
    contents = [source["versions"][-1]["content"] for source in sources]
    titles = [source["title"] for source in sources]
    dice = random.Random(9001)  # noqa: S311 - the same documents at every run
    agencies = [create_agency(code=f"CQ{n:02}", name=f"Cơ quan số {n}") for n in range(60)]
    units = {
        body.pk: [Unit.objects.create(agency=body, name=f"Phòng số {n}") for n in range(6)]
        for body in agencies
    }
    laws = [
        f"{dice.randint(1, 300)}/{dice.randint(2005, 2026)}/{dice.choice(['NĐ-CP', 'TT-BTP', 'QĐ-TTg', 'QH14'])}"
        for _ in range(400)
    ]
    sections = [s for c in contents for s in c["sections"]]
    from django.db import transaction

    for start in range(0, documents, 100):
        with transaction.atomic():
            for n in range(start, min(start + 100, documents)):
                content = real_size(
                    [*dice.choice(contents)["sections"], *dice.sample(sections, 4)], sections, dice
                )
                body = dice.choice(agencies)
                page = lifecycle.create_draft(
                    body,
                    kind="procedure",
                    title=f"{dice.choice(titles)} {n}",
                    code=f"QT-{n:04}",
                    content=content,
                    by=None,
                    visibility="public",
                    unit=dice.choice(units[body.pk]),
                    field=f"Lĩnh vực số {dice.randint(1, 25)}",
                    legal_basis=dice.sample(laws, 5),
                )
                lifecycle.record(
                    page, issued_on=datetime.date(dice.randint(2019, 2026), 1, 1), by=None
                )
    call_command("rebuild_index", verbosity=0)


def real_size(
    chosen: list[dict[str, Any]], sections: list[dict[str, Any]], dice: random.Random
) -> dict[str, Any]:
    """Content of about 3,700 syllables, as long as a real procedure: these sections and further ones."""
    from procedures.content.text import section_text

    syllables = sum(len(section_text(s).split()) for s in chosen)
    while syllables < 3_700:
        chosen.append(dice.choice(sections))
        syllables += len(section_text(chosen[-1]).split())
    return {"sections": chosen}


class Server:
    """The web server with production settings and one worker, asked by nobody or by who holds a cookie."""

    def __init__(self, folder: Path, database: str, cookie: str = "") -> None:
        self.port = free_port()
        self.cookie = {"Cookie": cookie} if cookie else {}
        more = {
            "QMS_ENV": "production", "QMS_ALLOWED_HOSTS": "127.0.0.1", "QMS_HTTPS": "proxy",
            "QMS_WEB_WORKERS": "1", "QMS_HOST": "127.0.0.1", "PORT": str(self.port),
        }  # fmt: skip
        if database:
            more["DATABASE_URL"] = database
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "up"],
            cwd=ROOT,
            env=environment(folder, **more),
            stdout=subprocess.DEVNULL,
        )
        for _ in range(600):
            with contextlib.suppress(OSError):
                if self.get("/")[0] == 200:
                    return
            time.sleep(0.1)
        raise SystemExit("the server did not start")

    def get(self, path: str, **headers: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(
            "GET", path, headers={"X-Forwarded-Proto": "https", **self.cookie, **headers}
        )
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, body

    def time(self, paths: list[str]) -> dict[str, Any]:
        for path in paths[:20]:
            self.get(path)
        taken = []
        for n in range(REQUESTS):
            started = time.perf_counter()
            status, _body = self.get(paths[n % len(paths)])
            taken.append(time.perf_counter() - started)
            if status != 200:
                raise SystemExit(f"{paths[n % len(paths)]}: {status}")
        return percentiles(taken)

    def crowd(
        self, paths: list[str], users: int = 20, seconds: int = 60, pause: float = 2.0
    ) -> dict[str, Any]:
        """So many users at once, each of whom asks every two seconds."""
        taken: list[float] = []
        end = time.monotonic() + seconds

        def one(number: int) -> None:
            time.sleep(pause * number / users)
            turn = number
            while time.monotonic() < end:
                started = time.perf_counter()
                status, _body = self.get(paths[turn % len(paths)])
                taken.append(time.perf_counter() - started if status == 200 else float("inf"))
                turn += 1
                time.sleep(max(0.0, pause - (time.perf_counter() - started)))

        threads = [threading.Thread(target=one, args=(n,)) for n in range(users)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return {"users": users, **percentiles(taken)}

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)


def pages(folder: Path, documents: int, database: str) -> dict[str, Any]:
    started = time.perf_counter()
    more = {"DATABASE_URL": database} if database else {}
    subprocess.run(
        [sys.executable, __file__, "--fill", str(documents)],
        cwd=ROOT,
        env=environment(folder, **more),
        check=True,
    )
    filled = time.perf_counter() - started
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "manage.py", "rebuild_index", "-v0"],
        cwd=ROOT,
        env=environment(folder, **more),
        check=True,
        stdout=subprocess.DEVNULL,
    )
    indexed = time.perf_counter() - started
    ids = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", "from procedures.models import Version as V; print(*V.objects.values_list('document_id', flat=True)[:200])"],
        cwd=ROOT, env=environment(folder, **more), check=True, capture_output=True, text=True,
    ).stdout.split()  # fmt: skip
    server = Server(folder, database)
    try:
        documents_asked = [f"/d/{pk}/" for pk in ids]
        size = sum(len(server.get(path, **{"Accept-Encoding": "gzip"})[1]) for path in ("/",))
        return {
            "documents": documents,
            "fill_seconds": round(filled, 1),
            "documents_indexed_per_second": round(documents / indexed),
            "home": server.time(["/"]),
            "document_seen_first": server.time(documents_asked),
            "document": server.time(documents_asked),
            "agency": server.time(["/a/1/"]),
            "search": server.time([f"/tim-kiem/?q={quote(q)}" for q in QUESTIONS]),
            "search_narrowed": server.time(
                [f"/tim-kiem/?q={quote(q)}&kind=procedure&agency=5&year=2024" for q in QUESTIONS]
            ),
            "suggestions": server.time(
                [
                    f"/tim-kiem/goi-y/?q={quote(q[: n + 3])}"
                    for q in QUESTIONS
                    for n in range(len(q) - 3)
                ]
            ),
            "search_by_a_crowd": server.crowd([f"/tim-kiem/?q={quote(q)}" for q in QUESTIONS]),
            "home_html_bytes": size,
        }
    finally:
        server.stop()


def importing(folder: Path) -> dict[str, Any]:
    env = environment(folder)
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=env, check=True)
    subprocess.run(
        [sys.executable, "manage.py", "create_agency", "--code", "STP", "--name", "Sở Tư pháp"],
        cwd=ROOT,
        env=env,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    report = folder / "report.json"
    command = [
        sys.executable,
        "manage.py",
        "import_documents",
        str(SAMPLES / "procedures"),
        "--agency",
        "STP",
        "--as-issued",
        "--json",
        str(report),
    ]
    subprocess.run(
        ["/usr/bin/env", *command], cwd=ROOT, env=env, check=False, stdout=subprocess.DEVNULL
    )
    answer = json.loads(report.read_text(encoding="utf8"))
    files = len(answer["documents"])
    return {
        "files": files,
        "seconds": answer["seconds"],
        "files_per_second": round(files / answer["seconds"], 1),
    }


def sample_texts(folder: Path) -> Path:
    """A folder of the texts of the sample procedures, which lend made corpora their words; empty where there are no samples."""
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
    """The embedded engine in one process, on corpora made from the words of the sample procedures (or of nothing), and the search page."""
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
    """The search page over the index of such a corpus in the data folder, for a reader of an agency: one after the other, and 20 at once."""
    settle = [sys.executable, __file__, "--settle", str(documents), str(texts)]
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
    """Makes the agencies of a made corpus and a reader of one of them. Prints the reader's cookie and questions that the corpus answers."""
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
    from search.bench.benchmark import Corpus, lent

    agencies = [create_agency(code=f"CQ{n:02}", name=f"Cơ quan số {n}") for n in range(60)]
    reader = people.create(username="reader", name="Người đọc", by=None)
    people.appoint(reader, Role.READER, agencies[2], by=None, starts_on=datetime.date(2026, 1, 1))
    client = Client()
    client.force_login(reader, settings.AUTHENTICATION_BACKENDS[-1])
    asked = Corpus(documents, 60, texts=lent(texts)).questions(100)
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
    """What others do with the same corpus and questions, on each database and engine that this machine has."""
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


def starting(folder: Path) -> dict[str, float]:
    """Seconds from the command to the first answered page: an empty folder, then a second start."""
    found = {}
    for name in ("first_start_seconds", "second_start_seconds"):
        started = time.perf_counter()
        server = Server(folder, "")
        found[name] = round(time.perf_counter() - started, 1)
        server.stop()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=5000)
    parser.add_argument("--only", default="start,import,pages,search,others")
    parser.add_argument("--sizes", default="1000,10000", help="documents of the corpora for search")
    parser.add_argument("--database", default="")
    parser.add_argument("--fill", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--settle", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.fill is not None:
        fill(options.fill)
        return
    if options.settle:
        settle(int(options.settle[0]), Path(options.settle[1]))
        return
    figures: dict[str, Any] = {
        "database": "postgresql" if options.database else "sqlite",
        "cores": os.cpu_count(),
    }
    for name in options.only.split(","):
        folder = Path(tempfile.mkdtemp(prefix="qms-bench-"))
        try:
            if name == "pages":
                figures[name] = pages(folder, options.documents, options.database)
            elif name == "import":
                figures[name] = (
                    importing(folder)
                    if SAMPLES.is_dir()
                    else "the sample documents (../shared/samples) are not here"
                )
            elif name == "search":
                figures[name] = searching(folder, [int(size) for size in options.sizes.split(",")])
            elif name == "others":
                figures[name] = others(folder, max(int(size) for size in options.sizes.split(",")))
            elif name == "start":
                figures[name] = starting(folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(figures, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
