"""Clients that send half a request block nobody. The real server, with one process and
two threads."""

import http.client
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ports import free_port

pytestmark = pytest.mark.pure
ROOT = Path(__file__).resolve().parents[2]
SERVER = """
import sys
import django
django.setup()
from qms.work import supervisor
supervisor.serve_web("127.0.0.1", int(sys.argv[1]))
"""
HEAD = b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n"
POST = b"POST /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: 1000\r\n"


@pytest.fixture(scope="module")
def port(django_db_setup, tmp_path_factory):
    data = tmp_path_factory.mktemp("web")
    (data / "qms.sqlite3").write_bytes(django_db_setup.read_bytes())
    number = free_port()
    kept = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"} | {
        "QMS_DATA": str(data), "DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": str(ROOT),
        "QMS_WEB_WORKERS": "1", "QMS_WEB_THREADS": "2",
    }  # fmt: skip
    running = subprocess.Popen([sys.executable, "-c", SERVER, str(number)], cwd=ROOT, env=kept)
    while running.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", number)) == 0:
                break
    yield number
    running.send_signal(signal.SIGTERM)
    assert running.wait(timeout=60) == 0


@pytest.fixture
def connect(port):
    """connect(bytes) -> a connection that has sent them."""
    made = []

    def begin(data: bytes) -> socket.socket:
        made.append(socket.create_connection(("127.0.0.1", port), timeout=60))
        made[-1].sendall(data)
        return made[-1]

    yield begin
    for one in made:
        one.close()


def whole_answer(connection: socket.socket) -> int:
    """Reads a response to its end, in any number of pieces. Returns its status."""
    response = http.client.HTTPResponse(connection)
    response.begin()
    response.read()
    return response.status


def answer(one: socket.socket) -> bytes:
    """Everything received until the server closes, or the first piece."""
    return one.recv(65536)


def test_half_sent_requests_hold_up_nobody(connect):
    for begun in (b"", b"GET /", HEAD, POST + b"\r\n", POST + b"\r\nlogin=a"):
        for _ in range(8):
            connect(begun)
    assert answer(connect(HEAD + b"\r\n")).startswith(b"HTTP/1.1 ")


def test_a_request_in_pieces_is_answered_once_it_is_whole(connect):
    slow = connect(POST[:30])
    assert answer(connect(HEAD + b"\r\n")).startswith(b"HTTP/1.1 ")
    slow.sendall(POST[30:] + b"\r\nlogin=a")
    slow.sendall(b"&" + b"x" * 992)
    assert answer(slow).startswith(b"HTTP/1.1 403")  # a form without its token


def test_a_connection_is_kept_for_the_next_request(connect):
    one = connect(HEAD + b"\r\n")
    first = whole_answer(one)
    one.sendall(HEAD + b"\r\n")
    assert whole_answer(one) == first


def test_a_client_that_asks_before_it_sends_its_body_is_told_to_go_on(connect):
    one = connect(POST + b"Expect: 100-continue\r\n\r\n")
    assert answer(one).startswith(b"HTTP/1.1 100 Continue")
    one.sendall(b"x" * 1000)
    assert b"HTTP/1.1 403" in answer(one) + answer(one)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (POST.replace(b"Content-Length: 1000", b"Transfer-Encoding: chunked") + b"\r\n", b"411"),
        (POST.replace(b"1000", b"99999999999") + b"\r\n", b"413"),
        (HEAD + b"X: " + b"x" * 70_000, b"431"),
    ],
)
def test_what_has_no_length_or_is_too_large_is_refused_at_once(connect, sent, status):
    assert answer(connect(sent)).startswith(b"HTTP/1.1 " + status)


def test_a_stranger_is_told_why_before_a_large_body_is_received(connect):
    large = POST.replace(b"Content-Length: 1000", b"Content-Length: 314572800") + b"\r\n"
    one = connect(large)
    response = http.client.HTTPResponse(one)
    response.begin()
    assert response.status == 413
    page = response.read().decode()
    assert "Dữ liệu gửi lên quá lớn: 300 MB, trong khi ở đây mỗi lần gửi tối đa 1 MB." in page
    # The client may go on for a while, so that browsers read the page
    one.sendall(b"x" * 1_000_000)


def test_a_client_that_asks_before_a_large_body_is_refused_first(connect):
    large = POST.replace(b"1000", b"314572800") + b"Expect: 100-continue\r\n\r\n"
    assert answer(connect(large)).startswith(b"HTTP/1.1 413")


def test_large_bodies_that_are_refused_hold_up_nobody(connect):
    large = POST.replace(b"1000", b"314572800") + b"\r\n"
    for _ in range(8):
        assert answer(connect(large)).startswith(b"HTTP/1.1 413")
    assert answer(connect(HEAD + b"\r\n")).startswith(b"HTTP/1.1 ")
