"""The engine on a server: the same results as the embedded one, and the handling of server
failures."""

import os
import zlib
from pathlib import Path

import numpy as np
import pytest

from search import api, engines
from search.bench import evaluation
from search.engines.elasticsearch import ElasticsearchEngine
from search.entries import Query
from search.meaning.embedded import Embedded
from search.models import BestBet, Pending, Synonym
from search.queue import pending
from search.words.question import NO_SYNONYMS
from search.words.vietnamese import fold
from tests.search.conftest import entry, remove_indexes

pytestmark = pytest.mark.elasticsearch
FULL = bool(os.environ.get("QMS_TORTURE"))
QUESTIONS = Path(__file__).resolve().parents[2] / "ops" / "questions"
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


def test_a_removed_index_is_rebuilt(things, server):
    things[1] = entry("thing:1", "Đăng ký khai sinh")
    pending.rebuild()
    remove_indexes(server)
    server.invalidate()
    assert api.find("khai sinh", tokens=PUBLIC).notice
    pending.drain()
    assert (
        api.find("khai sinh", tokens=PUBLIC).total,
        api.find("khai sinh", tokens=PUBLIC).notice,
    ) == (1, "")


def test_a_blocked_server_loses_nothing_and_blames_no_row(things, server):
    things[1] = entry("thing:1", "Một")
    pending.rebuild()
    index = server._current_index()
    server.client.indices.put_settings(index=index, settings={"index.blocks.write": True})
    things[2] = entry("thing:2", "Hai")
    pending.mark("thing", 2)
    assert pending.flush() is False
    assert [(row.object_id, row.tries) for row in Pending.objects.all()] == [(2, 0)]
    server.client.indices.put_settings(index=index, settings={"index.blocks.write": None})
    assert pending.flush()
    assert api.find("hai", tokens=PUBLIC).total == 1


def same_ten(url, entries, questions, model=None, folder=None):
    """Runs the queries on both engines; at most one in a hundred may differ in its first ten or
    their order."""
    own = engines.TantivyEngine(None)
    evaluation.fill(own, entries)
    with ElasticsearchEngine(url).temporary() as server:
        evaluation.fill(server, entries)
        patient = server.client.options(request_timeout=300)
        patient.indices.forcemerge(index=server.alias, max_num_segments=1)
        server.invalidate()
        if model:
            own.nearness = server.nearness = evaluation.nearness_of(entries, folder, model)
        differing = []
        for text in questions:
            ours, theirs = (
                [(h.key, h.near) for h in e.find(Query(text, PUBLIC), NO_SYNONYMS).hits]
                for e in (own, server)
            )
            if ours != theirs:
                differing.append(text)
    assert len(differing) <= len(questions) * 0.01, differing


@pytest.mark.pure
def test_both_engines_give_the_same_ten_in_the_same_order(elasticsearch_url, samples):
    folder = samples / "retrieval" / "legal"
    questions = evaluation.read(folder).questions.values()
    same_ten(elasticsearch_url, list(evaluation.corpus(folder)), questions)


class Syllables:
    """Replaces a model, for speed: similarity is the share of common syllables, in the range
    typical of models."""

    name, dimension = "syllables", 96

    def question(self, text):
        vector = np.zeros(self.dimension, np.float32)
        for word in fold(text).split():
            vector[zlib.crc32(word.encode()) % (self.dimension - 1)] += 1.0
        vector /= np.linalg.norm(vector) or 1.0
        vector[-1] = 2.0  # common to all texts
        return vector / np.linalg.norm(vector)

    def passages(self, texts):
        return np.array([self.question(text) for text in texts])


@pytest.mark.pure
def test_both_engines_give_the_same_ten_by_meaning_too(elasticsearch_url, samples, tmp_path):
    folder = samples / "retrieval" / "legal"
    questions = evaluation.read(folder).questions.values()
    entries = list(evaluation.corpus(folder))
    same_ten(elasticsearch_url, entries, questions, Syllables, tmp_path)


@pytest.mark.pure
@pytest.mark.torture
@pytest.mark.skipif(not FULL, reason="make torture: embeds for minutes")
def test_both_engines_give_the_same_ten_with_the_real_model(elasticsearch_url, samples, tmp_path):
    catalogue = samples / "reference" / "tthc-justice.jsonl.gz"
    questions = evaluation.read_table(QUESTIONS / "justice.tsv").questions.values()
    entries = list(evaluation.catalogue(catalogue))
    same_ten(elasticsearch_url, entries, questions, Embedded, tmp_path)
