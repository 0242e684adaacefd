"""`manage.py up` as a person starts it: its output, and where its links lead."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from qms.accounts import links
from qms.work import supervisor
from tests.ports import free_port

pytestmark = pytest.mark.pure  # each has a database of its own

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def start(tmp_path):
    """start(*arguments) -> the running command on an empty data folder (or that of `QMS_DATA`), as
    a terminal starts it: in a process group of its own that receives Ctrl-C."""
    kept = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith("QMS_") and k not in {"DATABASE_URL", "PORT", "DJANGO_SETTINGS_MODULE"}
    }
    begun = []

    def run(*arguments: str, **variables: str) -> subprocess.Popen:
        begun.append(
            subprocess.Popen(
                [sys.executable, str(ROOT / "manage.py"), "up", *arguments],
                cwd=ROOT,
                env={
                    **kept,
                    "QMS_DATA": str(tmp_path / "data"),
                    "PYTHONUNBUFFERED": "1",
                    **variables,
                },
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                process_group=0,
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            )
        )
        return begun[-1]

    yield run
    for running in begun:
        if running.poll() is None:
            running.terminate()
        running.communicate(timeout=60)


def read_until(running: subprocess.Popen, words: str) -> str:
    """The output up to the line with these words."""
    said = ""
    while words not in said and (line := running.stdout.readline()):
        said += line
    assert words in said, said
    return said


def test_without_people_it_prints_one_link_to_the_port_that_was_asked_for_and_nothing_of_the_machinery(
    start, installation
):
    port = free_port()
    running = start("--port", str(port), QMS_DATA=str(installation))
    said = read_until(running, "Việc nền đang chạy")
    link = re.search(r"http://\S+/first/\S+", said).group()
    assert link.startswith(f"http://127.0.0.1:{port}/")
    assert "System check" not in said
    kept = {
        k: v
        for k, v in os.environ.items()
        if k not in {"PORT", "QMS_BASE_URL", "DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
    }
    beside = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "first_link"],
        env={**kept, "QMS_DATA": str(installation)},
        capture_output=True,
        text=True,
        check=True,
    )
    # A command run alongside knows its URL
    assert f"http://127.0.0.1:{port}/first/" in beside.stdout
    running.send_signal(signal.SIGTERM)
    running.communicate(timeout=60)
    assert running.returncode == 0


def test_ctrl_c_stops_everything_quietly(start, installation):
    running = start("--port", str(free_port()), QMS_DATA=str(installation))
    read_until(running, "Việc nền đang chạy")
    os.killpg(running.pid, signal.SIGINT)
    said, _ = running.communicate(timeout=60)  # ends when the last child has let go of the output
    assert (running.returncode, said.splitlines()) == (0, ["Đã dừng."])


def test_ctrl_c_while_it_prepares_says_so_without_a_traceback(start):
    running = start("--port", str(free_port()))
    read_until(running, "Đang chuẩn bị cơ sở dữ liệu")
    os.killpg(running.pid, signal.SIGINT)
    said, _ = running.communicate(timeout=60)
    assert (running.returncode, said.splitlines()) == (130, ["Đã dừng."])


STUBBORN = """
import os, signal, sys
import django
django.setup()
from qms.work import supervisor
supervisor.PATIENCE = 1
def deaf():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.kill(os.getppid(), signal.SIGTERM)
    while True:
        signal.pause()
children = supervisor.Children({"deaf": deaf})
print(children.run(), children.running)
"""


def test_a_child_that_does_not_end_is_killed_in_the_end(tmp_path):
    kept = {
        **os.environ,
        "QMS_DATA": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PYTHONPATH": str(ROOT),
    }
    ended = subprocess.run(
        [sys.executable, "-c", STUBBORN],
        cwd=ROOT,
        env=kept,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stdout.strip()) == (0, "0 {}"), ended.stderr


def test_when_the_start_is_killed_its_children_let_go_of_port_and_data(start, installation):
    port, data = str(free_port()), str(installation)
    running = start("--port", port, QMS_DATA=data)
    read_until(running, "Việc nền đang chạy")
    running.kill()
    running.communicate(timeout=60)  # ends when the last child has let go of the output
    assert f":{port}/" in read_until(start("--port", port, QMS_DATA=data), "Việc nền đang chạy")


def test_a_used_port_and_a_used_folder_are_named_with_what_to_do(start, installation):
    port, data = free_port(), str(installation)
    read_until(start("--port", str(port), QMS_DATA=data), "Việc nền đang chạy")
    said, _ = start("--port", str(port), QMS_DATA=data).communicate(timeout=60)
    assert f"make serve PORT={port + 1}" in said
    assert "Traceback" not in said
    said, _ = start("--port", str(free_port()), QMS_DATA=data).communicate(timeout=60)
    assert "QMS_DATA" in said
    assert "Traceback" not in said


def test_links_lead_to_the_chosen_port_unless_the_installation_has_an_address_of_its_own(
    settings, monkeypatch
):
    monkeypatch.delenv("QMS_BASE_URL", raising=False)
    monkeypatch.setenv("PORT", "8000")
    settings.WAGTAILADMIN_BASE_URL = settings.BASE_URL = "http://127.0.0.1:8000"
    supervisor.use_port_in_links(8123)
    assert links.address("x") == "http://127.0.0.1:8123/link/x/"
    monkeypatch.setenv("QMS_BASE_URL", "https://iso.example")
    settings.BASE_URL = "https://iso.example"
    supervisor.use_port_in_links(9000)
    assert links.address("x") == "https://iso.example/link/x/"
