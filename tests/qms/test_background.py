"""The background process, its sign of life, and /health."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.urls import reverse

from qms.work import background, health, process_locks

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def only(monkeypatch):
    """Leaves no functions but those of the test."""
    monkeypatch.setattr(background, "_LOOPS", {})


def test_every_function_comes_round_in_a_thread_of_its_own_and_a_slow_one_holds_up_no_other(only):
    stop, slow, turns = threading.Event(), threading.Event(), threading.Semaphore(0)
    background.every(0.01, slow.wait, label="slow", name="slow")
    background.every(0.01, turns.release, label="quick", name="quick")
    runner = threading.Thread(target=background.run, args=(stop,), kwargs={"patience": 5})
    runner.start()
    for _ in range(5):
        assert turns.acquire(timeout=10)
    stop.set()
    slow.set()
    runner.join(10)
    assert not runner.is_alive()


def test_a_function_that_fails_is_kept_with_its_error_and_pauses_grow_until_it_works_again(only):
    state = {"broken": True}

    def work():
        if state["broken"]:
            raise ValueError("hỏng thử")

    background.every(2, work, label="work", name="work")
    loop = background.loops()[0]
    pauses = []
    for _ in range(10):
        background.run_once()
        pauses.append(loop.pause)
    assert pauses == [4, 8, 16, 32, 64, 128, 256, 300, 300, 300]
    assert loop.error == "ValueError: hỏng thử"
    state["broken"] = False
    background.run_once()
    assert (loop.failures, loop.error, loop.pause) == (0, "", 2)


@pytest.mark.pure
def test_the_real_process_starts_once_answers_health_and_ends_cleanly(installation):
    environment = {
        **os.environ,
        "QMS_DATA": str(installation),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PYTHONUNBUFFERED": "1",
    }

    def start():
        command = [sys.executable, str(ROOT / "manage.py"), "background"]
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    first = start()
    try:
        assert "đang chạy" in first.stdout.readline()
        second = start()
        _out, said = second.communicate(timeout=60)
        assert second.returncode == 1
        assert "Một tiến trình nền khác" in said
    finally:
        first.send_signal(signal.SIGTERM)
        _out, said = first.communicate(timeout=60)
    assert first.returncode == 0, said


def test_health_answers_for_each_part_and_tells_strangers_no_more(client, db, settings):
    page = client.get(reverse("health"))
    assert page.status_code == 503
    assert (
        page.json()["web"],
        page.json()["database"],
        page.json()["background"],
        page.json()["status"],
    ) == ("ok", "ok", "failed", "failed")
    with process_locks.Presence("background") as me:
        me.report({})
        answers = client.get(reverse("health")).json()
    assert answers["background"] == "ok"
    assert set(answers.values()) <= {"ok", "failed", "off"}


def test_a_silent_background_process_and_a_registered_part_that_fails_show(client, db, monkeypatch):
    def broken():
        raise RuntimeError("mật khẩu là 12345")

    monkeypatch.setattr(health, "_CHECKS", dict(health._CHECKS))
    health.register("trial", broken)
    with process_locks.Presence("background"):
        path = process_locks.folder() / "background"
        path.write_text('{"at": 1}')
        page = client.get(reverse("health"))
    assert (page.json()["background"], page.json()["trial"]) == ("failed", "failed")
    assert "12345" not in page.content.decode()
