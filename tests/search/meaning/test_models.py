"""Which model computes vectors: missing, damaged, for another processor, or replaced by another."""

import base64
import hashlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pytest
from django.urls import reverse

from search import api
from search.entries import Query
from search.meaning import embedded, embedding, upkeep
from search.meaning.embedding import Unusable
from search.meaning.nearness import Nearness
from search.tables import reports
from tests.search.meaning.conftest import TEXT, change


class Letters:
    """A model that counts letters."""

    dimension, is_failing = 32, False

    def __init__(self, version):
        self.name, self.embedded = f"letters {version}", 0

    def passages(self, texts):
        self.embedded += 1
        return np.array([self.question(text) for text in texts], np.float32)

    def question(self, text):
        vector = np.full(self.dimension, 0.1, np.float32)
        for letter in text.lower():
            vector[ord(letter) % self.dimension] += 1
        return vector / np.linalg.norm(vector)


@pytest.fixture
def use(product, settings, monkeypatch):
    """use(model) makes it the model of the installation."""
    settings.QMS_MEANING = "on"

    def choose(model):
        monkeypatch.setattr(embedding, "current", lambda: model)
        monkeypatch.setattr(
            product, "nearness", Nearness(lambda: model, upkeep.file_of(model).folder)
        )

    return choose


def files():
    return sorted(path.name for path in upkeep.file_of(Letters(1)).folder.glob("*.vectors"))


def test_another_model_makes_its_vectors_beside_the_old_ones_and_then_removes_those(
    things, use, monkeypatch
):
    old, new = Letters(1), Letters(2)
    use(old)
    for number in range(1, 13):
        change(things, number, title=f"Đăng ký khai tử {number}", text=TEXT)
    assert upkeep.catch_up() == 12
    use(new)
    with monkeypatch.context() as hurry:
        hurry.setattr(upkeep, "TURN", 0.0)
        assert upkeep.catch_up() == 0
    monkeypatch.setattr(upkeep, "CHUNK", 5)
    with monkeypatch.context() as one_chunk:
        moments = iter([0.0, 0.0, upkeep.TURN + 1])
        one_chunk.setattr(upkeep, "time", SimpleNamespace(monotonic=lambda: next(moments)))
        assert upkeep.catch_up() == 5
    assert len(files()) == 2  # whoever goes back to the old model finds what it made
    assert upkeep.catch_up() == 7
    assert files() == [upkeep.file_of(new).path.name]
    assert (upkeep.catch_up(), new.embedded) == (0, 12)


def test_a_file_that_was_damaged_after_it_was_complete_is_made_again(things, use):
    use(Letters(1))
    change(things, 1, title="Đăng ký khai tử", text=TEXT)
    assert (upkeep.catch_up(), upkeep.catch_up()) == (1, 0)
    file = upkeep.file_of(Letters(1))
    content = file.path.read_bytes()
    file.path.write_bytes(b"\xff" * 20 + content[20:])
    assert upkeep.catch_up() == 1
    file.path.unlink()
    assert upkeep.catch_up() == 1


def test_suggestions_while_typing_run_no_model(things, use, agency, monkeypatch):
    model = Letters(1)
    use(model)
    change(things, 1, title="Đăng ký khai tử", text=TEXT)
    upkeep.catch_up()
    for _ in range(reports.OFTEN):
        reports.log_query("khai tử nộp giấy tờ gì", 1, agency=agency.pk)
    asked = []
    question = model.question
    monkeypatch.setattr(model, "question", lambda text: asked.append(text) or question(text))
    found = api.suggest("khai tử", tokens=frozenset({"public"}), agency=agency.pk)
    assert "khai tử nộp giấy tờ gì" in [one.text for one in found]
    assert asked == []


@pytest.mark.parametrize(("content", "said"), [(b"tampered", "damaged"), (None, "can't be read")])
def test_a_damaged_or_missing_file_of_the_model_is_not_loaded(tmp_path, content, said):
    path = tmp_path / embedded.MODEL_FILE
    if content is not None:
        path.write_bytes(content)
    digest = base64.urlsafe_b64encode(hashlib.sha256(b"whole").digest()).rstrip(b"=").decode()
    listed = SimpleNamespace(
        name=embedded.MODEL_FILE,
        hash=SimpleNamespace(mode="sha256", value=digest),
        locate=lambda: path,
    )
    with pytest.raises(Unusable, match=said):
        embedded._checked_file(SimpleNamespace(files=[listed]))


def test_another_processor_has_no_model(monkeypatch):
    monkeypatch.setattr(embedded.platform, "machine", lambda: "aarch64")
    with pytest.raises(Unusable, match="aarch64"):
        embedded.Embedded()


def test_without_the_package_words_answer_and_say_so(
    client, things, product, settings, monkeypatch
):
    settings.QMS_MEANING = "on"
    with monkeypatch.context() as made:
        made.setattr(embedding, "current", lambda: Letters(1))
        change(things, 1, title="Đăng ký khai tử", text=TEXT)
        upkeep.catch_up()
    monkeypatch.setattr(embedded, "PACKAGE", "no-such-package")
    embedding.forget()
    found = product.find(Query("đăng ký khai tử", frozenset({"public"})))
    assert ([hit.key for hit in found.hits], found.words_alone) == (["thing:1"], True)
    assert client.get(reverse("health")).json()["meaning"] == "words only"
    assert upkeep.catch_up() == 0
    embedding.forget()


def test_questions_at_once_load_the_model_once(settings, monkeypatch):
    settings.QMS_MEANING = "on"
    begun, made = threading.Barrier(3), []

    def load():
        made.append(Letters(len(made)))
        time.sleep(0.05)  # the others come meanwhile
        return made[-1]

    def ask():
        begun.wait()
        return embedding.current()

    embedding.forget()
    monkeypatch.setattr(embedding, "_maker", lambda: load)
    with ThreadPoolExecutor(3) as threads:
        found = [one.result() for one in [threads.submit(ask) for _ in range(3)]]
    assert made == found[:1]
    assert found == found[:1] * 3
    embedding.forget()
