"""Shared by the measurements: the environment of a throw-away installation, percentiles, and a real
web server to time."""

import contextlib
import http.client
import os
import secrets
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT.parent / "shared" / "samples"
REQUESTS = 200
SECRET = secrets.token_urlsafe(64)


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


class Server:
    """The web server with production settings and one worker; requests are anonymous or carry a
    session cookie."""

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
        """That many users at once, each of whom sends a request every two seconds."""
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
