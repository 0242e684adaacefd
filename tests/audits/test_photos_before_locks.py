"""A photo is decoded before the step that stores it begins: on SQLite a transaction keeps everybody
else from writing."""

import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from PIL import Image

from audits.lifecycle import pieces
from audits.models import Evidence, HalfFile, Piece
from procedures.models import ChangeRequest
from qms.clock import today
from qms.models import Absence, StoredFile
from qms.proof import uploads
from tests.audits.test_on_site_pages import Phone

pytestmark = pytest.mark.django_db


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(out, "PNG")
    return out.getvalue()


def sent(name="anh.png"):
    return SimpleUploadedFile(name, photo())


@pytest.fixture
def unpacked(monkeypatch):
    """For each photo the transaction depth at which it was decoded; the test's own is none."""
    depths, plain, own = [], uploads._plain_photo, len(connection.savepoint_ids)

    def look(*given):
        depths.append(len(connection.savepoint_ids) - own)
        return plain(*given)

    monkeypatch.setattr(uploads, "_plain_photo", look)
    return depths


@pytest.fixture
def post(client):
    def send(person, name, args, fields):
        client.force_login(person)
        return client.post(reverse(name, args=args), fields)

    return send


def test_an_answer(cast, under_way, unpacked, post):
    item = under_way.items.first()
    facts = {"result": "conforms", "files": [sent(), sent("hai.png")]}
    post(cast.auditor, "audit_answer", [under_way.pk, item.pk], facts)
    assert (unpacked, Evidence.objects.count()) == ([0, 0], 2)


def test_a_finding_and_its_change(cast, under_way, unpacked, post):
    facts = {"grade": "minor", "seen": "Sổ chưa ghi.", "unit": cast.field.pk, "clause": "7.5"}
    post(cast.auditor, "audit_finding_new", [under_way.pk], facts | {"proof": sent()})
    made = under_way.findings.get()
    post(cast.auditor, "audit_finding_edit", [made.pk], facts | {"proof": sent()})
    assert (unpacked, Evidence.objects.count()) == ([0, 0], 2)


def test_an_action_that_is_done(cast, agreed, unpacked, post):
    action = agreed.actions.first()
    facts = {"note": "Đã tập huấn", "files": sent()}
    post(action.person, "nonconformity_action_finish", [agreed.pk, action.pk], facts)
    assert (unpacked, Evidence.objects.count()) == ([0], 1)


def test_a_file_of_a_device_in_pieces(cast, under_way, unpacked):
    phone, item = Phone(cast.auditor, under_way), under_way.items.first().pk
    data, own = photo(), uuid.uuid4()
    phone.piece(own, data[:50], item=item, size=len(data))
    phone.piece(own, data[50:], item=item, start=50, size=len(data))
    assert (unpacked, Evidence.objects.count()) == ([0], 1)


def test_the_last_two_pieces_of_a_file_at_once(cast, under_way, unpacked, monkeypatch):
    """While the last one waits for the lock, another request adds the one before it."""
    phone, item = Phone(cast.auditor, under_way), under_way.items.first().pk
    data, own, lock = photo(), uuid.uuid4(), pieces.locked

    def wait(audit):
        monkeypatch.setattr(pieces, "locked", lock)
        phone.piece(own, data[:50], item=item, size=len(data))
        return lock(audit)

    monkeypatch.setattr(pieces, "locked", wait)
    said = phone.piece(own, data[50:], item=item, start=50, size=len(data)).json()
    assert (said["whole"], unpacked, Evidence.objects.count()) == (True, [0], 1)


def test_a_complete_file_that_was_not_finished(cast, under_way, unpacked):
    """The server died between its last piece and the evidence; the device asks where to continue,
    twice."""
    phone, item = Phone(cast.auditor, under_way), under_way.items.first().pk
    data, own = photo(), uuid.uuid4()
    facts = {"item": item, "by": cast.auditor, "name": "anh.png", "size": len(data)}
    half = HalfFile.objects.create(pk=own, audit=under_way, arrived=len(data), **facts)
    Piece.objects.create(of=half, start=0, data=data)
    assert phone.get(f"tep/{own}/").json() == {"arrived": len(data)}
    for _ in range(2):
        said = phone.piece(own, b"", item=item, start=len(data), size=len(data)).json()
        assert said == {"arrived": len(data), "whole": True, "aside": False}
    assert (unpacked, Evidence.objects.count(), HalfFile.objects.count()) == ([0], 1, 0)


def test_a_file_attached_to_a_request_for_a_change(cast, unpacked, post):
    facts = {"what": "Thời hạn sai", "file": sent()}
    post(cast.reader, "change_ask", [cast.document.pk], facts)
    assert (unpacked, ChangeRequest.objects.get().file_name) == ([0], "anh.png")


def test_the_paper_of_an_absence(cast, unpacked, post):
    facts = {
        "person": cast.reader.pk, "substitute": cast.clerk.pk, "reason": "Nghỉ phép",
        "starts_on": f"{today():%d/%m/%Y}", "ends_on": f"{today():%d/%m/%Y}", "file": sent(),
    }  # fmt: skip
    post(cast.reader, "absences", [], facts)
    assert (unpacked, Absence.objects.get().paper) == ([0], "anh.png")


def test_eleven_files_are_refused_unread(cast, under_way, unpacked, post):
    item = under_way.items.first()
    many = [sent(f"{number}.png") for number in range(11)]
    answer = post(cast.auditor, "audit_answer", [under_way.pk, item.pk], {"result": "conforms", "files": many})  # fmt: skip
    assert "tối đa 10 tệp" in answer.content.decode()
    facts = {"grade": "minor", "seen": "Sổ", "unit": cast.field.pk, "clause": "7.5", "proof": many}
    answer = post(cast.auditor, "audit_finding_new", [under_way.pk], facts)
    assert "tối đa 10 tệp" in answer.content.decode()
    assert (unpacked, StoredFile.objects.filter(mime="image/png").count()) == ([], 0)
