"""The phones of the small installation whose processes are killed (`killed.py`): they send answers
and photos as the page of an audit does, and survive as a browser's database does."""

import http.client
import io
import json
import os
import random
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from PIL import Image

from audits.models import Audit, Item
from qms.models import User
from tests import kills

EACH = 8  # answers that a phone gives in one audit
BATCH, PIECE = 50, 256 * 1024  # as qms/assets/onsite/sending.js
SIZE = (900, 700)  # of a photo
AWAY = (*kills.AWAY, http.client.HTTPException)


class Phone:
    """A device of one auditor. What is written is on it until the server has confirmed it; both are
    files that survive the process, as a browser's database does."""

    def __init__(self, name: str, folder: Path, port: int) -> None:
        self.name, self.port = name, port
        self.home = folder / f"phone-{name}"
        self.written: list[dict] = _lines(self.home / "written")
        self.gone: dict[str, str] = {line["id"]: line["is"] for line in _lines(self.home / "gone")}
        self.dice = random.Random()
        self.token = ""

    def sign_in(self, person: User) -> None:
        self.home.mkdir()
        session = SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session.save()
        (self.home / "session").write_text(f"{session.session_key} {person.pk}")

    @property
    def waiting(self) -> list[dict]:
        return [one for one in self.written if one["id"] not in self.gone]

    def work(self, say, *, to_the_end: bool = False) -> None:
        """Writes and sends for ever; with `to_the_end` until all of it has arrived."""
        self.session, self.person = (self.home / "session").read_text().split()
        kills.work(self.steps, say, until_idle=to_the_end, again_after=AWAY)

    def steps(self) -> Iterator[str]:
        if wrote := self.write():
            yield f"wrote {wrote}"
        for one in self.send():
            yield f"sent {one}"

    # writing

    def write(self) -> str:
        """An answer, sometimes with a photo or a finding; "" if this audit has enough of them."""
        audit = Audit.objects.filter(state=Audit.State.UNDER_WAY).order_by("pk").first()
        if audit is None:
            return ""
        before = [one for one in self.written if one["audit"] == audit.pk and "result" in one]
        if len(before) >= EACH:
            return ""
        item = self.dice.choice(list(Item.objects.filter(audit=audit).order_by("pk")))
        own = [one["id"] for one in before if one["item"] == item.pk and "finding" not in one]
        facts = {"audit": audit.pk, "item": item.pk}
        entry = {
            **facts,
            "id": str(uuid.uuid4()),
            "base": own[-1] if own else "",
            "result": self.dice.choice(["conforms", "observation", "nonconformity"]),
            "note": "Đã thấy",
            "at": int(time.time() * 1000),
        }
        also: list[dict] = []
        if entry["result"] != "conforms" and self.dice.random() < 0.4:
            also = [{**entry, "id": str(uuid.uuid4()), "base": entry["id"], "finding": True}]
        if self.dice.random() < 0.4:
            photo = {**facts, "id": str(uuid.uuid4())}
            self._photo(photo["id"])
            also.append(photo)
        self._keep("written", self.written, [entry, *also])
        return entry["id"]

    def _photo(self, name: str) -> None:
        out = io.BytesIO()
        Image.effect_noise(SIZE, 90).save(out, "JPEG", quality=92)
        (self.home / name).write_bytes(out.getvalue())

    def _keep(self, file: str, rows: list, more: list) -> None:
        """One write, as one transaction of the browser's database."""
        data = "".join(json.dumps(one) + "\n" for one in more).encode()
        with (self.home / file).open("ab", buffering=0) as kept:
            kept.write(data)
        rows.extend(more)

    # sending

    def send(self) -> list[str]:
        """Sends what waits of one audit; returns what was confirmed."""
        if not self.waiting:
            return []
        audit = self.waiting[0]["audit"]
        mine = [one for one in self.waiting if one["audit"] == audit]
        entries = [one for one in mine if "result" in one][:BATCH]
        if entries:
            plain = [{k: v for k, v in one.items() if k != "audit"} for one in entries]
            body = {"person": int(self.person), "clock": int(time.time() * 1000), "entries": plain}
            said = self.post(audit, "gui/", json.dumps(body).encode())
            outcomes = [{"id": one["id"], "is": one["outcome"]} for one in said["outcomes"]]
        else:
            self.send_file(audit, mine[0])
            outcomes = [{"id": mine[0]["id"], "is": "whole"}]
        self._keep("gone", [], outcomes)
        self.gone.update({one["id"]: one["is"] for one in outcomes})
        return [one["id"] for one in outcomes if one["is"] != "refused"]

    def send_file(self, audit: int, file: dict) -> None:
        data = (self.home / file["id"]).read_bytes()
        at = self.ask("GET", audit, f"tep/{file['id']}/")["arrived"]
        while True:
            facts = (
                f"person={self.person}&item={file['item']}&name={file['id']}.jpg&size={len(data)}"
            )
            address = f"tep/{file['id']}/?{facts}&start={at}"
            said = self.post(audit, address, data[at : at + PIECE])
            if said["whole"]:
                return
            at = said["arrived"]

    def post(self, audit: int, path: str, body: bytes) -> dict:
        if not self.token:
            self.token = self.ask("GET", audit, "gui/")["token"]
        return self.ask("POST", audit, path, body)

    def ask(self, method: str, audit: int, path: str, body: bytes | None = None) -> dict:
        cookies = f"{settings.SESSION_COOKIE_NAME}={self.session}; {settings.CSRF_COOKIE_NAME}={self.token}"
        headers = {"Cookie": cookies, "X-CSRFToken": self.token}
        if body is not None:
            headers["Content-Type"] = "application/octet-stream" if "tep/" in path else "application/json"  # fmt: skip
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            line.request(method, f"/danh-gia/{audit}/tai-cho/{path}", body, headers)
            response = line.getresponse()
            said = response.read()
        finally:
            line.close()
        if response.status != 200:
            raise OSError(f"{response.status} of {path}: {said[:200]!r}")
        try:
            return json.loads(said)
        except ValueError as cut_off:
            raise OSError("an answer without its end") from cut_off


def _lines(path: Path) -> list[dict]:
    """The whole lines; a process was killed before it ended the last one."""
    if not path.exists():
        return []
    data = path.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    if whole != data:
        os.truncate(path, len(whole))
    return [json.loads(line) for line in whole.splitlines()]
