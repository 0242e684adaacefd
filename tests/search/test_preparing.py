"""Many entries are taken apart by a helper process, in order, whatever happens to it."""

import multiprocessing
import os
import signal
import threading
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor

import pytest

from search.index import preparing
from search.index.prepared import prepare
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


def test_a_helper_that_dies_costs_nothing(monkeypatch):
    monkeypatch.setattr(preparing, "ALONE", 10)
    found = []
    for one in preparing.prepared(entries(600)):
        found.append(one.entry.key)
        if len(found) in {40, 300}:
            for child in multiprocessing.active_children():
                os.kill(child.pid, signal.SIGKILL)
    assert found == [f"thing:{n}" for n in range(600)]


def test_a_piece_that_is_lost_with_its_helper_is_done_here(monkeypatch):
    monkeypatch.setattr(preparing, "PATIENCE", 0.05)
    piece = list(entries(3))
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        lived = Future()
        threading.Timer(0.3, lived.set_result, [["done"]]).start()
        assert preparing._done(pool, piece, lived) == ["done"]  # one that takes long is waited for
        with pytest.raises(BrokenExecutor):
            pool.submit(os._exit, 1).result(60)
        assert preparing._done(pool, piece, Future()) == [prepare(e) for e in piece]


def test_few_need_no_helper(monkeypatch):
    monkeypatch.setattr(preparing, "ProcessPoolExecutor", None)
    assert len(list(preparing.prepared(entries(preparing.ALONE)))) == preparing.ALONE


def test_what_a_helper_is_behind_with_is_done_here_meanwhile(monkeypatch):
    for name, value in {"ALONE": 0, "CHUNK": 1, "AHEAD": 2}.items():
        monkeypatch.setattr(preparing, name, value)
    handed, awake = [], []

    def hand(pool, piece):
        handed.append((piece, Future()))
        if awake:
            answer(*handed[-1])
        return handed[-1][1]

    def answer(piece, future):
        future.set_result(preparing.prepare_all(piece))

    def walk():
        for number, one in enumerate(entries(8)):
            if number == 4:  # until here the helper has answered nothing
                awake.append(True)
                for piece, future in handed:
                    answer(piece, future)
            yield one

    monkeypatch.setattr(preparing, "_handed", hand)
    assert list(preparing.prepared(walk())) == [prepare(one) for one in entries(8)]
    assert [piece[0].key for piece, _ in handed] == [f"thing:{n}" for n in (0, 1, 4, 5, 6, 7)]
