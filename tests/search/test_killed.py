"""Workers are really killed, at any moment; whatever was committed is in the index afterwards."""

import random

import pytest

from tests.search.killing import FULL, SEED, all_is_there, counted, kill_workers


@pytest.mark.torture
@pytest.mark.pure
def test_killed_workers_lose_nothing(installation):
    said = kill_workers(installation, 200 if FULL else 4, random.Random(SEED))
    state = counted(installation)
    assert all_is_there(state, said), state
