"""Vectors from a server, here one on the loopback address: its protocol, its failures,
its certificate."""

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
from search.meaning import embedding, served, upkeep
from search.meaning.embedding import Unusable
from search.meaning.served import Served
from tests.search.meaning.conftest import TEXT, change, hits, know, things_of


class _Answers(BaseHTTPRequestHandler):
    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.headers.get("Authorization"), asked))
        body = self.server.answer(asked["input"])
        try:
            for piece in self.server.head:
                self.wfile.write(piece)
                self.server.rest.wait(0.1)
        except OSError:  # the product left
            return
        self.server.heads += 1
        self.send_response(200 if not self.server.elsewhere else 302)
        if self.server.elsewhere:
            self.send_header("Location", self.server.elsewhere)
        self.end_headers()
        for piece in self.server.pieces:  # one after the other, as long as nobody stops it
            self.wfile.write(piece)
            self.server.rest.wait(0.1)
        if self.server.rest:
            self.server.rest.wait(5)
            return
        self.wfile.write(body if isinstance(body, bytes) else json.dumps(body).encode())

    def do_GET(self):
        self.server.asked.append((self.headers.get("Authorization"), None))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(rows([3.0, 4.0])).encode())

    def log_message(self, *args):
        pass


def rows(*vectors):
    return {"data": [{"index": n, "embedding": v} for n, v in enumerate(vectors)]}


@pytest.fixture
def server_of_embeddings():
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    server.head, server.pieces, server.rest, server.elsewhere = [], [], None, ""
    server.heads = 0  # written completely
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


@pytest.mark.parametrize(
    ("head", "pieces"),
    [([], []), ([], [b" "] * 9), ([b"HTTP/1.1 200 OK\r\n", *[b"A: b\r\n"] * 60], [])],
    ids=["silent", "dripping", "dripping head"],
)
def test_a_slow_server_is_left_and_words_say_that_they_answer_alone(
    server_of_embeddings, tmp_path, engine, monkeypatch, head, pieces
):
    model = Served(server_of_embeddings.url, "m")
    know(engine, things_of(), model, tmp_path)
    monkeypatch.setattr(served, "QUESTION_TIMEOUT", 0.2)
    server_of_embeddings.head, server_of_embeddings.pieces = head, pieces
    server_of_embeddings.rest, server_of_embeddings.heads = threading.Event(), 0
    found = engine.find(Query("đăng ký khai tử", frozenset({"public"})))
    assert (found.hits[0].key, found.words_alone) == ("thing:2", True)
    asked = len(server_of_embeddings.asked)
    assert engine.find(Query("đăng ký khai tử", frozenset({"public"}))).words_alone
    assert len(server_of_embeddings.asked) == asked
    assert server_of_embeddings.heads == (0 if head else 1)  # it was not waited for to the end
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


def test_a_redirect_is_not_followed_with_the_key(server_of_embeddings):
    model = Served(server_of_embeddings.url, "m", "secret")
    server_of_embeddings.elsewhere = server_of_embeddings.url.replace("127.0.0.1", "localhost")
    before = len(server_of_embeddings.asked)
    with pytest.raises(Unusable, match="302"):
        model.question("một câu hỏi")
    assert len(server_of_embeddings.asked) == before + 1


def test_another_model_behind_the_address_is_noticed_without_a_restart(
    server_of_embeddings, settings
):
    settings.QMS_MEANING, settings.EMBEDDINGS_URL = "on", server_of_embeddings.url
    embedding.forget()
    assert embedding.current().dimension == 2
    server_of_embeddings.answer = lambda given: rows(*([1.0, 0.0, 0.0] for _ in given))
    with pytest.raises(Unusable):
        embedding.current().question("một câu hỏi")
    assert embedding.current().dimension == 3
    embedding.forget()


def test_health_says_that_the_server_fails(client, db, server_of_embeddings, settings):
    settings.QMS_MEANING, settings.EMBEDDINGS_URL = "on", server_of_embeddings.url
    embedding.forget()
    assert client.get(reverse("health")).json()["meaning"] == "ok"
    server_of_embeddings.answer = lambda given: b"{}"
    with pytest.raises(Unusable):
        embedding.current().question("một câu hỏi")
    assert client.get(reverse("health")).json()["meaning"] == "words only"
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
