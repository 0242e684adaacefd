"""Finding by meaning, with the real model on a few documents, and with a server on the loopback address."""

import datetime
import json
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.urls import reverse

from search.entries import Query
from search.meaning import embedding, served, texts, upkeep
from search.meaning.embedded import Embedded
from search.meaning.embedding import Unusable
from search.meaning.nearness import Nearness
from search.meaning.served import Served
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


def test_a_question_finds_what_shares_no_word_with_it(engine, model, tmp_path):
    know(engine, things_of(), model, tmp_path)
    first = hits(engine, DEATH)[0]
    assert (first.key, first.near) == ("thing:2", True)
    assert first.snippet.startswith("NỘI DUNG")


def test_a_document_with_the_words_is_no_near_one(engine, model, tmp_path):
    know(engine, things_of(), model, tmp_path)
    first = hits(engine, "đăng ký khai tử")[0]
    assert (first.key, first.near) == ("thing:2", False)


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


# -- the file


def test_a_row_cut_off_by_a_kill_is_written_again(tmp_path):
    file = VectorFile(tmp_path, "m", 4)
    file.append([Row("a:1", 1, b"x", np.array([1, 0, 0, 0], np.float32))])
    with file.path.open("ab") as torn:
        torn.write(b"half a row")
    assert file.table().keys == ["a:1"]
    file.append([Row("a:2", 1, b"y", np.array([0, 1, 0, 0], np.float32))])
    again = VectorFile(tmp_path, "m", 4).table()
    assert again.keys == ["a:1", "a:2"]
    assert again.vector("a:2") == pytest.approx([0, 1, 0, 0])


def test_a_later_row_takes_the_place_of_an_earlier_one(tmp_path):
    file = VectorFile(tmp_path, "m", 2)
    for vector in ([1, 0], [0, 1]):
        file.append([Row("a:1", 1, b"x", np.array(vector, np.float32))])
    assert file.table().similarities(np.array([0, 1], np.float32)) == pytest.approx([1])


def test_a_damaged_file_is_begun_again(tmp_path):
    file = VectorFile(tmp_path, "m", 2)
    file.path.write_bytes(b"\xff" * 5_000)
    assert file.table().keys == []
    file.append([Row("a:1", 1, b"x", np.array([1, 0], np.float32))])
    assert file.table().keys == ["a:1"]


def test_a_file_of_replaced_rows_is_tidied(tmp_path):
    file = VectorFile(tmp_path, "m", 2)
    rows = [Row("a:1", n, b"x", np.array([1, 0], np.float32)) for n in range(1_200)]
    file.append(rows)
    large = file.path.stat().st_size
    file.tidy({"a:1": 1_199})
    assert file.path.stat().st_size < large / 100
    assert file.table().listing("a:1") == 1_199


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


def change(things, number, **fields):
    things[number] = entry(f"thing:{number}", **fields)
    pending.mark("thing", number)
    pending.flush()


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


# -- a server


class _Answers(BaseHTTPRequestHandler):
    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.headers.get("Authorization"), asked))
        body = self.server.answer(asked["input"])
        self.send_response(200)
        self.end_headers()
        for piece in self.server.pieces:  # one after the other, as long as nobody stops it
            self.wfile.write(piece)
            self.server.rest.wait(0.1)
        if self.server.rest:
            self.server.rest.wait(5)
            return
        self.wfile.write(body if isinstance(body, bytes) else json.dumps(body).encode())

    def log_message(self, *args):
        pass


def rows(*vectors):
    return {"data": [{"index": n, "embedding": v} for n, v in enumerate(vectors)]}


@pytest.fixture
def server_of_embeddings():
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    server.pieces, server.rest = [], None
    server.asked, server.answer = [], lambda given: rows(*([3.0, 4.0] for _ in given))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    server.url = f"http://127.0.0.1:{server.server_port}/v1"
    yield server
    server.shutdown()
    server.server_close()


