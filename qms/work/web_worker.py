"""gunicorn's threaded worker, except that a request reaches a thread only when it has arrived
completely.

The plain worker gives a thread to each connection that has sent something, which then waits for the
rest: as many half-sent requests as there are threads block everybody else. Here the main loop
collects each request, large bodies in a temporary file, so a slow client costs a socket and no
thread. Before a large body is received, the application decides by the headers of the request
whether it accepts it (qms/work/bodies.py)."""

import contextlib
import io
import logging
import re
import socket
import struct
import tempfile
import time
from concurrent.futures import Future
from functools import partial
from typing import Any

from gunicorn import http
from gunicorn.http import wsgi
from gunicorn.workers.gthread import TConn, ThreadWorker

from qms.work.bodies import ADMISSION, ANONYMOUS_BODY

log = logging.getLogger("qms.web")
MOST_HEAD = 64 * 1024
MOST_BODY = 260 * 1024 * 1024  # docs/deployment.md: the proxy's limit is 250 MB
MOST_HELD = 1024 * 1024 * 1024  # bytes of unfinished requests in one process
IN_MEMORY = 256 * 1024
HEAD_SECONDS = 20
SLOWEST = 10_000  # minimum rate of a body, in bytes per second
LINGER_SECONDS = 30  # time in which a refused client may go on sending, so that it reads the reason
SEND_SECONDS = 60  # time without the client reading a byte of the response
LENGTH = re.compile(rb"(?im)^content-length:[ \t]*(\d{1,18})[ \t]*\r?$")
CHUNKED = re.compile(rb"(?im)^transfer-encoding[ \t]*:")
EXPECT = re.compile(rb"(?im)^expect:[^\n]*\n")
CONTINUE = re.compile(rb"(?im)^expect:[ \t]*100-continue")
REFUSALS = {
    408: "Request Timeout",
    411: "Length Required",
    413: "Content Too Large",
    431: "Request Header Fields Too Large",
    503: "Service Unavailable",
}


class Refusal(Exception):  # noqa: N818 - an answer to the client, not a fault of the program
    def __init__(self, status: int) -> None:
        super().__init__(REFUSALS[status])
        self.status = status


class Incoming:
    """The bytes of one request as they arrive. `recv` passes them to gunicorn's parser like a
    socket."""

    def __init__(self, now: float) -> None:
        self.file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed with the request
        self.size = 0
        self.wanted = 0  # bytes of the whole request, once its headers have arrived
        self.head = bytearray()
        self.deadline = now + HEAD_SECONDS
        self.asks_to_continue = False
        self.asks_for_admission = b""  # the headers of a request with a large body
        self.linger = False

    def add(self, data: bytes) -> bool:
        """Adds received bytes. Returns whether the request is complete; raises Refusal for requests
        that are not served."""
        self.file.write(data)
        self.size += len(data)
        if not self.wanted:
            self.head += data
            self._look_for_end_of_head()
        return bool(self.wanted) and self.size >= self.wanted

    def _look_for_end_of_head(self) -> None:
        end = self.head.find(b"\r\n\r\n")
        if end > MOST_HEAD or (end < 0 and len(self.head) > MOST_HEAD):
            raise Refusal(431)
        if end < 0:
            return
        head = bytes(self.head[: end + 2])
        if CHUNKED.search(head):
            raise Refusal(411)
        length = max((int(n) for n in LENGTH.findall(head)), default=0)
        self.wanted = end + 4 + length
        self.deadline += min(length, MOST_BODY) / SLOWEST
        self.asks_to_continue = bool(CONTINUE.search(head)) and self.size < self.wanted
        if length > ANONYMOUS_BODY:
            self.asks_for_admission = EXPECT.sub(b"", head) + b"\r\n"
        self.head.clear()

    def rewind(self) -> None:
        self.file.seek(0)

    def recv(self, size: int) -> bytes:
        return self.file.read(size)

    def close(self) -> None:
        self.file.close()


class Head:
    """The headers of a request for gunicorn's parser, without a body."""

    def __init__(self, head: bytes) -> None:
        self.recv = io.BytesIO(head).read


