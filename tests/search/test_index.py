"""From content to the index: nothing is lost, nothing is stale, and search always answers."""

import datetime
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import transaction

from qms.clock import today
from search import api, engines
from search.engines.interface import Unavailable
from search.entries import Query
from search.models import Listing, Pending
from search.queue import fallback, pending
from tests.search.conftest import entry

PUBLIC = frozenset({"public"})


def put(things, number, title, **fields):
    things[number] = entry(f"thing:{number}", title, **fields)
    pending.mark("thing", number)


def keys(text, tokens=PUBLIC, **query):
    return [hit.key for hit in api.find(text, tokens=tokens, **query).hits]


def test_the_first_flush_builds_the_index(things):
    put(things, 1, "Đăng ký khai sinh")
    assert pending.flush()
    assert keys("dang ky khai sinh") == ["thing:1"]
    assert not Pending.objects.exists()


def test_what_changes_or_goes_away_is_found_as_it_is_now(things):
    put(things, 1, "Đăng ký khai sinh")
    pending.flush()
    put(things, 1, "Đăng ký kết hôn")
    pending.flush()
    assert (keys("khai sinh"), keys("kết hôn")) == ([], ["thing:1"])
    del things[1]
    pending.mark("thing", 1)
    pending.flush()
    assert keys("kết hôn") == []


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_rolled_back_leaves_nothing_to_do(things):
    with pytest.raises(RuntimeError), transaction.atomic():
        pending.mark("thing", 1)
        raise RuntimeError
    assert not Pending.objects.exists()


def test_a_row_that_cant_be_loaded_holds_up_no_other(things):
    put(things, 1, "Một")
    put(things, 2, "Hai")
    put(things, 3, "Ba")
    things.broken = {2}
    pending.rebuild()
    pending.flush()
    assert [r.object_id for r in Pending.objects.all()] == [2]
    row = Pending.objects.get()
    assert (row.tries, row.set_aside, "poison" in row.error) == (1, False, True)


def test_a_row_that_keeps_failing_is_set_aside_and_can_be_tried_again(things):
    put(things, 2, "Hai")
    things.broken = {2}
    for _ in range(len(pending.PAUSES) + 1):
        Pending.objects.update(next_try=None)
        pending.drain()
    assert [r.object_id for r in pending.set_aside()] == [2]
    assert pending.flush()
    things.broken = set()
    pending.retry(Pending.objects.get().pk)
    pending.flush()
    assert keys("hai") == ["thing:2"]


def test_a_source_that_nobody_registered_is_an_error_of_its_row(things):
    pending.mark("nothing", 1)
    put(things, 1, "Một")
    pending.flush()
    assert keys("một") == ["thing:1"]
    assert "nothing" in Pending.objects.get().error


def test_rows_are_worked_off_in_batches(things):
    for number in range(1, 8):
        put(things, number, f"Kế hoạch {number}")
    pending.rebuild()
    assert [pending.drain(limit=3) for _ in range(4)] == [3, 3, 1, 0]


def test_what_changes_while_the_index_is_rebuilt_is_in_the_new_one(things):
    put(things, 1, "Cũ")
    pending.flush()

    def ids_and_meanwhile():
        yield 1
        # So that the first is loaded before the rest is asked for
        yield from range(1_000, 1_000 + registry.CHUNK)
        put(things, 1, "Mới")
        put(things, 2, "Thêm")
        pending.flush()
        assert keys("mới") == ["thing:1"]

    from search import registry

    registry.register("thing", load=things.load, ids=ids_and_meanwhile)
    pending.rebuild()
    assert (keys("cũ"), keys("mới"), keys("thêm")) == ([], ["thing:1"], ["thing:2"])
    assert not Pending.objects.exists()


def test_a_rebuild_that_fails_leaves_the_old_index_in_use(things):
    put(things, 1, "Cũ")
    pending.flush()
    from search import registry

    def broken():
        yield 1
        raise RuntimeError("stop")

    registry.register("thing", load=things.load, ids=broken)
    with pytest.raises(RuntimeError):
        pending.rebuild()
    assert keys("cũ") == ["thing:1"]
    put(things, 2, "Sau")
    pending.flush()
    assert keys("sau") == ["thing:2"]


