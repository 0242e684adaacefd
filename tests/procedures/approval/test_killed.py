"""Web, background process and database are killed while documents go through the chain, and the
disk is full for a while: the state is the old or the new one, confirmed acts exist, and pending
work is finished."""

import os
import shutil
import subprocess

import pytest

from tests.kills import played
from tests.own_postgres import own_postgres  # noqa: F401 - a fixture
from tests.qms.mails.post_office import PostOffice
from tests.search.killing import FULL

pytestmark = [pytest.mark.torture, pytest.mark.django_db]
PROGRAM = "tests.procedures.approval.killed"
TIMES = 200 if FULL else 6


@pytest.fixture
def post():
    office = PostOffice()
    yield office
    office.close()


@pytest.fixture
def small_disk(tmp_path):
    """A separate disk of 64 MB; skips if it can't be mounted."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(place)]
    if os.getuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("no disk can be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=False)


def play(folder, office, *arguments, database=None):
    """The results of the trial, whose mails go to the post office."""
    mails = {
        "QMS_EMAIL_HOST": "127.0.0.1",
        "QMS_EMAIL_PORT": str(office.port),
        "QMS_EMAIL_TLS": "off",
    }
    return played(PROGRAM, folder, TIMES, *arguments, database=database, **mails)


def all_is_well(result, office):
    assert result["found"] == []
    assert result["versions"] > 0
    assert len(office.ids) == result["mails"] > 0
    assert sum(office.ids.values()) - len(office.ids) <= sum(result["rounds"].values())


@pytest.mark.pure
def test_killed_processes_leave_the_old_state_or_the_new(installation, post):
    all_is_well(play(installation, post), post)


@pytest.mark.pure
def test_a_full_disk_leaves_the_old_state_or_the_new(installation, small_disk, post):
    shutil.copy(installation / "qms.sqlite3", small_disk)
    all_is_well(play(small_disk, post, "--full-disk"), post)


def test_a_killed_database_comes_back_with_the_old_state_or_the_new(own_postgres, tmp_path, post):  # noqa: F811
    all_is_well(play(tmp_path, post, database=own_postgres), post)