class Worker(ThreadWorker):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.collecting: dict[TConn, Incoming] = {}
        self.held = 0

    def accept(self, listener: socket.socket) -> None:
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        client.setblocking(False)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", SEND_SECONDS, 0))
        self.nr_conns += 1
        self._collect(TConn(self.cfg, client, address, listener.getsockname()))

    def on_client_socket_readable(self, conn: TConn, client: socket.socket) -> None:
        """The next request on a kept-alive connection."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._collect(conn)

    def _collect(self, conn: TConn) -> None:
        self.collecting[conn] = Incoming(time.monotonic())
        self.poller.register(conn.sock, 1, partial(self._receive, conn))  # 1: EVENT_READ

    def _receive(self, conn: TConn, client: socket.socket) -> None:
        """Reads what has arrived; passes the connection to a thread when the
        request is complete."""
        incoming = self.collecting[conn]
        try:
            data = client.recv(256 * 1024)
            if not data:
                raise ConnectionResetError
            if incoming.linger:
                return
            if self.held + len(data) > MOST_HELD:
                raise Refusal(503)
            self.held += len(data)
            complete = incoming.add(data)
            if incoming.asks_for_admission:
                self._ask_for_admission(conn, incoming)
                return
            if incoming.asks_to_continue:
                incoming.asks_to_continue = False
                client.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        except BlockingIOError:
            return
        except Refusal as refusal:
            self._drop(conn, refusal.status)
            return
        except OSError as problem:
            if not isinstance(problem, ConnectionError):
                log.exception("web: a request could not be collected")
            self._drop(conn, 503)
            return
        if complete:
            self._release(conn)
            incoming.rewind()
            conn.parser = http.get_parser(self.cfg, incoming, conn.client)
            conn.initialized = conn.data_ready = True
            conn.incoming = incoming
            self.enqueue_req(conn)

    def _ask_for_admission(self, conn: TConn, incoming: Incoming) -> None:
        """Stops reading until a thread has decided whether the body is accepted."""
        self.poller.unregister(conn.sock)
        head, incoming.asks_for_admission = incoming.asks_for_admission, b""
        asked = self.tpool.submit(self._admission, conn, head)
        asked.add_done_callback(lambda done: self.method_queue.defer(self._decided, conn, done))

    def _admission(self, conn: TConn, head: bytes) -> bytes:
        """The application's response to the headers alone, in a thread; empty if it accepts the
        body."""
        request = next(http.get_parser(self.cfg, Head(head), conn.client))
        _, environ = wsgi.create(request, conn.sock, conn.client, conn.server, self.cfg)
        environ |= {"wsgi.input": io.BytesIO(), ADMISSION: True}
        said: list[Any] = []
        answer = self.wsgi(environ, lambda status, headers, *_: said.extend((status, headers)))
        try:
            body = b"".join(answer)
        finally:
            answer.close()
        status, headers = said
        if status.startswith("204 "):
            return b""
        kept = [(k, v) for k, v in headers if k.lower() not in {"content-length", "connection"}]
        kept += [("Connection", "close"), ("Content-Length", str(len(body)))]
        lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in kept), "", ""]
        return "\r\n".join(lines).encode("latin-1") + body

    def _decided(self, conn: TConn, done: "Future[bytes]") -> None:
        """Back in the main loop: continues receiving, or sends the refusal and lets the client
        finish."""
        incoming = self.collecting.get(conn)
        if incoming is None:
            return
        self.poller.register(conn.sock, 1, partial(self._receive, conn))
        try:
            refusal = done.result()
        except Exception:
            log.exception("web: could not decide whether to accept a large body")
            self._drop(conn, 503)
            return
        if not refusal and incoming.wanted > MOST_BODY + MOST_HEAD:
            self._drop(conn, 413)
            return
        try:
            if refusal:
                incoming.linger = True
                incoming.deadline = time.monotonic() + LINGER_SECONDS
                incoming.file.truncate(0)
                conn.sock.send(refusal)
                conn.sock.shutdown(socket.SHUT_WR)
            elif incoming.asks_to_continue:
                incoming.asks_to_continue = False
                conn.sock.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        except OSError:
            self._drop(conn, 503)

    def finish_request(self, conn: TConn, fs: Any) -> None:
        conn.incoming.close()
        super().finish_request(conn, fs)

    def _release(self, conn: TConn) -> Incoming:
        incoming = self.collecting.pop(conn)
        self.held -= incoming.size
        with contextlib.suppress(KeyError):  # not read from while the application decides
            self.poller.unregister(conn.sock)
        return incoming

    def _drop(self, conn: TConn, status: int) -> None:
        """Closes a connection whose request was never completed."""
        incoming = self._release(conn)
        incoming.close()
        answer = f"HTTP/1.1 {status} {REFUSALS[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
        try:
            if not incoming.linger:  # otherwise it has had its response
                conn.sock.send(answer.encode())
                conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # it is closed already
        self.nr_conns -= 1
        conn.close()

    def murder_pending(self) -> None:
        """Once a second: ends requests that take too long."""
        super().murder_pending()
        now = time.monotonic()
        for conn in [c for c, incoming in self.collecting.items() if incoming.deadline < now]:
            self._drop(conn, 408)

    def _cap_keepalive(self, deadline: float) -> None:
        """Called when the worker stops: drops incomplete requests."""
        for conn in list(self.collecting):
            self._drop(conn, 503)
        super()._cap_keepalive(deadline)
