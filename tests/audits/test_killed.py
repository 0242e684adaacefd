"""Server, phones, desk and database are killed while answers and photos are sent and plans and
reports signed: nothing is lost, nothing is there twice."""

import json
import subprocess
import sys

import pytest

from tests.own_postgres import own_postgres  # noqa: F401 - a fixture
from tests.search.killing import FULL, SEED, environment

pytestmark = [pytest.mark.torture, pytest.mark.django_db]
TIMES = 200 if FULL else 5


def played(folder, *arguments, **named):
    """The results of the trial."""
    trial = ["tests.audits.killed", "--rounds", str(TIMES), "--seed", str(SEED), *arguments]
    ended = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", *trial],
        env={**environment(folder), "DJANGO_SETTINGS_MODULE": "tests.settings", **named},
        check=False,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr[-4000:]
    result = json.loads(ended.stdout.splitlines()[-1])
    print(json.dumps(result, ensure_ascii=False))
    return result


def all_is_well(result):
    assert result["found"] == []
    assert result["answers"] > 0
    assert sum(result["rounds"].values()) == TIMES


@pytest.mark.pure
def test_killed_processes_lose_nothing_and_write_nothing_twice(installation):
    all_is_well(played(installation))


def test_a_killed_database_loses_nothing_and_has_nothing_twice(own_postgres, tmp_path):  # noqa: F811
    where = ["--postgres", str(own_postgres.home), "--port", str(own_postgres.port)]
    all_is_well(played(tmp_path, *where, DATABASE_URL=own_postgres.url))
