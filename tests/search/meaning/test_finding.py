"""Finding by meaning with the model that comes with the product, and the upkeep of the vectors."""

import numpy as np
import pytest
from django.urls import reverse

from search.entries import Query
from search.index.prepared import Card, prepare
from search.meaning import embedding, fusion, texts, upkeep
from search.meaning.vector_file import Row, VectorFile
from search.queue import pending
from search.words.question import parse_question
from tests.search.conftest import entry
from tests.search.meaning.conftest import DEATH, TEXT, change, hits, know, things_of


def test_a_question_finds_what_shares_no_word_with_it(engine, model, tmp_path):
    know(engine, things_of(), model, tmp_path)
    first = hits(engine, DEATH)[0]
    assert (first.key, first.near) == ("thing:2", True)
    assert first.snippet.startswith("NỘI DUNG")


def test_a_document_that_has_the_words_is_not_called_near(engine, model, tmp_path):
    know(engine, things_of(), model, tmp_path)
    first = hits(engine, "đăng ký khai tử")[0]
    assert (first.key, first.near) == ("thing:2", False)


def test_what_has_no_word_follows_what_has_all_the_important_ones():
    found = [
        (score, Card(prepare(entry(key, "Sổ")).card))
        for key, score in [("a", 30.0), ("b", 1.0), ("c", 0.0)]
    ]
    near = {"a": 0.8, "b": 0.8, "c": 0.95}
    for last, order in (((), ["a", "c", "b"]), (("c",), ["a", "b", "c"])):
        fused = fusion.fused(found, near, parse_question("qua đời"), last)
        assert [card.key for _, card in fused] == order


def test_what_is_far_from_everything_finds_nothing_by_meaning(engine, model, tmp_path):
    know(engine, things_of(), model, tmp_path)
    assert hits(engine, "xem bóng đá cuối tuần") == ()


def test_nothing_near_is_shown_or_counted_for_who_may_not_see_it(engine, model, tmp_path):
    know(engine, things_of(thing2="agency:7"), model, tmp_path)
    query = Query(DEATH, frozenset({"public"}), facets=("kind",))
    results = engine.find(query)
    assert "thing:2" not in [hit.key for hit in results.hits]
    assert (
        results.total == len(results.hits) == sum(c.count for c in results.facets.get("kind", ()))
    )
    assert hits(engine, DEATH, frozenset({"agency:7"}))[0].key == "thing:2"


def test_what_may_not_be_seen_changes_nothing_for_the_others(engine, model, tmp_path):
    open_ones = [e for e in things_of() if e.key != "thing:2"]
    know(engine, open_ones, model, tmp_path)
    before = [(h.key, h.near, h.score) for h in hits(engine, "giấy chứng nhận độc thân")]
    secret = entry("thing:9", "Giấy chứng nhận độc thân", TEXT, readers=("agency:7",))
    vectors = VectorFile(tmp_path, model.name, model.dimension)
    vectors.append([Row(secret.key, 1, b"x", texts.vector_of(secret, model))])
    assert [(h.key, h.near, h.score) for h in hits(engine, "giấy chứng nhận độc thân")] == before


def test_filters_narrow_what_is_near(engine, model, tmp_path):
    near = [entry("thing:2", "Đăng ký khai tử", TEXT, agency=7)]
    know(engine, [*things_of()[2:], *near], model, tmp_path)
    assert hits(engine, DEATH, filters={"agency": ("8",)}) == ()
    assert [h.key for h in hits(engine, DEATH, filters={"agency": ("7",)})] == ["thing:2"]


def test_quotes_and_minus_are_obeyed(engine, model, tmp_path):
    know(engine, things_of(), model, tmp_path)
    assert hits(engine, f'"{DEATH}"') == ()
    assert "thing:2" not in [h.key for h in hits(engine, f"{DEATH} -khai")]


def test_a_code_and_an_exact_title_stand_first(engine, model, tmp_path):
    entries = [*things_of(), entry("thing:5", "Văn bản", TEXT, code="QT-07")]
    know(engine, entries, model, tmp_path)
    assert hits(engine, "QT-07")[0].key == "thing:5"
    assert hits(engine, "Đăng ký khai tử")[0].key == "thing:2"


