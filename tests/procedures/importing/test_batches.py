"""Batches uploaded by an officer: each step works, is refused to the wrong person and at the wrong
moment."""

import pytest

from procedures import lifecycle
from procedures.changes import lifecycle as change_requests
from procedures.enums import REMARKS
from procedures.importing import batches, reading, reviewing, undoing
from procedures.importing.reading import read_item
from procedures.importing.sources import Source
from procedures.models import DocumentPage, ImportItem, Version
from qms.clock import today
from qms.errors import Refused
from qms.models import Event, Notice
from qms.proof import journal, store
from tests.issuing import issue as issue_now
from tests.procedures.import_files import one, procedure, resaved, states

pytestmark = pytest.mark.django_db
State = ImportItem.State


def test_nothing_is_made_before_it_is_accepted(hand_in):
    batch = hand_in({"a.docx": procedure(), "b.docx": b"kein Word"}, as_issued=True)
    assert states(batch) == {"a.docx": "read", "b.docx": "refused"}
    assert one(batch, "a.docx").reading["facts"]["code"] == "QT-01/TP"
    assert "b.docx" in one(batch, "b.docx").error
    assert not DocumentPage.objects.exists() and not Version.objects.exists()


def test_accepting_makes_a_draft_or_a_version_as_the_batch_says(hand_in, officer, agency):
    item = batches.accept(one(hand_in({"a.docx": procedure()})), by=officer)
    assert (item.state, item.version) == ("accepted", None)
    assert item.document.owner == officer and item.document.agency == agency
    recorded = batches.accept(
        one(hand_in({"b.docx": procedure("QT-02", "Việc hai")}, as_issued=True)), by=officer
    )
    assert (recorded.version.origin, recorded.version.made_by) == ("recorded", officer)
    assert Event.objects.filter(kind="imported", by=officer).count() == 2
    assert journal.broken_links(agency) == []


def test_accepting_is_refused_to_every_other_role_and_agency(
    hand_in, author, reader, stranger, overseer, system_admin
):
    item = one(hand_in({"a.docx": procedure()}))
    for person in (author, reader, stranger, overseer, system_admin):
        for step in (batches.accept, batches.skip, batches.reopen):
            with pytest.raises(Refused, match="thư ký ISO"):
                step(item, by=person)
        with pytest.raises(Refused, match="thư ký ISO"):
            batches.correct(item, {"code": "X"}, by=person)
        with pytest.raises(Refused, match="thư ký ISO"):
            undoing.take_back(item.batch, by=person)
        with pytest.raises(Refused, match="thư ký ISO"):
            batches.create(item.batch.agency, by=person)
        with pytest.raises(Refused, match="thư ký ISO"):
            batches.add(item.batch, Source("x.docx", None, "word", "x"), by=person)
    item.refresh_from_db()
    assert item.state == "read" and not DocumentPage.objects.exists()


def test_a_file_is_accepted_once_and_not_after_it_was_left_out(hand_in, officer):
    item = one(hand_in({"a.docx": procedure()}))
    batches.accept(item, by=officer)
    with pytest.raises(Refused, match="đã được nhận"):
        batches.accept(item, by=officer)
    with pytest.raises(Refused, match="đã được nhận"):
        batches.skip(item, by=officer)
    other = one(hand_in({"b.docx": procedure("QT-02", "Việc hai")}))
    batches.skip(other, by=officer)
    with pytest.raises(Refused, match="đã được bỏ qua"):
        batches.accept(other, by=officer)
    batches.reopen(other, by=officer)
    with pytest.raises(Refused, match="chưa được đọc xong"):
        batches.accept(other, by=officer)
    read_item.call(other.pk)
    assert batches.accept(other, by=officer).state == "accepted"


def test_one_file_in_two_batches_is_accepted_once(hand_in, officer):
    data = procedure()
    first, second = one(hand_in({"a.docx": data})), one(hand_in({"b.docx": data}))
    batches.accept(first, by=officer)
    second.refresh_from_db()
    assert (second.state, second.document) == ("unchanged", DocumentPage.objects.get())
    assert f"đợt nhập số {first.batch_id};" in second.error
    with pytest.raises(Refused, match="đã có từ trước"):
        batches.accept(second, by=officer)
    assert states(hand_in({"c.docx": data})) == {"c.docx": "unchanged"}
    undoing.take_back(first.batch, by=officer)
    read_item.call(batches.reopen(second, by=officer).pk)
    second.refresh_from_db()
    assert second.state == "read"  # what was taken back may come from the other batch


