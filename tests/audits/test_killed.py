"""Server, phones, desk and database are killed while answers and photos are sent and plans and
reports signed: nothing is lost, nothing is there twice."""

import pytest

from tests.kills import played
from tests.own_postgres import own_postgres  # noqa: F401 - a fixture
from tests.search.killing import FULL

pytestmark = [pytest.mark.torture, pytest.mark.django_db]
PROGRAM = "tests.audits.killed"
TIMES = 200 if FULL else 5


def all_is_well(result):
    assert result["found"] == []
    assert result["answers"] > 0
    assert sum(result["rounds"].values()) == TIMES


@pytest.mark.pure
def test_killed_processes_lose_nothing_and_write_nothing_twice(installation):
    all_is_well(played(PROGRAM, installation, TIMES))


def test_a_killed_database_loses_nothing_and_has_nothing_twice(own_postgres, tmp_path):  # noqa: F811
    all_is_well(played(PROGRAM, tmp_path, TIMES, database=own_postgres))