def test_pages_follow_each_other_without_gap_or_double(engine, model, tmp_path):
    many = [entry(f"thing:{n}", f"Giấy tờ số {n}", "người thân") for n in range(10, 90)]
    know(engine, [*things_of(), *many], model, tmp_path)
    pages = [engine.find(Query(DEATH, frozenset({"public"}), page=n)) for n in range(1, 10)]
    keys = [hit.key for page in pages for hit in page.hits]
    assert len(keys) == len(set(keys)) == pages[0].total


@pytest.mark.parametrize(
    "text", ["x" * 10_000, "\0\x07 \ud800", "日本語 العربية", "!!! ???", "🙂 ơi là"]
)
def test_no_text_is_too_strange(model, tmp_path, engine, text):
    know(engine, things_of(), model, tmp_path)
    assert len(hits(engine, text)) <= 10
    assert np.isfinite(model.question(text)).all()


def test_signs_that_the_model_spells_out_do_not_end_the_process(model):
    spelled_out = "\ufdfa" * 1_000  # one sign becomes eighteen letters
    assert np.isfinite(model.question(spelled_out)).all()
    assert np.isfinite(model.passages([spelled_out])).all()


def test_a_fault_in_meaning_leaves_words_to_answer(engine, model, tmp_path, monkeypatch):
    know(engine, things_of(), model, tmp_path)
    monkeypatch.setattr(engine.nearness, "_vector", lambda *given: np.zeros(7, np.float32))
    found = engine.find(Query("đăng ký khai tử", frozenset({"public"})))
    assert (found.hits[0].key, found.words_alone) == ("thing:2", True)


# -- the background work


@pytest.fixture
def installed(product, model, settings):
    """The product with its own model, which is made once."""
    settings.QMS_MEANING = "on"
    embedding._made[settings.EMBEDDINGS_URL, settings.EMBEDDINGS_MODEL, settings.EMBEDDINGS_KEY] = (
        0.0,
        model,
    )
    return product


def test_what_is_new_gets_its_vector_after_the_index_has_it(things, installed):
    change(things, 1, title="Đăng ký khai tử", text=TEXT)
    assert hits(installed, DEATH) == ()
    assert upkeep.catch_up() == 1
    assert [hit.key for hit in hits(installed, DEATH)] == ["thing:1"]


def test_the_same_text_is_embedded_once(things, installed):
    change(things, 1, title="Đăng ký khai tử", text=TEXT)
    upkeep.catch_up()
    change(things, 1, title="Đăng ký khai tử", text=TEXT, readers=("agency:3",))
    pending.rebuild()
    assert upkeep.catch_up() == 0
    change(things, 1, title="Đăng ký kết hôn", text=TEXT)
    assert upkeep.catch_up() == 1


def test_what_waits_for_the_index_goes_first(things, installed):
    change(things, 1, title="Đăng ký khai tử", text=TEXT)
    things[2] = entry("thing:2", "Đăng ký kết hôn", TEXT)
    pending.mark("thing", 2)
    assert upkeep.catch_up() == 0


def test_an_object_that_cannot_be_loaded_holds_up_no_other(things, installed):
    change(things, 1, title="Đăng ký khai tử", text=TEXT)
    change(things, 2, title="Đăng ký kết hôn", text=TEXT)
    things.broken.add(2)
    assert upkeep.catch_up() == 1


def test_meaning_can_be_turned_off(things, installed, settings):
    change(things, 1, title="Đăng ký khai tử", text=TEXT)
    upkeep.catch_up()
    settings.QMS_MEANING = "off"
    assert (upkeep.catch_up(), hits(installed, DEATH), embedding.state()) == (0, (), "off")


def test_health_says_that_words_alone_answer(client, db, settings):
    settings.QMS_MEANING = "on"
    settings.EMBEDDINGS_URL = "http://127.0.0.1:9"
    embedding.forget()
    assert client.get(reverse("health")).json()["meaning"] == "words only"
    embedding.forget()
