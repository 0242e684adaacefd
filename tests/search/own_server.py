"""An Elasticsearch that a test may kill: a separate process, with passwords, fetched by `make
elasticsearch`."""

import base64
import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.ports import free_port

RUN = Path(__file__).resolve().parents[2] / "ops" / "elasticsearch" / "run.sh"
PATIENCE = 400  # seconds for a start on a busy machine


class OwnServer:
    """Starts at once. `url`, `password` (of the user elastic); `kill()` like a power cut, `start()`
    again on the same data."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.password = secrets.token_hex(12)
        self.home = Path(tempfile.mkdtemp(prefix="qms-own-elasticsearch-"))
        self.home.chmod(0o755)
        self.start()

    def start(self) -> None:
        """Returns once it responds. Raises RuntimeError if it ends or stays silent."""
        more = {
            "ES_PORT": str(self.port),
            "ES_HOME": str(self.home),
            "ES_PASSWORD": self.password,
            "ES_HEAP": "512m",
            "ES_WATERMARK": "true",
        }
        self.process = subprocess.Popen(
            ["bash", str(RUN)],
            env={**os.environ, **more},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        give_up = time.monotonic() + PATIENCE
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > give_up:
                raise RuntimeError("Elasticsearch did not start")
            time.sleep(0.3)

    def _answers(self) -> bool:
        asked = urllib.request.Request(
            f"{self.url}/_cluster/health?wait_for_status=yellow&timeout=1s"
        )  # noqa: S310 - our own address
        asked.add_header(
            "Authorization",
            "Basic " + base64.b64encode(f"elastic:{self.password}".encode()).decode(),
        )
        with contextlib.suppress(OSError), urllib.request.urlopen(asked, timeout=5) as answer:  # noqa: S310
            return answer.status == 200
        return False

    def kill(self) -> None:
        """Kills all its processes without warning."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(30)

    def remove(self) -> None:
        self.kill()
        shutil.rmtree(self.home, ignore_errors=True)
