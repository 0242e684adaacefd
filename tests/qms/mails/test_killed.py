"""Processes that send mails are really killed: everything is sent, and duplicates share one
Message-ID."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading

import pytest

from tests.qms.mails.post_office import PostOffice
from tests.search.killing import FULL, SEED, environment

pytestmark = pytest.mark.pure


@pytest.fixture
def post():
    office = PostOffice()
    yield office
    office.close()


def fill(folder, count, batch=0):
    with sqlite3.connect(folder / "qms.sqlite3") as file:
        file.executemany(
            'INSERT INTO qms_mail ("to", subject, body, html, files, "key", message_id, private, made_at, error, tries, try_after)'
            " VALUES (?, 'Thử', 'x', '', '[]', ?, ?, 0, '2026-01-01', '', 0, '2026-01-01')",
            [
                (f"a{n}@example.org", f"act:{batch}:{n}", f"<{batch}.{n}@iso.example>")
                for n in range(count)
            ],
        )


def unsent(folder):
    with sqlite3.connect(folder / "qms.sqlite3") as file:
        return file.execute("SELECT count(*) FROM qms_mail WHERE sent_at IS NULL").fetchone()[0]


def worker(folder, office, later):
    named = {
        "QMS_EMAIL_HOST": "127.0.0.1",
        "QMS_EMAIL_PORT": str(office.port),
        "QMS_EMAIL_TLS": "off",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.qms.mails.worker", str(later)],
        env={**environment(folder), **named},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "ready\n"
    return process


def kill(process):
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


def test_who_is_killed_between_the_server_and_the_table_sends_again_with_one_id(installation, post):
    fill(installation, 3)
    post.answers.clear()
    killed = worker(installation, post, 0)
    assert post.took.wait(60)  # the server has it, the table does not know
    kill(killed)
    post.answers.set()
    both = [worker(installation, post, 1) for _ in range(2)]
    assert [one.wait(60) for one in both] == [0, 0]
    assert unsent(installation) == 0
    assert sorted(post.ids.values()) == [1, 1, 2]


@pytest.mark.torture
@pytest.mark.skipif(not FULL, reason="make torture")
def test_200_kills_at_any_moment_lose_no_mail(installation, post):
    kills_at_any_moment(installation, post, 200)


def kills_at_any_moment(installation, post, kills):
    dice = random.Random(SEED)
    for number in range(kills):
        fill(installation, 20, number)
        process = worker(installation, post, number)
        threading.Event().wait(dice.random() * 0.3)  # any moment will do
        kill(process)
    assert worker(installation, post, kills).wait(300) == 0
    assert unsent(installation) == 0
    assert len(post.ids) == 20 * kills
    assert sum(post.ids.values()) - len(post.ids) <= kills
