"""Runs the whole suite on every database, engine and program found on this machine, and reports in one line what it skips.

    ops/test.py [--torture | --quick] [-- pytest arguments]

On SQLite and, at the same time, on PostgreSQL (a throw-away cluster is started if the server's programs are found, or
QMS_TEST_POSTGRES names one): the latter without the browser tests, with a sixth of the page tests and a third of the cases of
each parametrized test (QMS_TEST_ALL=1 runs all of them). If nothing but browser tests failed, these run once more, alone. Under CI=true a missing PostgreSQL,
Elasticsearch, LibreOffice, Chromium or Tesseract is a failure."""

import contextlib
import hashlib
import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
CI = os.environ.get("CI", "").lower() in {"1", "true"}
# Otherwise hundreds of processes would compile all modules again
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def as_user(name: str) -> list[str]:
    """The prefix that makes a command run as another user than root (PostgreSQL refuses root)."""
    return (
        ["setpriv", f"--reuid={name}", f"--regid={name}", "--clear-groups"]
        if os.geteuid() == 0
        else []
    )


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL for the tests; empty if this machine has none."""
    if os.environ.get("QMS_TEST_POSTGRES"):
        yield os.environ["QMS_TEST_POSTGRES"]
        return
    homes = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
    if not homes:
        yield ""
        return
    bin_, port = homes[-1], free_port()
    owner = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    folder = Path(tempfile.mkdtemp(prefix="qms-postgres-", dir="/tmp"))  # noqa: S108 - short path: a socket's name is limited
    if os.geteuid() == 0:
        shutil.chown(folder, owner, owner)
    run = as_user(owner)
    data = folder / "data"
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "cwd": "/"}
    subprocess.run(
        [
            *run,
            bin_ / "initdb",
            "-D",
            data,
            "-U",
            "qms",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        ],
        **quiet,
    )
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    subprocess.run(
        [*run, bin_ / "pg_ctl", "-D", data, "-l", folder / "log", "-o", options, "-w", "start"],
        **quiet,
    )
    try:
        yield f"postgres://qms@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run(
            [*run, bin_ / "pg_ctl", "-D", data, "-m", "immediate", "stop"],
            check=False,
            stdout=subprocess.DEVNULL,
            cwd="/",
        )
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def elasticsearch() -> Iterator[str]:
    """The address of a real Elasticsearch for the tests; empty if none is set up (`make elasticsearch` downloads one)."""
    if os.environ.get("ELASTICSEARCH_TEST_URL"):
        yield os.environ["ELASTICSEARCH_TEST_URL"]
        return
    script = ROOT / "ops" / "elasticsearch" / "run.sh"
    fetched = any((ROOT / "ops" / "elasticsearch" / "target").glob("elasticsearch/*/elasticsearch"))
    if not script.exists() or not (fetched or CI):
        yield ""
        return
    port = free_port()
    home = Path(tempfile.mkdtemp(prefix="qms-elasticsearch-"))
    home.chmod(0o755)
    settings = {"ES_PORT": str(port), "ES_HOME": str(home)}
    server = subprocess.Popen(
        ["bash", script],
        env={**os.environ, **settings},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(url, timeout=2).close()  # noqa: S310 - our own address
                break
            if server.poll() is not None:
                url = ""
                break
            time.sleep(1)
        yield url
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, 15)
        server.wait(60)
        shutil.rmtree(home, ignore_errors=True)


def tesseract() -> bool:
    """Whether scans can be recognised here: Tesseract with its Vietnamese data."""
    program = shutil.which("tesseract")
    return (
        bool(program)
        and "vie"
        in subprocess.run(
            [program, "--list-langs"], capture_output=True, text=True, check=False
        ).stdout.split()
    )


def axe() -> bool:
    """Downloads the accessibility checker for the browser tests; without npm those checks are skipped."""
    folder = ROOT / "tests" / "journeys"
    if (folder / "node_modules" / "axe-core").is_dir():
        return True
    npm = shutil.which("npm")
    return (
        bool(npm)
        and subprocess.run(
            [npm, "ci", "--silent", "--no-audit", "--no-fund"], cwd=folder, check=False
        ).returncode
        == 0
    )


def migrate(folder: Path, database: str) -> dict[str, dict[str, str]]:
    """Migrates a database of each kind once for all workers. Returns, for each kind, the environment variables with which a run starts from it."""
    template = "qms_migrated"
    homes = {"SQLite": {"QMS_TEST_MIGRATED": str(folder)}}
    migrated = {"SQLite": ""}
    if database:
        import psycopg

        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {template}")
            connection.execute(f"CREATE DATABASE {template}")
        homes["PostgreSQL"] = {"QMS_TEST_TEMPLATE": template}
        migrated["PostgreSQL"] = database.rpartition("/")[0] + f"/{template}"
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    plain = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "QMS_DATA": str(folder)}
    both = [
        subprocess.Popen(command, cwd=ROOT, env={**plain, "DATABASE_URL": address})
        for address in migrated.values()
    ]
    if max([process.wait() for process in both]):
        raise SystemExit("The migrations failed (see above), so no test was run.")
    return homes


class Run:
    """One run of the suite. Runs overlap, since each spends much of its time waiting; the output of a later one follows that of the first."""

    def __init__(
        self,
        label: str,
        environment: dict[str, str],
        workers: int,
        arguments: list[str],
        *,
        share: str,
        said: IO[bytes] | None = None,
        limit: float | None = None,
    ) -> None:
        self.label, self.arguments, self.said = label, arguments, said
        self.started, self.limit = time.monotonic(), limit
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-n",
            str(workers),
            "--dist",
            share,
            "--no-loadscope-reorder",
            *arguments,
        ]
        print(
            f"\n== {label}{' (beside the other; what it says follows)' if said else ''} ==",
            flush=True,
        )
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdout=self.said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def stop(self) -> None:
        """Ends what is still running; each worker prints its traceback (SIGABRT, faulthandler)."""
        if self.process.poll() is not None:
            return
        for number in (signal.SIGABRT, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)
            time.sleep(2)
        self.process.wait()

    def end(self) -> int:
        """Waits for it and returns pytest's exit code; having no test selected by the arguments is no failure."""
        try:
            code = self.process.wait(self.limit and self.started + self.limit - time.monotonic())
        except subprocess.TimeoutExpired:
            print(f"\n{self.label} did not end in time and is stopped.", flush=True)
            self.stop()
            code = 1
        seconds = time.monotonic() - self.started
        if self.said:
            self.said.seek(0)
            print(f"\n== {self.label} ==", flush=True)
            sys.stdout.buffer.write(self.said.read())
        print(f"{self.label}: {seconds:.0f} s", flush=True)
        return 0 if code == 5 and self.arguments else code


