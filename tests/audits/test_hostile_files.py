"""Hostile files in every field that takes files: refused with a message or kept as what they are,
never half, never a server error.

A view added later fails the first test until it is attacked by the second."""

import html
import io
import json
import re
import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import get_resolver, reverse
from PIL import Image

from audits import lifecycle
from procedures.models import ImportBatch
from procedures.officer.uploads import DOCUMENTS, PICTURES, SCANS, Unusable, take
from qms.clock import today
from qms.errors import Refused
from qms.models import Appointment, StoredFile
from qms.proof import picture_parts, store, uploads
from qms.roles import Role
from qms.text.names import clean_name
from tests.audits.conftest import agree, plan_actions

NAMED = {
    "absences", "change_ask", "audit_answer", "audit_finding_new", "audit_finding_edit", "nonconformity_action_finish",
    "picture_upload", "file_upload", "record", "add_scan", "manage_people", "sheet", "batches", "add",
}  # fmt: skip


def views(patterns, found=None):
    """{name: view} of those that declare files."""
    found = {} if found is None else found
    for one in patterns:
        if hasattr(one, "url_patterns"):
            views(one.url_patterns, found)
        elif hasattr(one.callback, "takes_files"):
            found[one.name] = one.callback
    return found


def test_each_view_with_files_is_attacked_below():
    assert set(views(get_resolver().url_patterns)) == NAMED


def png(width=1, height=1, more=b""):
    def chunk(kind, data):
        whole = kind + data
        return struct.pack(">I", len(data)) + whole + struct.pack(">I", zlib.crc32(whole))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(b"\0\0"))
    return b"\x89PNG\r\n\x1a\n" + head + more + pixels + chunk(b"IEND", b"")


def jpeg(side=64, **how):
    out = io.BytesIO()
    Image.new("L", (side, side), 128).save(out, "JPEG", **how)
    return out.getvalue()


def many_scans(count):
    """A progressive JPEG whose last scan comes again and again."""
    whole = jpeg(progressive=True)
    return whole[:-2] + whole[whole.rfind(b"\xff\xc4") : -2] * count + whole[-2:]