def test_a_file_that_waits_in_an_earlier_batch_says_where(hand_in, officer, stranger, other_agency):
    data = procedure()
    hand_in({"x.docx": data}, by=stranger, agency=other_agency)
    first, second = hand_in({"a.docx": data}), hand_in({"b.docx": data})

    def said(batch):
        reviewed = reviewing.Review(batch).of(one(batch))
        return [w["values"] for w in reviewed.warnings if w["code"] == "waiting_elsewhere"]

    assert (said(first), said(second)) == ([], [[str(first.pk)]])
    batches.skip(one(first), by=officer)
    assert said(second) == []


@pytest.mark.parametrize("when", ["read", "accepted"])
def test_a_file_saved_again_with_the_same_content_changes_nothing(hand_in, officer, when):
    first = one(hand_in({"a.docx": procedure()}))
    again = {"b.docx": resaved(procedure())}
    second = one(hand_in(again)) if when == "accepted" else None
    batches.accept(first, by=officer)
    if second is None:
        second = one(hand_in(again))
    else:
        assert batches.accept_many([second], by=officer).unchanged
        second.refresh_from_db()
    page = DocumentPage.objects.get()
    assert second.sha256 != first.sha256
    assert (second.state, second.document, page.source_id) == ("unchanged", page, first.sha256)
    assert "giống hệt" in second.error
    changed = one(hand_in({"c.docx": procedure(text="Áp dụng cho mọi người.")}))
    assert changed.state == "read"


def test_a_paper_that_says_what_the_draft_says_is_recorded_all_the_same(hand_in, officer):
    batches.accept(one(hand_in({"a.docx": procedure()})), by=officer)
    recorded = one(hand_in({"b.docx": resaved(procedure())}, as_issued=True))
    assert batches.accept(recorded, by=officer).version is not None


def test_files_of_a_batch_with_one_title_and_two_codes_name_each_other(hand_in):
    batch = hand_in(
        {
            "a.docx": procedure("QT-01", "Cấp bản sao hộ tịch"),
            "b.docx": procedure("QT-02", "Quy trình cấp bản sao hộ tịch", text="Khác."),
            "c.docx": procedure("QT-03", "Cấp bản chính hộ tịch"),
        }
    )
    said = {
        one.item.name: w["values"]
        for one in reviewing.Review(batch).all
        for w in one.warnings
        if w["code"] == "title_twice"
    }
    assert said == {"a.docx": ["b.docx (QT-02)"], "b.docx": ["a.docx (QT-01)"]}


def test_reading_twice_or_after_a_kill_gives_the_same_item(hand_in, officer):
    batch = hand_in({"a.docx": procedure()}, read=False)
    item = one(batch)
    assert reading.begin(item.pk).state == "reading"  # and here the worker was killed
    read_item.call(item.pk)
    item.refresh_from_db()
    first = (item.state, item.reading, item.heavy)
    assert read_item.call(item.pk) == "nothing to read"
    ImportItem.objects.filter(pk=item.pk).update(state=State.READING)
    read_item.call(item.pk)
    item.refresh_from_db()
    assert (item.state, item.reading, item.heavy) == first
    batches.accept(item, by=officer)
    assert read_item.call(item.pk) == "nothing to read"
    assert DocumentPage.objects.count() == 1


def test_corrections_count_and_settle_the_warnings_they_answer(hand_in, officer, agency):
    item = one(hand_in({"a.docx": procedure("", "", issued="")}, as_issued=True))
    assert {w["code"] for w in item.reading["facts"]["warnings"]} >= {
        "missing_code",
        "missing_date",
    }
    unit = agency.units.create(name="Phòng Hộ tịch")
    given = {
        "code": "QT-07",
        "title": "Tên đúng",
        "issued_on": "2026-02-01",
        "issue_number": 3,
        "kind": "procedure",
        "unit": unit.pk,
        "signers": [],
        "content": "x",
    }
    batches.correct(item, given, by=officer)
    item.refresh_from_db()
    assert "content" not in item.corrections
    reviewed = reviewing.Review(item.batch).of(item)
    assert {w["code"] for w in reviewed.warnings} - REMARKS == {"missing_facts"}
    version = batches.accept(item, by=officer).version
    assert (version.code, version.title, str(version.issued_on), version.issue_number, version.unit, version.signers) == (
        "QT-07", "Tên đúng", "2026-02-01", 3, unit, [],
    )  # fmt: skip


