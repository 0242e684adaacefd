"""Workers are really killed, at any moment; whatever was committed is in the index afterwards, and
goes on being embedded."""

import json
import random
from collections import Counter

import pytest

from tests.search.killing import (
    FULL,
    SEED,
    all_is_there,
    counted,
    kill_while_embedding,
    kill_workers,
    run,
)


@pytest.mark.torture
@pytest.mark.pure
def test_killed_workers_lose_nothing(installation):
    said = kill_workers(installation, 200 if FULL else 4, random.Random(SEED))
    state = counted(installation)
    assert all_is_there(state, said), state


@pytest.mark.torture
@pytest.mark.pure
def test_embedding_goes_on_where_it_was_killed(installation):
    run(installation, "-m", "tests.search.worker", "fill")
    times = 40 if FULL else 3
    begun = kill_while_embedding(installation, times, random.Random(SEED))
    assert begun.pop() == "done"
    told = Counter(begun)
    told.pop("done", None)  # of one that had nothing left to do
    state = json.loads(run(installation, "-m", "tests.search.worker", "vectors").splitlines()[-1])
    assert state == {"rows": 60, "all": True}  # nothing is there twice
    assert len(told) == 60
    assert told.total() <= 60 + times  # a kill costs the text at hand
