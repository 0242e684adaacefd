"""`manage.py up` as a person starts it: what it prints, where its links lead."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

from qms import links, supervisor

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_an_empty_installation_prints_one_link_to_the_port_that_was_asked_for_and_nothing_of_the_machinery(tmp_path):
    kept = {k: v for k, v in os.environ.items() if not k.startswith("QMS_") and k not in {"DATABASE_URL", "PORT", "DJANGO_SETTINGS_MODULE"}}
    port = free_port()
    running = subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), "up", "--port", str(port)],
        cwd=ROOT,
        env={**kept, "QMS_DATA": str(tmp_path / "data"), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said = ""
    try:
        while "Việc nền đang chạy" not in said and (line := running.stdout.readline()):
            said += line
        link = re.search(r"http://\S+/first/\S+", said).group()
        assert link.startswith(f"http://127.0.0.1:{port}/")
        assert "System check" not in said
    finally:
        running.send_signal(signal.SIGTERM)
        running.communicate(timeout=60)
    assert running.returncode == 0


def test_links_lead_to_the_chosen_port_unless_the_installation_has_an_address_of_its_own(settings, monkeypatch):
    monkeypatch.delenv("QMS_BASE_URL", raising=False)
    monkeypatch.setenv("PORT", "8000")
    settings.WAGTAILADMIN_BASE_URL = settings.BASE_URL = "http://127.0.0.1:8000"
    supervisor.answer_at(8123)
    assert links.address("x") == "http://127.0.0.1:8123/link/x/"
    monkeypatch.setenv("QMS_BASE_URL", "https://iso.example")
    settings.BASE_URL = "https://iso.example"
    supervisor.answer_at(9000)
    assert links.address("x") == "https://iso.example/link/x/"