def test_the_officer_says_which_document_it_is(
    hand_in, officer, make_document, agency, other_agency, stranger
):
    page = make_document(agency, officer, code="QT-01/TP", title="Một việc khác hẳn")
    foreign = make_document(other_agency, stranger)
    item = one(hand_in({"a.docx": procedure()}))
    with pytest.raises(Refused, match="Không tìm thấy"):
        batches.correct(item, {"document": foreign.pk}, by=officer)
    assert reviewing.Review(item.batch).of(item).target is None
    batches.correct(item, {"document": str(page.pk)}, by=officer)
    item.refresh_from_db()
    assert batches.accept(item, by=officer).document_id == page.pk
    again = one(hand_in({"b.docx": procedure(text="Khác.")}))
    batches.correct(again, {"document": "new"}, by=officer)
    again.refresh_from_db()
    assert batches.accept(again, by=officer).document_id != page.pk


def test_all_files_without_warnings_are_accepted_at_once(hand_in, officer):
    files = {
        "sạch.docx": procedure("QT-01", "Việc một", whole=True),
        "trùng 1.docx": procedure("QT-02", "Việc hai"),
        "trùng 2.docx": procedure("QT-02", "Việc ba"),
        "thiếu.docx": procedure("", "Việc bốn"),
    }
    batch = hand_in(files)
    assert batches.accept_many(reviewing.Review(batch).clean(), by=officer) == batches.Done(1)
    assert states(batch) == {
        "sạch.docx": "accepted",
        "trùng 1.docx": "read",
        "trùng 2.docx": "read",
        "thiếu.docx": "read",
    }


def test_taking_a_batch_back_leaves_all_as_it_was_before(hand_in, officer, make_document, agency):
    known = make_document(agency, officer, code="QT-02", title="Việc hai", issued="2026-01-05")
    draft = known.latest_revision_id
    batch = hand_in(
        {
            "mới.docx": procedure("QT-01", "Việc một"),
            "cũ.docx": procedure("QT-02", "Việc hai", issued=""),
            "chưa.docx": procedure("QT-03", "Việc ba"),
        }
    )
    for name in ("mới.docx", "cũ.docx"):
        batches.accept(one(batch, name), by=officer)
    known.refresh_from_db()
    assert known.has_open_draft and known.source_name == "cũ.docx" and known.flags
    assert undoing.take_back(batch, by=officer) == (2, [])
    assert states(batch) == {
        "mới.docx": "taken_back",
        "cũ.docx": "taken_back",
        "chưa.docx": "skipped",
    }
    known.refresh_from_db()
    assert DocumentPage.objects.get().pk == known.pk
    assert (
        not known.has_open_draft
        and (known.source_name, known.flags) == ("", [])
        and known.latest_revision_id != draft
    )
    assert Event.objects.filter(kind="import_taken_back").count() == 1
    with pytest.raises(Refused, match="đã được rút lại"):
        undoing.take_back(batch, by=officer)
    assert store.read(one(batch, "mới.docx").sha256)
    again = hand_in({"mới.docx": procedure("QT-01", "Việc một")})
    assert states(again) == {"mới.docx": "read"}


def test_what_was_edited_or_issued_meanwhile_is_not_taken_back(hand_in, officer):
    batch = hand_in({f"{n}.docx": procedure(f"QT-0{n}", f"Việc thứ {n}") for n in (1, 2, 3)})
    for item in batch.items.all():
        batches.accept(item, by=officer)
    edited, issued = (DocumentPage.objects.get(code=code).specific for code in ("QT-01", "QT-02"))
    lifecycle.revise_draft(edited, owner_post="Trưởng phòng", by=officer)
    issue_now(issued, issued_on=issued.issued_on, by=officer)
    undone, kept = undoing.take_back(batch, by=officer)
    assert undone == 1 and dict(kept) == {
        "1.docx": "đã có người sửa sau khi nhập",
        "2.docx": "đã được ban hành",
    }
    assert sorted(DocumentPage.objects.values_list("code", flat=True)) == ["QT-01", "QT-02"]
    assert Version.objects.count() == 1


def test_two_files_of_a_batch_that_changed_one_document_are_both_taken_back(hand_in, officer):
    batch = hand_in({"1.docx": procedure(text="Một."), "2.docx": procedure(text="Hai.")})
    for item in batch.items.all():
        batches.accept(item, by=officer)
    assert DocumentPage.objects.get().source_name == "2.docx"
    assert undoing.take_back(batch, by=officer) == (2, [])
    assert not DocumentPage.objects.exists()