def test_a_server_is_asked_as_its_protocol_says(server_of_embeddings):
    model = Served(server_of_embeddings.url, "m", "secret")
    assert model.passages(["a", "b"]) == pytest.approx(np.array([[0.6, 0.8], [0.6, 0.8]]))
    key, asked = server_of_embeddings.asked[-1]
    assert (key, asked["model"], asked["input"]) == ("Bearer secret", "m", ["a", "b"])


@pytest.mark.parametrize(
    "wrong",
    [
        b"<html>",
        b"[]",
        rows([1.0, 0.0, 0.0]),
        rows(),
        rows([float("nan"), 1.0]),
        rows([0.0, 0.0]),
        rows(["a", "b"]),
        {"error": {"message": "no such model"}},
    ],
)
def test_a_wrong_answer_leaves_words_to_answer(server_of_embeddings, tmp_path, engine, wrong):
    model = Served(server_of_embeddings.url, "m")
    know(engine, things_of(), model, tmp_path)
    server_of_embeddings.answer = lambda given: wrong
    with pytest.raises(Unusable):
        model.question("một câu hỏi")
    assert hits(engine, "đăng ký khai tử")[0].key == "thing:2"


def test_a_server_that_failed_is_not_waited_for_again(server_of_embeddings):
    model = Served(server_of_embeddings.url, "m")
    server_of_embeddings.answer = lambda given: b""
    for _ in range(3):
        with pytest.raises(Unusable):
            model.question("một câu hỏi")
    assert len(server_of_embeddings.asked) == 2


@pytest.mark.parametrize("pieces", [[], [b" "] * 9], ids=["silent", "dripping"])
def test_a_slow_server_is_left_and_words_say_that_they_answer_alone(
    server_of_embeddings, tmp_path, engine, monkeypatch, pieces
):
    model = Served(server_of_embeddings.url, "m")
    know(engine, things_of(), model, tmp_path)
    monkeypatch.setattr(served, "QUESTION_TIMEOUT", 0.2)
    server_of_embeddings.pieces, server_of_embeddings.rest = pieces, threading.Event()
    found = engine.find(Query("đăng ký khai tử", frozenset({"public"})))
    assert (found.hits[0].key, found.words_alone) == ("thing:2", True)
    asked = len(server_of_embeddings.asked)
    assert engine.find(Query("đăng ký khai tử", frozenset({"public"}))).words_alone
    assert len(server_of_embeddings.asked) == asked
    server_of_embeddings.rest.set()


def test_the_page_says_that_words_answer_alone(
    client, things, product, settings, server_of_embeddings
):
    settings.QMS_MEANING, settings.EMBEDDINGS_URL = "on", server_of_embeddings.url
    embedding.forget()
    change(things, 1, title="Đăng ký khai tử", text=TEXT)
    upkeep.catch_up()
    said = "Tạm thời chưa tìm được theo nghĩa"
    page = reverse("search") + "?q=khai+tử+cho+người+thân"
    assert said not in client.get(page).content.decode()
    server_of_embeddings.answer = lambda given: b"{}"
    product.nearness._vector.cache_clear()
    html = client.get(page).content.decode()
    assert said in html
    assert "khai tử" in html
    settings.EMBEDDINGS_URL = "http://127.0.0.1:9"
    assert said in client.get(page).content.decode()
    settings.QMS_MEANING = "off"
    assert said not in client.get(page).content.decode()
    embedding.forget()


def test_a_server_with_a_certificate_of_nobody_is_not_trusted(server_of_embeddings, tmp_path):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path / "certificate.pem"))
    server_of_embeddings.socket = context.wrap_socket(server_of_embeddings.socket, server_side=True)
    with pytest.raises(Unusable, match="CERTIFICATE_VERIFY_FAILED"):
        Served(server_of_embeddings.url.replace("http:", "https:"), "m")


def self_signed(path):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + certificate.public_bytes(pem))
    return path


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://x", "x"])
def test_only_web_addresses_are_asked(url):
    with pytest.raises(Unusable):
        Served(url, "m")
