"""Runs the whole suite on every database, engine and program found on this machine, and reports in
one line what it skips.

    ops/test.py [--torture | --quick] [-- pytest arguments]

It runs on SQLite and, at the same time, on PostgreSQL (a throw-away cluster is started if the
server's programs are found, or QMS_TEST_POSTGRES names one): the latter without the browser tests,
with a sixth of the page tests and a third of the cases of each parametrized test (QMS_TEST_ALL=1
runs all of them). The failed tests of a run are named as soon as it ends. If nothing but browser
tests failed, these run once more, alone. Under CI=true a missing PostgreSQL, Elasticsearch,
LibreOffice, Chromium, Tesseract or axe-core is a failure."""

import contextlib
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
CI = os.environ.get("CI", "").lower() in {"1", "true"}
# Otherwise hundreds of processes would compile all modules again
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def free_port() -> int:
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
    programs, port = homes[-1], free_port()
    # Not in TMPDIR: the path of a socket may have 107 bytes; mkdtemp makes it private
    folder = Path(tempfile.mkdtemp(prefix="qms-postgres-", dir="/tmp"))  # noqa: S108
    as_owner: list[str] = []
    if os.geteuid() == 0:  # PostgreSQL refuses root
        shutil.chown(folder, "postgres", "postgres")
        as_owner = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    data = folder / "data"

    def run(program: str, *arguments: str | Path, check: bool = True) -> None:
        command = [*as_owner, programs / program, "-D", data, *arguments]
        subprocess.run(command, check=check, stdout=subprocess.DEVNULL, cwd="/")

    settings = "listen_addresses=127.0.0.1 fsync=off synchronous_commit=off full_page_writes=off"
    options = " ".join([f"-p {port} -k {folder}", *(f"-c {one}" for one in settings.split())])
    try:
        run("initdb", "-U", "qms", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        run("pg_ctl", "-l", folder / "log", "-o", options, "-w", "start")
        yield f"postgres://qms@127.0.0.1:{port}/postgres"
    finally:
        run("pg_ctl", "-m", "immediate", "stop", check=False)
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def elasticsearch() -> Iterator[str]:
    """The address of a real Elasticsearch for the tests; empty if none is set up
    (`make elasticsearch` downloads one)."""
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
    environment = {**os.environ, "ES_PORT": str(port), "ES_HOME": str(home)}
    server = subprocess.Popen(
        ["bash", script], env=environment, stdout=subprocess.DEVNULL, start_new_session=True
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
    if not program:
        return False
    listed = subprocess.run([program, "--list-langs"], capture_output=True, text=True, check=False)
    return "vie" in listed.stdout.split()


def axe() -> bool:
    """Downloads the accessibility checker for the browser tests; without npm those checks are
    skipped."""
    folder = ROOT / "tests" / "journeys"
    if (folder / "node_modules" / "axe-core").is_dir():
        return True
    npm = shutil.which("npm")
    if not npm:
        return False
    install = [npm, "ci", "--silent", "--no-audit", "--no-fund"]
    return subprocess.run(install, cwd=folder, check=False).returncode == 0


def not_found(database: str, engine: str) -> list[str]:
    """The names of what some tests need and this machine lacks."""
    found = {
        "PostgreSQL": bool(database),
        "Elasticsearch": bool(engine),
        "LibreOffice": bool(shutil.which("soffice")),
        "Chromium": bool(shutil.which("chromium") or shutil.which("chromium-browser")),
        "Tesseract with Vietnamese": tesseract(),
        "axe-core (npm)": axe(),
    }
    return [name for name, there in found.items() if not there]


def migrate(folder: Path, database: str) -> dict[str, dict[str, str]]:
    """Migrates a database of each kind once for all workers. Returns, for each kind, the
    environment variables with which a run starts from it."""
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
    """One run of the suite. Runs overlap, since each spends much of its time waiting; one that has
    a file for its output shows it once the other has ended, apart from the names of what failed."""

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
        shared = ["-n", str(workers), "--dist", share, "--no-loadscope-reorder"]
        note = " (next to the other; its output follows)" if said else ""
        print(f"\n== {label}{note} ==", flush=True)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "pytest", *shared, *arguments],
            cwd=ROOT,
            env=environment,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        if said:
            self.naming = threading.Thread(target=self.name_failed, args=[said], daemon=True)
            self.naming.start()

    def name_failed(self, said: IO[bytes]) -> None:
        """Waits for the end and prints pytest's line for each test that failed."""
        if self.process.wait() != 1:
            return
        # Not by seek() and read(): the position in the file is that of the process, too
        size = os.fstat(said.fileno()).st_size
        output = os.pread(said.fileno(), size, 0).decode(errors="replace")
        failed = [line for line in output.splitlines() if line.startswith(("FAILED ", "ERROR "))]
        print("\n".join([f"\n== {self.label}: failed ==", *failed]), flush=True)

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
        """Waits for it and returns pytest's exit code; having no test selected by the arguments is
        no failure."""
        try:
            code = self.process.wait(self.limit and self.started + self.limit - time.monotonic())
        except subprocess.TimeoutExpired:
            print(f"\n{self.label} did not end in time and is stopped.", flush=True)
            self.stop()
            code = 1
        seconds = time.monotonic() - self.started
        if self.said:
            self.naming.join()
            self.said.seek(0)
            print(f"\n== {self.label} ==", flush=True)
            sys.stdout.buffer.write(self.said.read())
        print(f"{self.label}: {seconds:.0f} s", flush=True)
        return 0 if code == 5 and self.arguments else code


def memory() -> str | None:
    """Where temporary files wait for no disk; None if there is little room, as in a container."""
    shared = Path("/dev/shm")  # noqa: S108 - only folders that TemporaryDirectory makes
    roomy = shared.is_dir() and shutil.disk_usage(shared).free > 2 * 2**30
    return str(shared) if roomy else None


def quick(arguments: list[str]) -> int:
    """The fast part of the suite on SQLite (tests/conftest.py says what is slow). The migrated
    database is kept until a migration changes."""
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
    # Nothing of these is run, and importing them takes a second in each worker
    chosen += ["--ignore=tests/journeys", "-p", "no:hypothesispytest"]
    chosen += ["-o", "tmp_path_retention_policy=failed"]
    with tempfile.TemporaryDirectory(prefix="qms-quick-", dir=memory()) as temporary:
        environment["TMPDIR"] = temporary
        run = Run("SQLite, quick", environment, 2, [*chosen, *arguments], share="loadfile")
        try:
            return run.end()
        finally:
            run.stop()


def on_both(
    arguments: list[str], database: str, engine: str, folder: Path, *, torture: bool
) -> int:
    """The suite on SQLite and, next to it, on PostgreSQL if there is one; or only its heavy
    trials."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    environment.pop("DATABASE_URL", None)
    environment.pop("QMS_DATA", None)
    if engine:
        environment["ELASTICSEARCH_TEST_URL"] = engine
    homes = migrate(folder, database)
    if torture:
        arguments = [*arguments, "-m", "torture"]
    # Some heavy trials in one file take half an hour each
    share, limit = ("worksteal", None) if torture else ("loadfile", 51 * 60)
    runs: list[Run] = []
    with tempfile.TemporaryFile() as said:
        try:
            if database:
                here = {**environment, **homes["PostgreSQL"], "DATABASE_URL": database}
                # Tests without a database need no second run, nor does the browser's side of a page
                marked = "torture and not pure" if torture else "not (pure or browser)"
                few = [*arguments, "--ignore=tests/procedures/word", "-m", marked]
                runs.append(Run("PostgreSQL", here, 2, few, share=share, said=said, limit=limit))
            here = {**environment, **homes["SQLite"]}
            cache = ["-o", f"cache_dir={folder}/failed"]
            runs.append(Run("SQLite", here, 3, [*arguments, *cache], share=share, limit=limit))
            codes = [run.end() for run in reversed(runs)]
            if codes[0] == 1 and only_browser_failed(folder / "failed"):
                again = ["--last-failed", *cache, "tests/journeys"]
                runs.append(Run("Browser, alone", here, 1, again, share=share, limit=5 * 60))
                codes[0] = runs[-1].end()
            return max(codes)
        finally:
            for run in runs:
                run.stop()


def only_browser_failed(cache: Path) -> bool:
    """Whether every failed test drives a browser: when all cores are busy, one may time out
    or hang."""
    kept = cache / "v" / "cache" / "lastfailed"
    failed = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    return bool(failed) and all(name.startswith("tests/journeys/") for name in failed)


def main() -> int:
    arguments = [a for a in sys.argv[1:] if a not in {"--torture", "--quick", "--"}]
    if "--quick" in sys.argv:
        return quick(arguments)
    torture = "--torture" in sys.argv
    with postgres() as database, elasticsearch() as engine, tempfile.TemporaryDirectory() as folder:
        missing = not_found(database, engine)
        if missing:
            named = ", ".join(missing)
            print(f"Not found on this machine, their tests are skipped: {named}", flush=True)
            if CI:
                return 1
        return on_both(arguments, database, engine, Path(folder), torture=torture)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main())
