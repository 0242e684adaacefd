"""A server with passwords that is killed, restarted, runs out of disk, and gets a
wrong password."""

import os
import random
import secrets
import signal
import time

import pytest

from search import api, engines
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.interface import Unavailable
from search.models import Pending
from search.queue import pending
from tests.search.conftest import entry
from tests.search.killing import FULL, SEED, all_is_there, counted, kill_workers, started

pytestmark = [pytest.mark.elasticsearch, pytest.mark.pure]
PUBLIC = frozenset({"public"})


@pytest.fixture
def product(own_server, settings, monkeypatch):
    """The product with this server as its engine, under an alias of its own; the server runs."""
    settings.ELASTICSEARCH_URL = own_server.url
    for name, value in {
        "INDEX": f"qms-test-{secrets.token_hex(4)}",
        "USER": "elastic",
        "PASSWORD": own_server.password,
    }.items():
        monkeypatch.setenv(f"ELASTICSEARCH_{name}", value)
    engines._made.clear()
    yield own_server
    engines._made.clear()


def put(things, number, title):
    things[number] = entry(f"thing:{number}", title)
    pending.mark("thing", number)


def until(done, what, seconds=90):
    """Waits for the server, never for luck."""
    give_up = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < give_up, what
        time.sleep(0.3)


def flushed():
    """Like the background process: it retries until the server accepts it."""
    engines._made.clear()  # a fresh client does not remember that the server was away
    return pending.flush()


def test_a_wrong_password_is_refused_and_the_right_one_or_a_key_accepted(
    things, product, monkeypatch
):
    put(things, 1, "Đăng ký khai sinh")
    assert pending.flush()
    monkeypatch.setenv("ELASTICSEARCH_PASSWORD", "sai")
    engines._made.clear()
    put(things, 2, "Đăng ký kết hôn")
    assert pending.flush() is False
    assert [(row.object_id, row.tries) for row in Pending.objects.all()] == [(2, 0)]
    answer = api.find("dang ky", tokens=PUBLIC)
    assert ([h.key for h in answer.hits], bool(answer.notice)) == (["thing:1", "thing:2"], True)
    with pytest.raises(Unavailable) as refusal:
        ElasticsearchEngine(product.url, user="elastic", password="sai").reader()
    assert not refusal.value.missing
    monkeypatch.setenv("ELASTICSEARCH_PASSWORD", product.password)
    engines._made.clear()
    assert pending.flush()
    made = engines.current().client.security.create_api_key(name="qms-test")
    monkeypatch.delenv("ELASTICSEARCH_USER")
    monkeypatch.setenv("ELASTICSEARCH_API_KEY", made["encoded"])
    engines._made.clear()
    assert api.find("dang ky", tokens=PUBLIC).total == 2


def test_a_killed_server_stops_no_writing_and_all_is_there_when_it_is_back(things, product):
    put(things, 1, "Đăng ký khai sinh")
    assert pending.flush()
    product.kill()
    put(things, 2, "Đăng ký kết hôn")
    assert pending.flush() is False
    answer = api.find("khai sinh", tokens=PUBLIC)
    assert ([h.key for h in answer.hits], bool(answer.notice)) == (["thing:1"], True)
    assert api.suggest("khai", tokens=PUBLIC) == []
    product.start()
    until(flushed, "the server took nothing after its return")
    answer = api.find("dang ky", tokens=PUBLIC)
    assert (sorted(h.key for h in answer.hits), answer.notice) == (["thing:1", "thing:2"], "")


def test_a_full_disk_holds_the_rows_until_there_is_room(things, product):
    put(things, 1, "Đăng ký khai sinh")
    assert pending.flush()
    engine = engines.current()
    marks = {
        f"cluster.routing.allocation.disk.watermark.{name}": "900tb"
        for name in ("low", "high", "flood_stage")
    }
    engine.client.cluster.put_settings(persistent={**marks, "cluster.info.update.interval": "10s"})
    index = engine._current_index()

    def is_blocked():
        block = "index.blocks.read_only_allow_delete"
        return (
            engine.client.indices.get_settings(index=index, flat_settings=True)[index][
                "settings"
            ].get(block)
            == "true"
        )

    try:
        until(is_blocked, "the server did not notice that its disk is full")
        put(things, 2, "Đăng ký kết hôn")
        assert pending.flush() is False
        assert [(row.object_id, row.tries) for row in Pending.objects.all()] == [(2, 0)]
        assert [h.key for h in api.find("khai sinh", tokens=PUBLIC).hits] == ["thing:1"]
    finally:
        engine.client.cluster.put_settings(persistent=dict.fromkeys(marks))
    until(lambda: not is_blocked(), "the server did not notice that there is room again")
    assert flushed()
    assert api.find("dang ky", tokens=PUBLIC).total == 2


@pytest.mark.torture
def test_killed_workers_lose_nothing_on_a_server(installation, own_server):
    said = kill_workers(installation, 150 if FULL else 3, random.Random(SEED), own_server)
    state = counted(installation, own_server)
    assert all_is_there(state, said), state


@pytest.mark.torture
def test_a_server_killed_while_a_worker_writes_loses_nothing(installation, own_server):
    dice, said = random.Random(SEED), 0
    for _ in range(50 if FULL else 1):
        worker = started(installation, own_server)
        assert worker.stdout.readline(), "the worker ended by itself"
        time.sleep(dice.random() * 2)
        own_server.kill()
        time.sleep(dice.random())  # content goes on changing while the server is away
        os.kill(worker.pid, signal.SIGKILL)
        said += 1 + len(worker.stdout.readlines())
        worker.wait()
        own_server.start()
    state = counted(installation, own_server)
    assert all_is_there(state, said), state
