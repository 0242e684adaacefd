"""Many entries are analysed by a helper process, in order, whatever happens to it."""

import multiprocessing
import os
import signal

import pytest

from search.index import preparing
from search.index.prepared import prepare
from search.index.preparing import prepare_all
from tests.search.conftest import entry

pytestmark = pytest.mark.pure


def entries(count):
    return (
        entry(f"thing:{n}", f"Quy trình {n}", f"nội dung {n} theo Nghị định số {n}/2020/NĐ-CP")
        for n in range(count)
    )


@pytest.mark.parametrize("count", [0, 1, 30, 31, 55, 200])
def test_all_come_out_as_if_done_here_and_in_order(monkeypatch, count):
    monkeypatch.setattr(preparing, "ALONE", 30)
    assert list(preparing.prepared(entries(count))) == [prepare(e) for e in entries(count)]


def kill(child):
    os.kill(child.pid, signal.SIGKILL)


@pytest.mark.parametrize("moments", [{40, 300}, {11}, set(range(10, 600, 7))])
def test_a_helper_that_dies_costs_nothing(monkeypatch, moments):
    monkeypatch.setattr(preparing, "ALONE", 10)
    found = []
    for one in preparing.prepared(entries(600)):
        found.append(one.entry.key)
        if len(found) in moments:
            for child in multiprocessing.active_children():
                kill(child)
    assert found == [f"thing:{n}" for n in range(600)]
    assert not multiprocessing.active_children()


def test_helpers_end_when_nobody_wants_more(monkeypatch):
    monkeypatch.setattr(preparing, "ALONE", 0)
    walk = preparing.prepared(entries(600))
    assert next(walk).entry.key == "thing:0"
    walk.close()
    assert not multiprocessing.active_children()


def test_an_answer_that_breaks_off_is_done_here():
    piece = list(entries(3))
    with preparing.Helper() as helper:
        handed = preparing.Piece(piece, helper)
        kill(helper.process)
        helper.process.join()
        assert handed.is_done()
        assert handed.result() == prepare_all(piece)
        late = preparing.Piece(piece, helper)
        assert late.result() == prepare_all(piece)


def test_pieces_larger_than_a_pipe_wait_for_nobody():
    long = [entry(f"thing:{n}", "Quy trình", "nội dung " * 4000) for n in range(3)]
    with preparing.Helper() as helper:
        handed = [preparing.Piece(long, helper) for _ in range(12)]
        assert [piece.result() for piece in handed] == [prepare_all(long)] * 12


def test_few_need_no_helper(monkeypatch):
    monkeypatch.setattr(preparing, "Helper", None)
    assert len(list(preparing.prepared(entries(preparing.ALONE)))) == preparing.ALONE


class Sleeper:
    """A helper that does not respond until it is awake."""

    def __init__(self):
        self.awake, self.handed = False, []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def hand(self, piece):
        self.handed.append(piece)
        return True

    def has_answered(self):
        return self.awake

    def answer(self):
        return prepare_all(self.handed[0]) if self.awake else None


def test_what_a_helper_is_behind_with_is_done_here_meanwhile(monkeypatch):
    helper = Sleeper()
    for name, value in {"ALONE": 0, "CHUNK": 1, "AHEAD": 2, "Helper": lambda: helper}.items():
        monkeypatch.setattr(preparing, name, value)
    monkeypatch.setattr(preparing, "_helpers", lambda: 1)
    walk = preparing.prepared(entries(4))
    assert next(walk).entry.key == "thing:0"
    assert [one[0].key for one in helper.handed] == ["thing:0", "thing:1"]
    assert [one.entry.key for one in walk] == ["thing:1", "thing:2", "thing:3"]