def test_what_cant_be_loaded_holds_up_no_rebuild_and_waits_for_a_person(things):
    for pk in (1, 2, 3):
        put(things, pk, f"Kế hoạch {pk}")
    Pending.objects.all().delete()
    things.broken = {2}
    pending.rebuild()
    assert sorted(keys("kế hoạch")) == ["thing:1", "thing:3"]
    assert [(str(row), row.error) for row in pending.set_aside()] == [
        ("thing:2", "RuntimeError: poison")
    ]
    things.broken = set()
    pending.retry(pending.set_aside().get().pk)
    pending.flush()
    assert sorted(keys("kế hoạch")) == ["thing:1", "thing:2", "thing:3"]
    assert not Pending.objects.exists()


def test_a_database_that_fails_during_a_rebuild_leaves_the_old_index_in_use(things):
    from django.db import OperationalError

    from search import registry

    put(things, 1, "Cũ")
    pending.flush()

    def away(ids):
        raise OperationalError("away")

    registry.register("thing", load=away, ids=lambda: [1])
    with pytest.raises(OperationalError):
        pending.rebuild()
    assert keys("cũ") == ["thing:1"]
    assert not Pending.objects.exists()


def test_a_missing_index_is_said_and_the_database_answers_for_who_may_see(things, settings):
    put(things, 1, "Đăng ký khai sinh", code="QT 01/HT")
    put(things, 2, "Khai báo mật", readers=("draft:1",))
    pending.flush()
    for path in Path(settings.QMS_INDEX).glob("*"):
        path.unlink() if path.is_file() else shutil.rmtree(path)
    results = api.find("khai", tokens=PUBLIC)
    assert ([h.key for h in results.hits], results.total, bool(results.notice)) == (
        ["thing:1"],
        1,
        True,
    )
    assert [h.key for h in api.find("qt01", tokens=PUBLIC).hits] == ["thing:1"]
    assert api.suggest("khai", tokens=PUBLIC) == []
    pending.drain()
    results = api.find("khai", tokens=PUBLIC)
    assert ([h.key for h in results.hits], results.notice) == (["thing:1"], "")


@pytest.mark.parametrize("damage", ["meta", "pointer", "version", "segments"])
def test_a_damaged_index_is_noticed_and_repaired_by_the_next_turn(things, settings, damage):
    put(things, 1, "Đăng ký khai sinh")
    pending.flush()
    folder = Path(settings.QMS_INDEX)
    current = json.loads((folder / "current").read_text())
    if damage == "meta":
        (folder / current["folder"] / "meta.json").write_text('{"segm')
    elif damage == "pointer":
        (folder / "current").write_text("{")
    elif damage == "version":
        (folder / "current").write_text(json.dumps({**current, "stamp": "0"}))
    else:
        for path in (folder / current["folder"]).glob("*.store"):
            path.unlink()
        engines._made.clear()
    assert keys("khai sinh") == ["thing:1"]  # from the database, or from what is still open
    engines._made.clear()
    pending.drain()
    results = api.find("khai sinh", tokens=PUBLIC)
    assert ([h.key for h in results.hits], results.notice) == (["thing:1"], "")


def test_the_database_answers_by_day_filter_and_page(things):
    day = datetime.date(2026, 1, 1)
    for number in range(1, 16):
        put(
            things,
            number,
            f"Kế hoạch {number}",
            agency=number % 2,
            last_day=day if number > 12 else None,
        )
    pending.flush()
    assert fallback.find(Query("kế hoạch", PUBLIC, day=datetime.date(2026, 2, 1))).total == 12
    assert (
        fallback.find(Query("ke hoach", PUBLIC, filters={"agency": ("1",)}, page=2, size=5)).total
        == 8
    )
    assert (
        len(
            fallback.find(
                Query("ke hoach", PUBLIC, filters={"agency": ("1",)}, page=2, size=5)
            ).hits
        )
        == 3
    )
    assert fallback.find(Query("kế hoạch", PUBLIC, filters={"agency": ("x",)})).total == 0
    assert fallback.find(Query("kế hoạch", frozenset())).total == 0


