"""Starts the product on one machine: prepares the data folder, then keeps web, background work and
imports running.

Called only by `manage.py up`. Each child is forked from the prepared process, so that Django is
loaded once."""

import contextlib
import ctypes
import errno
import fcntl
import gc
import hashlib
import io
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor

from qms import environment
from qms.work import process_locks

CRASHES_KEPT = 600  # seconds for which a child's crash counts
LONGEST_PAUSE = 60  # seconds before a child that keeps crashing is restarted
PATIENCE = 25  # seconds from asking children to stop to killing them; less than systemd's
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PR_SET_PDEATHSIG = 1  # linux/prctl.h


def refuse_used_port(host: str, port: int, *, target: str = "run") -> None:
    """Raises CommandError if the port is not available; `target`: the Makefile target that was
    called."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            other = port + 1 if 1024 <= port < 65535 else 8000
            if problem.errno == errno.EADDRINUSE:
                said = f"Cổng {port} đang được chương trình khác dùng. / Port {port} is in use."
            elif problem.errno == errno.EACCES:
                said = f"Cổng {port} cần quyền quản trị máy; hãy dùng cổng từ 1024 trở lên. / Port {port} needs root; use 1024 or above."
            else:
                raise CommandError(
                    f"Không mở được địa chỉ {host}:{port} ({problem.strerror}). / The address can't be bound."
                ) from None
            raise CommandError(
                f"{said}\nChọn cổng khác bằng PORT / Choose another with PORT:  make {target} PORT={other}"
            ) from None


def use_port_in_links(port: int) -> None:
    """Makes printed and mailed links use the chosen port, unless the installation has a configured
    URL."""
    if environment.production() or environment.text("QMS_BASE_URL"):
        return
    settings.BASE_URL = settings.WAGTAILADMIN_BASE_URL = f"http://127.0.0.1:{port}"
    os.environ["PORT"] = str(port)  # for child processes
    # For commands run alongside
    (Path(settings.QMS_DATA) / "address").write_text(settings.BASE_URL, encoding="ascii")


@contextlib.contextmanager
def locked_data_folder(data: Path) -> Iterator[None]:
    """Locks the data folder for this process. Raises CommandError if another process has it, or it
    is not writable."""
    try:
        lock = (data / "running.lock").open("a+")
    except OSError as problem:
        raise CommandError(
            f"Không ghi được vào thư mục dữ liệu {data} ({problem.strerror}). / The data folder is not writable."
        )
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CommandError(
                f"Thư mục dữ liệu {data} đang được một tiến trình khác của hệ thống dùng. Hãy dừng nó, hoặc chọn thư mục khác bằng QMS_DATA.\n"
                f"The data folder {data} is in use by another running instance. Stop that, or choose another folder with QMS_DATA."
            )
        yield


def prepare(*, demo: bool, say: Callable[[str], None]) -> None:
    """Migrates, collects static files, loads the demonstration into an empty database, builds a
    missing index."""
    from qms.models import Agency, User  # noqa: PLC0415 - needed only here

    try:
        connections["default"].ensure_connection()
    except DatabaseError as problem:
        raise CommandError(
            f"Không mở được cơ sở dữ liệu; hãy kiểm tra DATABASE_URL. / The database can't be opened; see DATABASE_URL.\n{problem}"
        ) from None
    executor = MigrationExecutor(connections["default"])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("Đang chuẩn bị cơ sở dữ liệu…")
        call_command("migrate", verbosity=0, interactive=False)
    else:
        executor.check_replacements()  # as `migrate` does: records squashed migrations
    # Silent, or raises with the fault
    call_command("check", databases=["default"], stdout=io.StringIO())
    _collect_static(say)
    if demo and not User.objects.exists() and not Agency.objects.exists():
        say("Đang nạp dữ liệu minh họa…")
        call_command("load_demo", verbosity=0)
    call_command("rebuild_index", only_if_needed=True, verbosity=0)


def _collect_static(say: Callable[[str], None]) -> None:
    """Collects static files if the code or the packages changed since the last start."""
    state = hashlib.sha256((settings.BASE_DIR / "requirements.txt").read_bytes())
    for folder in (
        settings.BASE_DIR / "qms" / "assets",
        *sorted(settings.BASE_DIR.glob("*/static")),
    ):
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if path.is_file():
                state.update(f"{path}{path.stat().st_mtime_ns}".encode())
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    if stamp.exists() and stamp.read_text(encoding="ascii") == state.hexdigest():
        return
    say("Đang chuẩn bị giao diện…")
    call_command("collectstatic", verbosity=0, interactive=False, clear=False)
    stamp.write_text(state.hexdigest(), encoding="ascii")


def serve_web(host: str, port: int) -> None:
    """Runs the web server until it is stopped."""
    from gunicorn.app.base import BaseApplication  # noqa: PLC0415 - only some of its processes need it

    from qms.wsgi import application  # noqa: PLC0415 - only some of its processes need it

    class Web(BaseApplication):
        def load_config(self) -> None:
            shown = f"[{host}]" if ":" in host else host
            for name, value in {
                "bind": f"{shown}:{port}",
                "workers": environment.number("QMS_WEB_WORKERS", 2),
                "worker_class": "qms.work.web_worker.Worker",
                "threads": environment.number("QMS_WEB_THREADS", 4),
                "timeout": 120,
                "graceful_timeout": 10,
                "preload_app": True,
                "accesslog": None,
                "loglevel": "warning",
                "forwarded_allow_ips": ",".join(settings.FORWARDED_ALLOW_IPS),
                "control_socket_disable": True,  # it would be shared by all installations
            }.items():
                self.cfg.set(name, value)

        def load(self) -> Callable:
            gc.freeze()  # a collection of everything loaded would delay some request by 0.1 s
            return application

    Web().run()


def _end_with(parent: int) -> None:
    """Has the system stop this process when `parent` ends, however it ends: otherwise the port
    would stay in use after the parent is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(1)