HTML = b"<!doctype html><script>alert(1)</script>"
HOSTILE = {
    "empty.pdf": b"",
    "page.pdf": HTML,
    "page.png": HTML,
    "drawing.svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "drawing.png": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "entities.xml": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    "program.pdf": b"MZ\x90\0" + b"\0" * 400,
    "script.pdf": b"#!/bin/sh\nid\n",
    "postscript.jpg": b"%!PS-Adobe-3.0 EPSF-3.0\n(id) run\n",
    "huge.png": png(100_000, 100_000),
    "broken.png": b"\x89PNG\r\n\x1a\n" + b"0" * 50,
    "scans.jpg": many_scans(picture_parts.MOST_SCANS),
    "filled.jpg": b"\xff\xd8" + b"\xff" * 2_000_000,
    "filled_scans.jpg": many_scans(picture_parts.MOST_SCANS).replace(b"\xff", b"\xff" * 99),
    "segments.jpg": jpeg().replace(b"\xff\xd8", b"\xff\xd8" + b"\xff\xe5\0\2" * 1_001, 1),
    "chunks.png": png(more=struct.pack(">I4sI", 0, b"ruBb", 0) * 20_001),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_neither_photo_nor_scan_is_refused_with_a_message(name):
    with pytest.raises(Refused, match=r"không phải|bị hỏng|triệu điểm ảnh|không ở dạng"):
        uploads.store_upload(SimpleUploadedFile(name, HOSTILE[name]))
    for allowed in (set(DOCUMENTS), PICTURES, SCANS):
        with pytest.raises(Unusable):
            take(SimpleUploadedFile(name, HOSTILE[name]), allowed, 10**6)
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("how", [{}, {"progressive": True}, {"restart_marker_blocks": 1}])
@pytest.mark.django_db
def test_photos_as_cameras_and_programs_write_them_pass(how):
    # A film behind the photo
    motion = jpeg(400, **how) + bytes(range(256)) * 300 + b"\xff\xda" * 300
    kept = [
        uploads.store_upload(SimpleUploadedFile("a", d)) for d in (motion, png(), many_scans(3))
    ]
    assert [one.mime for one in kept] == ["image/jpeg", "image/png", "image/jpeg"]


@pytest.mark.django_db
def test_a_drafters_picture_is_opened_as_what_it_is_and_within_the_limits_of_photos():
    with pytest.raises(Unusable, match="trên 40 triệu điểm ảnh"):
        take(SimpleUploadedFile("a.png", png(8_000, 6_000)), PICTURES, 10**6)
    out = io.BytesIO()
    Image.new("P", (4, 4)).save(out, "GIF")
    for data in (out.getvalue(), jpeg(), png()):
        stored, _ = take(SimpleUploadedFile("a", data), PICTURES, 10**6)
        assert store.read(stored.pk) == data


def bad(data):
    """Sent as a PDF under a name that leads out of the folder."""
    return SimpleUploadedFile("../../\u202efdp.pdf", data, "application/pdf")


def test_each_view_refuses_a_page_sent_as_a_paper(cast, finding, client, make_document):
    """The views of `NAMED`, each asked by somebody who may; nothing is stored, and each says what
    is wrong."""

    def send(person, name, *args, field="files", data=HTML, **fields):
        client.force_login(person)
        answer = client.post(reverse(name, args=args), {**fields, field: bad(data)}, follow=True)
        said = html.unescape(json.dumps(answer.json(), ensure_ascii=False) if "json" in answer["Content-Type"] else answer.content.decode())  # fmt: skip
        assert answer.status_code in (200, 400), (name, answer.status_code)
        assert re.search(r"không phải|cần là tệp|[Kk]hông đọc được", said), name
        assert "<script>alert" not in said and "\u202e" not in said, name
        seen.add(name.partition(":")[2] or name)

    program = HOSTILE["program.pdf"]  # a page would do as a list of texts
    seen, audit, page = set(), finding.audit, cast.document.pk
    facts = {"grade": "minor", "seen": "Sổ", "unit": cast.field.pk, "clause": "7.5"}
    send(cast.reader, "absences", field="file")
    send(cast.reader, "change_ask", page, field="file", what="Sai")
    send(cast.auditor, "audit_answer", audit.pk, audit.items.first().pk, result="conforms")
    send(cast.auditor, "audit_finding_new", audit.pk, field="proof", **facts)
    send(cast.auditor, "audit_finding_edit", finding.pk, field="proof", **facts)
    send(cast.officer, "procedures_admin:picture_upload", field="file")
    send(cast.officer, "procedures_admin:file_upload", field="file")
    draft = make_document(cast.agency, cast.officer, code="QT-99")
    dated = {"issued_on": f"{today():%d/%m/%Y}", "issue_number": 1, "revision_number": 1, "change_summary": "Sửa"}  # fmt: skip
    send(cast.officer, "procedures_admin:record", draft.pk, field="scan", act="issue", **dated)
    send(cast.officer, "procedures_admin:add_scan", cast.version.pk, field="scan")
    send(cast.officer, "questions:sheet", field="sheet", act="file", data=program)
    send(cast.officer, "imports:batches", data=program)
    send(cast.officer, "imports:add", ImportBatch.objects.latest("pk").pk, data=program)
    Appointment.objects.create(person=cast.head, role=Role.AGENCY_ADMIN, agency=cast.agency)
    send(cast.head, "manage_people", cast.agency.pk, field="sheet", act="sheet")
    lifecycle.conclude(audit, conclusion="Phù hợp", by=cast.lead)
    case = agree(plan_actions(cast, finding.nonconformities.get()), cast.head)
    send(cast.clerk, "nonconformity_action_finish", case.pk, case.actions.get().pk, note="Xong")
    assert seen == NAMED
    assert not StoredFile.objects.filter(
        mime__in=["text/html", "application/octet-stream"]
    ).exists()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Windows\\a.pdf", "a.pdf"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("a\0b\r\nc.pdf", "abc.pdf"),
        ("..", "tai-lieu"),
        ("\ud800.pdf", "?.pdf"),
    ],
)
def test_names_lead_nowhere_and_hide_nothing(name, kept):
    assert clean_name(name) == kept
    assert len(clean_name(f"{'ờ' * 5000}.pdf")) <= 200