def test_the_database_tells_what_holds_ended_and_comes(things):
    day = today()
    later = datetime.timedelta(days=9)
    put(things, 1, "Kế hoạch một", first_day=day, last_day=day)
    put(things, 2, "Kế hoạch hai", last_day=day - later)
    put(things, 3, "Kế hoạch ba", first_day=day + later)
    put(things, 4, "Kế hoạch bốn")
    put(things, 5, "Kế hoạch năm", state="draft")
    pending.flush()

    def found(*standing):
        return sorted(
            hit.key[-1]
            for hit in fallback.find(Query("kế hoạch", PUBLIC, filters={"standing": standing})).hits
        )

    assert (found("holds"), found("ended"), found("coming"), found("x")) == (
        ["1", "4"],
        ["2"],
        ["3"],
        [],
    )
    assert found("ended", "coming") == ["2", "3"]


def test_the_database_answers_by_field_clause_law_and_year(things):
    put(
        things,
        1,
        "Kế hoạch một",
        facets={"year": ("2026",), "legal": ("19/2014/QĐ-TTg", "5/2020/TT-BTP")},
    )
    put(things, 2, "Kế hoạch hai", facets={"year": ("2025",), "clause": ("7.5",)})
    pending.flush()

    def found(**filters):
        return sorted(
            hit.key for hit in fallback.find(Query("kế hoạch", PUBLIC, filters=filters)).hits
        )

    assert found(year=("2026",)) == ["thing:1"]
    assert found(year=("2025", "2026")) == ["thing:1", "thing:2"]
    assert found(legal=("19/2014/QĐ-TTg",), year=("2026",)) == ["thing:1"]
    assert found(legal=("19/2014/QĐ-TTg",), year=("2025",)) == []
    assert found(clause=("7",)) == found(year=("026",)) == found(field=("2026",)) == []


def test_a_rebuild_drops_entries_whose_source_is_gone(things):
    put(things, 1, "Một")
    put(things, 2, "Hai")
    pending.flush()
    del things[2]
    pending.rebuild()
    assert [row.key for row in Listing.objects.all()] == ["thing:1"]
    assert keys("hai") == []


def test_an_open_reader_sees_what_another_process_wrote(things, settings):
    put(things, 1, "Một")
    pending.flush()
    assert keys("một") == ["thing:1"]
    other = engines.TantivyEngine(Path(settings.QMS_INDEX))
    from tests.search.conftest import fill

    fill(other, [entry("thing:2", "Một nữa")])
    assert sorted(keys("một")) == ["thing:1", "thing:2"]


@pytest.mark.torture
@pytest.mark.pure
@pytest.mark.parametrize("round_", range(200 if os.environ.get("QMS_TORTURE") else 3))
def test_a_killed_writer_leaves_an_index_that_answers_and_can_be_written(things, settings, round_):
    put(things, 1, "Đăng ký khai sinh")
    pending.flush()
    writer = subprocess.Popen(
        [sys.executable, "-m", "tests.search.writer", str(settings.QMS_INDEX)],
        stdout=subprocess.PIPE,
        text=True,
    )
    for _ in range(1 + round_ % 7):
        assert writer.stdout.readline()
    os.kill(writer.pid, signal.SIGKILL)
    written = [int(line) for line in writer.stdout.read().split()]
    writer.wait()
    if written:
        assert api.find(f'"kế hoạch {written[-1]}"', tokens=PUBLIC).total == 1
    assert keys("khai sinh") == ["thing:1"]
    put(things, 2, "Sau khi dừng")
    assert pending.flush()
    assert keys("sau khi dừng") == ["thing:2"]


def test_an_engine_that_is_away_holds_the_rows_and_the_caller_goes_on(
    things, settings, monkeypatch
):
    settings.ELASTICSEARCH_URL = "http://127.0.0.1:1"
    pytest.importorskip("search.engines.elasticsearch")
    put(things, 1, "Đăng ký khai sinh")
    assert pending.flush() is False
    assert pending.waiting().count() == 1
    results = api.find("khai sinh", tokens=PUBLIC)
    assert ([h.key for h in results.hits], bool(results.notice)) == (["thing:1"], True)
    with pytest.raises(Unavailable):
        pending.drain()