def test_a_batch_recorded_from_paper_is_undone_whole(hand_in, agency, officer, appoint):
    approver = appoint("approver", "approver", agency)
    files = {"a.docx": procedure("QT-01", "Việc một"), "b.docx": procedure("QT-02", "Việc hai")}
    batch = hand_in(files, as_issued=True)
    for item in batch.items.all():
        batches.accept(item, by=officer)
    assert undoing.take_back(batch, by=officer) == (2, [])
    assert not Version.objects.standing().exists() and Version.objects.count() == 2
    assert all(page.has_open_draft and page.drafters for page in DocumentPage.objects.all())
    assert states(batch) == {"a.docx": "taken_back", "b.docx": "taken_back"}
    assert Event.objects.get(kind="import_undone").data["versions"] == 2
    assert Notice.objects.get(kind="import_undone").person == approver
    with pytest.raises(Refused, match="đã được rút lại"):
        undoing.take_back(batch, by=officer)


def test_a_document_is_again_what_it_was_before_the_batch(hand_in, officer, make_document, agency):
    page = make_document(agency, officer, code="QT-01", title="Việc một", issued="2026-01-01")
    batch = hand_in({"a.docx": procedure("QT-01", "Việc một", issued="05/01/2026")}, as_issued=True)
    item = batches.accept(one(batch), by=officer)
    assert item.document_id == page.pk and item.version.ordinal == 2
    assert undoing.take_back(batch, by=officer) == (1, [])
    page.refresh_from_db()
    assert (page.has_open_draft, page.drafters) == (False, [])
    assert [v.ordinal for v in page.versions.in_force()] == [1]


def test_nothing_of_a_recorded_batch_is_undone_once_something_was_done(hand_in, officer, reader):
    files = {"a.docx": procedure("QT-01", "Việc một"), "b.docx": procedure("QT-02", "Việc hai")}
    batch = hand_in(files, as_issued=True)
    for item in batch.items.all():
        batches.accept(item, by=officer)
    version = one(batch, "a.docx").version
    lifecycle.narrow(version, "agency", reason="Lộ thông tin", by=officer)
    undone, kept = undoing.take_back(batch, by=officer)
    assert undone == 0 and dict(kept) == {
        "a.docx": "phiên bản đã bị thu hồi, khôi phục, hủy bỏ hoặc thu hẹp phạm vi xem",
        "b.docx": "cả đợt ghi nhận chỉ rút lại được cùng nhau",
    }
    assert Version.objects.standing().count() == 2


def _asked_for_change(version, officer, reader):
    document = version.document
    change_requests.open(document, version=version, by=reader, what="Sai số điện thoại")


def _revised(version, officer, reader):
    lifecycle.revise_draft(version.document.specific, title="Tên khác", by=officer)


def _issued_again(version, officer, reader):
    page = lifecycle.revise_draft(version.document.specific, title="Tên khác", by=officer)
    issue_now(page, issued_on=today(), by=officer)


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (_asked_for_change, "yêu cầu sửa đổi"),
        (_revised, "có người sửa"),
        (_issued_again, "phiên bản sau đó"),
    ],
)
def test_what_was_done_with_a_recorded_version_is_named(hand_in, officer, reader, act, why):
    batch = hand_in({"a.docx": procedure()}, as_issued=True)
    act(batches.accept(one(batch), by=officer).version, officer, reader)
    undone, kept = undoing.take_back(batch, by=officer)
    assert undone == 0 and why in kept[0][1].lower()


def test_taking_back_clears_the_duplicate_flag_of_the_other_document(hand_in, officer):
    first = batches.accept(one(hand_in({"1.docx": procedure("QT-01", "Việc một")})), by=officer)
    second = hand_in({"2.docx": procedure("QT-01", "Việc hai")})
    batches.accept(one(second), by=officer)
    first.document.refresh_from_db()
    assert [f["values"] for f in first.document.flags if f["code"] == "duplicate_code"] == [
        ["2.docx"]
    ]
    undoing.take_back(second, by=officer)
    first.document.refresh_from_db()
    assert [f for f in first.document.flags if f["code"] == "duplicate_code"] == []


def test_who_began_is_told_once_all_files_are_read(hand_in, officer):
    batch = hand_in({"a.docx": procedure(), "b.docx": b"x"}, read=False)
    for item in batch.items.order_by("pk"):
        assert not Notice.objects.exists()
        read_item.call(item.pk)
        read_item.call(item.pk)
    notice = Notice.objects.get()
    assert (notice.person, notice.kind, notice.facts["files"]) == (officer, "import_read", 1)


def test_where_no_file_could_be_read_nobody_is_sent_to_check(hand_in):
    hand_in({"b.docx": b"x"})
    assert not Notice.objects.exists()
