"""The engine on a server: the same answers as the embedded one, and what happens when the server does not play along."""

import pytest

from search import api, engines
from search.bench import evaluation
from search.engines.elasticsearch import ElasticsearchEngine
from search.entries import Query
from search.models import BestBet, Pending, Synonym
from search.queue import pending
from search.words.question import NO_SYNONYMS
from tests.search.conftest import entry, remove_indexes

pytestmark = pytest.mark.elasticsearch
PUBLIC = frozenset({"public"})


def test_content_reaches_the_server_and_is_found(things, server):
    things[1] = entry("thing:1", "Đăng ký khai sinh")
    pending.mark("thing", 1)
    assert pending.flush()
    assert [h.key for h in api.find("dang ky", tokens=PUBLIC).hits] == ["thing:1"]
    del things[1]
    pending.mark("thing", 1)
    pending.flush()
    assert api.find("dang ky", tokens=PUBLIC).total == 0


def test_a_rebuild_takes_the_place_of_the_old_index_and_leaves_one(things, server):
    for number in range(1, 6):
        things[number] = entry(f"thing:{number}", f"Kế hoạch {number}")
    assert pending.rebuild() == 5
    assert pending.rebuild() == 5
    assert len(server.client.indices.get(index=f"{server.alias}-*").body) == 1
    assert api.find("kế hoạch", tokens=PUBLIC).total == 5


def test_what_the_server_refuses_holds_up_no_other_row(things, server):
    things[1] = entry("thing:1", "Một")
    things[2] = entry("thing:2", "Hai", readers=("x" * 40_000,))  # longer than a term may be
    things[3] = entry("thing:3", "Ba")
    pending.rebuild()
    assert [str(row) for row in pending.set_aside()] == ["thing:2"]  # for a person to see
    for number in (1, 2, 3):
        pending.mark("thing", number)
    pending.flush()
    assert [row.object_id for row in pending.waiting()] == [2]
    assert [h.key for h in api.find("một ba", tokens=PUBLIC).hits] != []


def test_best_bets_and_an_agencys_own_words_count_here_too(things, server, agency):
    things[1] = entry("thing:1", "Nghỉ phép năm", "nghỉ phép " * 9)
    things[2] = entry("thing:2", "Nội quy của Ủy ban nhân dân")
    things[3] = entry("thing:3", "Bản kín", readers=("draft:1",))
    pending.rebuild()
    for place, origin in enumerate(("thing:3", "thing:2"), 1):
        BestBet.objects.create(
            agency=agency, text="Nghỉ phép", words="nghi phep", origin=origin, place=place
        )
    Synonym.objects.create(agency=agency, short="NQX", long="nội quy")
    assert [h.key for h in api.find("nghi phep", tokens=PUBLIC, agency=agency.pk).hits] == [
        "thing:2",
        "thing:1",
    ]
    assert [h.key for h in api.find("nghi phep", tokens=PUBLIC).hits] == ["thing:1"]
    assert [h.key for h in api.find("nqx ubnd", tokens=PUBLIC, agency=agency.pk).hits] == [
        "thing:2"
    ]
    assert [h.key for h in api.find("nqx", tokens=PUBLIC).hits] == []


def test_an_index_that_was_taken_away_is_built_anew(things, server):
    things[1] = entry("thing:1", "Đăng ký khai sinh")
    pending.rebuild()
    remove_indexes(server)
    server.stale()
    assert api.find("khai sinh", tokens=PUBLIC).notice
    pending.drain()
    assert (
        api.find("khai sinh", tokens=PUBLIC).total,
        api.find("khai sinh", tokens=PUBLIC).notice,
    ) == (1, "")


def test_a_blocked_server_loses_nothing_and_blames_no_row(things, server):
    things[1] = entry("thing:1", "Một")
    pending.rebuild()
    index = server._in_use()
    server.client.indices.put_settings(index=index, settings={"index.blocks.write": True})
    things[2] = entry("thing:2", "Hai")
    pending.mark("thing", 2)
    assert pending.flush() is False
    assert [(row.object_id, row.tries) for row in Pending.objects.all()] == [(2, 0)]
    server.client.indices.put_settings(index=index, settings={"index.blocks.write": None})
    assert pending.flush()
    assert api.find("hai", tokens=PUBLIC).total == 1


@pytest.mark.pure
def test_both_engines_give_the_same_ten_in_the_same_order(elasticsearch_url, samples):
    folder = samples / "retrieval" / "legal"
    judged = evaluation.read(folder)
    own = engines.TantivyEngine(None)
    evaluation.fill(own, evaluation.corpus(folder))
    with ElasticsearchEngine(elasticsearch_url).aside() as server:
        evaluation.fill(server, evaluation.corpus(folder))
        server.client.indices.forcemerge(index=server.alias, max_num_segments=1)
        server.stale()
        differing = []
        for text in judged.questions.values():
            ours, theirs = (
                [h.key for h in e.find(Query(text), NO_SYNONYMS).hits] for e in (own, server)
            )
            if ours != theirs:
                differing.append(text)
    assert len(differing) <= len(judged.questions) * 0.01, differing
