"""The embedding model of the product, and a few entries with their vectors."""

import pytest

from search.entries import Query
from search.meaning import texts
from search.meaning.embedded import Embedded
from search.meaning.embedding import Unusable
from search.meaning.nearness import Nearness
from search.meaning.vector_file import Row, VectorFile
from search.queue import pending
from tests.search.conftest import entry, fill

TEXT = "Thành phần, số lượng, lệ phí, mẫu đơn, nơi nộp, cách nhận giấy tờ."

TITLES = {
    "thing:1": "Cấp giấy xác nhận tình trạng hôn nhân",
    "thing:2": "Đăng ký khai tử",
    "thing:3": "Cấp giấy phép xây dựng nhà ở riêng lẻ",
    "thing:4": "Kiểm tra chất lượng hàng hóa nhập khẩu",
}

DEATH = "báo người thân qua đời với chính quyền"


@pytest.fixture(scope="session")
def model():
    """The model shipped with the product; skips if the processor can't run it."""
    try:
        return Embedded()
    except Unusable as problem:
        pytest.skip(str(problem))


def things_of(**readers):
    return [
        entry(key, title, TEXT, readers=(readers.get(key.replace(":", ""), "public"),))
        for key, title in TITLES.items()
    ]


def know(engine, entries, model, folder):
    """Adds the words and the vectors of these entries to the engine."""
    fill(engine, entries)
    rows = [Row(e.key, 1, b"x", vector_of(e, model)) for e in entries]
    VectorFile(folder, model.name, model.dimension).append(rows)
    engine.nearness = Nearness(lambda: model, folder)


def vector_of(one, model):
    """The vector of an entry, computed once for all tests."""
    key = model.name, *texts.passages(one)
    if key not in _vectors:
        _vectors[key] = texts.vector_of(one, model)
    return _vectors[key]


_vectors = {}


def hits(engine, text, tokens=frozenset({"public"}), **query):
    return engine.find(Query(text, tokens, **query)).hits


def change(things, number, **fields):
    things[number] = entry(f"thing:{number}", **fields)
    pending.mark("thing", number)
    pending.flush()