class Children:
    """The child processes: started, watched, restarted when they crash, stopped together."""

    def __init__(self, jobs: dict[str, Callable[[], object]]) -> None:
        self.jobs = jobs
        self.running: dict[int, str] = {}
        self.crashes: dict[str, list[float]] = {name: [] for name in jobs}
        self.due: dict[str, float] = {}  # when a crashed child is restarted
        self.last_crashes: dict[str, dict[str, float]] = {}
        self.presence = process_locks.Presence(process_locks.PARENT)
        self.stopping = False

    def start(self, name: str) -> None:
        connections.close_all()
        sys.stdout.flush()
        parent = os.getpid()
        pid = os.fork()
        if pid:
            self.running[pid] = name
            return
        os.setsid()  # Ctrl-C must reach only the parent: gunicorn can hang if its workers get it
        for number in STOPS:
            signal.signal(number, signal.SIG_DFL)
        _end_with(parent)
        code = 1
        try:
            self.jobs[name]()
            code = 0
        except SystemExit as leave:
            code = leave.code if isinstance(leave.code, int) else 1
        except BaseException as problem:  # noqa: BLE001 - a child must never run on as a second parent
            print(f"{name}: {problem!r}", file=sys.stderr)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def stop(self, *_: object) -> None:
        """Asks all to stop, and kills those that have not after a while; interrupted work is
        resumed later."""
        if not self.stopping:
            signal.signal(signal.SIGALRM, lambda *_: self.send(signal.SIGKILL))
            signal.alarm(PATIENCE)
        self.stopping = True
        self.send(signal.SIGTERM)

    def send(self, number: int) -> None:
        for pid in list(self.running):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def watch(self) -> int:
        """Runs until stopped. A child that crashes is restarted, after a pause that grows with each
        crash; the others run on."""
        while self.running or (self.due and not self.stopping):
            name = self._wait_for_child()
            if name is not None and not self.stopping:
                self._plan_restart(name)
            if not self.stopping:
                self._start_due()
        signal.alarm(0)
        return 0

    def _wait_for_child(self) -> str | None:
        """Waits for a child to end, or for a moment if some are due to be restarted. Returns its
        name; None if none has ended."""
        try:
            pid, _status = os.waitpid(-1, os.WNOHANG if self.due else 0)
        except InterruptedError:
            return None
        except ChildProcessError:
            pid = 0
            self.running.clear()
        if not pid:
            time.sleep(0.1)
        return self.running.pop(pid, None)

    def _plan_restart(self, name: str) -> None:
        now = time.monotonic()
        crashes = [t for t in self.crashes[name] if t > now - CRASHES_KEPT] + [now]
        self.crashes[name] = crashes
        pause = min(0.2 * 2 ** (len(crashes) - 1), LONGEST_PAUSE)
        self.due[name] = now + pause
        if len(crashes) >= process_locks.TOO_OFTEN:
            print(
                f"{name} liên tục bị dừng; thử lại sau {pause:.0f} giây. / {name} keeps crashing; restarting in {pause:.0f} s.",
                file=sys.stderr,
            )
        self._report_crash(name)

    def _start_due(self) -> None:
        for name, moment in list(self.due.items()):
            if moment <= time.monotonic():
                del self.due[name]
                self.start(name)

    def _report_crash(self, name: str) -> None:
        """Reports the child's crashes, which /health reads."""
        self.last_crashes[name] = {"count": len(self.crashes[name]), "at": time.time()}
        with contextlib.suppress(OSError):  # a full disk must not end the parent
            self.presence.report({"crashes": self.last_crashes})

    def run(self) -> int:
        for number in STOPS:  # first, so that a stop during startup leaves no child behind
            signal.signal(number, self.stop)
        with self.presence:
            for name in self.jobs:
                if not self.stopping:
                    self.start(name)
            if self.stopping:
                self.stop()
            return self.watch()
