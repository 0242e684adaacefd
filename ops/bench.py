"""Measures the product on this machine and prints the figures as JSON (docs/performance.md
explains them).

    ops/bench.py [--documents 5000] [--only start,import,pages,search,others] [--sizes 1000,10000] [--database URL]

Everything happens in a throw-away data folder. Pages are requested from the real web server with
production settings and one worker, on the loopback address; each figure is over 200 warm requests,
except `document_seen_first`. `search` measures the embedded engine alone on generated corpora, and
the search page over the largest of them (`--sizes 1000,10000,100000` takes half an hour); `others`
measures Wagtail's own search and Elasticsearch's standard analyser on the largest."""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from ops.bench_search import others, searching  # noqa: E402 - the path is set above
from ops.measuring import ROOT, SAMPLES, Server, environment  # noqa: E402 - likewise

QUESTIONS = [
    "đăng ký khai sinh", "dang ky khai sinh", "cap giay phep", "thời hạn giải quyết hồ sơ", "kiem soat tai lieu", "QT-0123", "đánh giá nội bộ",
    "thu tuc dang ky ket hon co yeu to nuoc ngoai", "chứng thực bản sao từ bản chính", "khac phuc su khong phu hop",
]  # fmt: skip


def fill(documents: int) -> None:
    """Creates that many issued documents of real size, composed of the demonstration's
    texts (seeded)."""
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
    """Content of about 3,700 syllables, as long as a real procedure: these sections, and more until
    it is that long."""
    from procedures.content.text import section_text

    syllables = sum(len(section_text(s).split()) for s in chosen)
    while syllables < 3_700:
        chosen.append(dice.choice(sections))
        syllables += len(section_text(chosen[-1]).split())
    return {"sections": chosen}


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


def starting(folder: Path) -> dict[str, float]:
    """Seconds from the command to the first page served: in an empty folder, then on a
    second start."""
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
    options = parser.parse_args()
    if options.fill is not None:
        fill(options.fill)
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
