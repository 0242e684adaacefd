"""A real SMTP server on 127.0.0.1 that counts accepted mails, and can be away, refuse, hang up or
wait."""

import email
import email.policy
import re
import socketserver
import threading
from collections import Counter


class PostOffice(socketserver.ThreadingTCPServer):
    """`taken`: the messages it answered with 250, or was about to. `refused`: (address, code) that
    it refuses; `hangs_up`: after DATA."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Session)
        self.port = self.server_address[1]
        self.lock = threading.Lock()
        self.taken: list[email.message.EmailMessage] = []
        self.connections = 0
        self.refused: dict[str, str] = {}
        self.hangs_up = 0  # times that it still hangs up after DATA without an answer
        self.took = threading.Event()  # set when a message was accepted and not yet answered
        self.answers = threading.Event()  # cleared: it accepts messages and does not answer
        self.answers.set()
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def ids(self) -> Counter:
        return Counter(one["Message-ID"] for one in self.taken)

    def close(self) -> None:
        self.answers.set()
        self.shutdown()
        self.server_close()


class Session(socketserver.StreamRequestHandler):
    server: PostOffice

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self) -> None:
        self.server.connections += 1
        try:
            self.say("220 here")
            while line := self.rfile.readline():
                if not self.take(line.decode("utf-8", "replace").strip()):
                    return
        except OSError:
            pass  # the other end was killed

    def take(self, line: str) -> bool:
        word = line.split(" ")[0].upper()
        if word == "QUIT":
            self.say("221 bye")
            return False
        if word == "DATA":
            return self.message()
        if word == "RCPT":
            address = re.search(r"<([^>]*)>", line)[1]
            self.say(self.server.refused.get(address, "250 ok"))
        else:
            self.say("250 ok")
        return True

    def message(self) -> bool:
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        if not line:
            return False
        with self.server.lock:
            if self.server.hangs_up:
                self.server.hangs_up -= 1
                return False
            self.server.taken.append(
                email.message_from_bytes(b"".join(lines), policy=email.policy.default)
            )
        self.server.took.set()
        self.server.answers.wait(60)
        self.say("250 taken")
        return True