def quick(arguments: list[str]) -> int:
    """The fast part of the suite on SQLite (tests/conftest.py says what is slow). The migrated database is kept until a migration changes."""
    digest = hashlib.sha256((ROOT / "requirements.txt").read_bytes())
    for path in sorted([*ROOT.glob("*/migrations/*.py"), ROOT / "qms/proof/append_only.py"]):
        digest.update(path.read_bytes())
    folder = ROOT / ".pytest_cache" / f"migrated-{digest.hexdigest()[:16]}"
    if not (folder / "ready").exists():
        folder.mkdir(parents=True, exist_ok=True)
        migrate(folder, "")
        (folder / "ready").touch()
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "QMS_TEST_MIGRATED": str(folder),
    }
    environment.pop("DATABASE_URL", None)
    chosen = ["-m", "not (slow or torture or elasticsearch or libreoffice or tesseract)"]
    run = Run("SQLite, quick", environment, 2, [*chosen, *arguments], share="loadfile")
    try:
        return run.end()
    finally:
        run.stop()


def main() -> int:
    arguments = [a for a in sys.argv[1:] if a not in {"--torture", "--quick", "--"}]
    if "--quick" in sys.argv:
        return quick(arguments)
    torture = "--torture" in sys.argv
    with (
        postgres() as database,
        elasticsearch() as engine,
        tempfile.TemporaryFile() as said,
        tempfile.TemporaryDirectory() as folder,
    ):
        found = {
            "PostgreSQL": bool(database),
            "Elasticsearch": bool(engine),
            "LibreOffice": bool(shutil.which("soffice")),
            "Chromium": bool(shutil.which("chromium") or shutil.which("chromium-browser")),
            "Tesseract with Vietnamese": tesseract(),
            "axe-core (npm)": axe(),
        }
        missing = [name for name, there in found.items() if not there]
        if missing:
            print(
                "Not found on this machine, their tests are skipped: " + ", ".join(missing),
                flush=True,
            )
            if CI:
                return 1
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
        environment.pop("DATABASE_URL", None)
        environment.pop("QMS_DATA", None)
        if engine:
            environment["ELASTICSEARCH_TEST_URL"] = engine
        homes = migrate(Path(folder), database)
        if torture:
            arguments += ["-m", "torture"]
        share = (
            "worksteal" if torture else "loadfile"
        )  # some heavy trials in one file take half an hour each
        limit = None if torture else 51 * 60
        runs: list[Run] = []
        if database:
            here = {**environment, **homes["PostgreSQL"], "DATABASE_URL": database}
            # Tests without a database need no second run, and the browser's side of a page no second database
            few = [
                *arguments,
                "--ignore=tests/procedures/word",
                "-m",
                "torture and not pure" if torture else "not (pure or browser)",
            ]
            runs.append(Run("PostgreSQL", here, 2, few, share=share, said=said, limit=limit))
        here = {**environment, **homes["SQLite"]}
        cache = ["-o", f"cache_dir={folder}/failed"]
        runs.append(Run("SQLite", here, 3, [*arguments, *cache], share=share, limit=limit))
        try:
            codes = [run.end() for run in reversed(runs)]
            if codes[0] == 1 and only_browser_failed(Path(folder) / "failed"):
                again = ["--last-failed", *cache, "tests/journeys"]
                runs.append(Run("Browser, alone", here, 1, again, share=share, limit=5 * 60))
                codes[0] = runs[-1].end()
            return max(codes)
        finally:
            for run in runs:
                run.stop()


def only_browser_failed(cache: Path) -> bool:
    """Whether every failed test drives a browser: when all cores are busy, one may time out or hang."""
    kept = cache / "v" / "cache" / "lastfailed"
    failed = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    return bool(failed) and all(name.startswith("tests/journeys/") for name in failed)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main())
