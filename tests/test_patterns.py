"""Every regular expression over uploaded or typed text terminates on its worst-case texts."""

import json
import os
import subprocess
import sys

import pytest

from tests.patterns import ROOT, collect

pytestmark = pytest.mark.pure
ROOMS = ("audits", "procedures", "qms", "search")
TORTURE = bool(os.environ.get("QMS_TORTURE"))


def unending(*rooms: str, length: int, seconds: int, most: int) -> list[str]:
    """The places of patterns that a process could not finish: the system kills it, and the next one
    starts after it.

    ``seconds`` of processor time are the limit for one text; a linear pattern needs a thousandth of
    them."""
    slow: list[str] = []
    at = 0
    numbers = [str(number) for number in (length, seconds, most)]
    while True:
        asked = subprocess.run(  # noqa: S603 - our own module
            [sys.executable, "-m", "tests.patterns", *numbers, str(at), *rooms],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        if asked.returncode == 0:
            return slow
        begun = [json.loads(line) for line in asked.stdout.splitlines()]
        assert begun, "the process fell before the first pattern"
        at += len(begun)
        slow.append(begun[-1])


@pytest.mark.torture
@pytest.mark.parametrize("room", ROOMS)
def test_every_pattern_comes_to_an_end(room):
    if TORTURE:
        assert unending(room, length=300_000, seconds=60, most=100_000) == []
    else:
        assert unending(room, length=3_000, seconds=2, most=12) == []


def test_what_does_not_come_to_an_end_is_named():
    slow = unending("tests/slow_patterns.py", length=60_000, seconds=1, most=20)
    assert slow == ["tests.slow_patterns.NESTED", "tests.slow_patterns.SPACES"]


def test_patterns_are_found_wherever_they_are_written():
    places = [found.place for found in collect("procedures/word", "search/words")]
    assert "procedures.word.control._OWN" in places
    assert "search.words.codes._KIND_BEFORE" in places
    assert any(place.startswith("procedures.word.hints:") for place in places)
    assert len(places) > 150
