"""Near-duplicates named on the page of a document: of other agencies too, and only to users who may
read them."""

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from procedures import lifecycle
from search.meaning import nearness
from search.meaning.vector_file import Row, VectorFile
from tests.procedures.reader_helpers import body, procedure

HEADING = "Tài liệu gần giống"
ALIKE, FAR = 0.05, 1.0  # angles to the displayed document


@pytest.fixture
def place(settings, make_document, agency):
    """place(angle, **fields) -> a public document in force whose vector has the angle."""
    settings.QMS_MEANING = "on"
    settings.QMS_INDEX.mkdir(exist_ok=True)
    file = VectorFile(settings.QMS_INDEX, "m", 2)

    def made(angle, of=agency, **fields):
        page = make_document(of, **{"issued": "2026-01-05", "visibility": "public", **fields})
        vector = np.array([np.cos(angle), np.sin(angle)], np.float32)
        rows = [Row(f"version:{one.pk}", 1, b"x", vector) for one in page.versions.all()]
        file.append([*rows, Row(f"draft:{page.pk}", 1, b"x", vector)])
        return page

    return made


def named(response):
    """The titles listed on the page as near-duplicates."""
    body(response)
    return [row.title for row in response.context["alike"]]


def test_what_is_alike_is_named_of_this_agency_and_others_nearest_first(
    client, place, other_agency
):
    page = place(0.0, code="QT-01", title="Tiếp công dân", body=procedure())
    place(2 * ALIKE, code="QT-02", title="Tiếp công dân định kỳ")
    place(ALIKE, of=other_agency, code="QT-09", title="Tiếp dân")
    place(FAR, code="QT-03", title="Mua sắm")
    place(0.0, code="CS-01", title="Chính sách", kind="policy")
    response = client.get(f"/d/{page.pk}/")
    assert named(response) == ["Tiếp dân", "Tiếp công dân định kỳ"]
    html = body(response)
    assert HEADING in html
    assert 'href="#gan-giong"' in html  # in the table of contents
    assert other_agency.name in html


def test_nothing_is_said_where_nothing_is_alike(client, place):
    page = place(0.0, code="QT-01")
    place(FAR, code="QT-02")
    assert HEADING not in body(client.get(f"/d/{page.pk}/"))


def test_what_a_reader_may_not_see_is_not_named(
    client, place, other_agency, appoint, officer, make_document
):
    page = place(0.0, code="QT-01")
    place(ALIKE, of=other_agency, code="QT-K", title="Bí mật", visibility="agency")
    place(ALIKE, code="QT-D", title="Bản thảo", issued=None)
    place(2 * ALIKE, code="QT-02", title="Công khai")
    where = f"/d/{page.pk}/"
    assert named(client.get(where)) == ["Công khai"]
    client.force_login(officer)
    assert named(client.get(where)) == ["Công khai"]
    client.force_login(appoint("insider", "reader", other_agency))
    assert named(client.get(where)) == ["Bí mật", "Công khai"]


def test_what_no_longer_holds_is_not_named(client, place, officer):
    page, other = place(0.0, code="QT-01"), place(ALIKE, code="QT-02", title="Đã thu hồi")
    lifecycle.withdraw(other.versions.get(), reason="Cũ", by=officer)
    assert named(client.get(f"/d/{page.pk}/")) == []


def test_without_meaning_or_with_a_damaged_file_the_page_is_as_ever(client, place, settings):
    page = place(0.0, code="QT-01")
    place(ALIKE, code="QT-02")
    where = f"/d/{page.pk}/"
    assert len(named(client.get(where))) == 1
    settings.QMS_MEANING = "off"
    assert named(client.get(where)) == []
    settings.QMS_MEANING = "on"
    for path in settings.QMS_INDEX.glob("*.vectors"):
        path.write_bytes(b"\xff" * 3_000)
    assert named(client.get(where)) == []


def test_it_takes_as_many_queries_however_many_are_alike(client, place, other_agency):
    page = place(0.0, code="QT-01")
    place(ALIKE, code="QT-02")
    where = f"/d/{page.pk}/"

    def asked():
        with CaptureQueriesContext(connection) as seen:
            body(client.get(where))
        return len(seen)

    asked()
    before = asked()
    for number in range(6):
        place(ALIKE, of=other_agency, code=f"QT-{number}", title=f"Việc {number}")
    asked()
    assert asked() == before
    assert len(named(client.get(where))) == 5


@pytest.mark.pure
def test_what_may_not_be_seen_takes_no_place(settings):
    settings.QMS_MEANING = "on"
    settings.QMS_INDEX.mkdir(exist_ok=True)
    file, vector = VectorFile(settings.QMS_INDEX, "m", 2), np.array([1, 0], np.float32)
    beside = np.array([1, 0.1], np.float32) / np.linalg.norm([1, 0.1])
    file.append([Row(f"version:{n}", 1, b"x", vector) for n in range(1, 400)])
    file.append([Row("version:500", 1, b"x", beside)])
    allowed = {"version:500"}
    assert nearness.near_duplicates("version:1", 5, lambda keys: allowed & set(keys)) == [
        "version:500"
    ]
    assert nearness.near_duplicates("version:999", 5, set) == []


@pytest.mark.pure
def test_the_fuller_of_two_models_files_is_read(settings):
    settings.QMS_MEANING = "on"
    settings.QMS_INDEX.mkdir(exist_ok=True)
    old, new = (VectorFile(settings.QMS_INDEX, name, 2) for name in ("old", "new"))
    vector = np.array([1, 0], np.float32)
    old.append([Row(f"version:{n}", 1, b"x", vector) for n in (1, 2)])
    new.append([Row("version:1", 1, b"x", vector)])
    assert set(nearness.near_duplicates("version:1", 5, set)) == {"version:1", "version:2"}
