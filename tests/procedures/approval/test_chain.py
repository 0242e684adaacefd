"""A draft goes through its approval, and what is issued is what was signed."""

import datetime

import pytest

from procedures import lifecycle
from procedures.approval import issuing, sealing, sending
from procedures.approval.sealing import Terms
from procedures.changes import amendments
from procedures.importing import known
from procedures.models import DocumentPage, Version
from qms import access
from qms.approvals import lifecycle as approvals
from qms.approvals import queries
from qms.clock import today
from qms.errors import Refused
from qms.models import Approval, Event

DAY = datetime.timedelta(days=1)


def test_the_last_signature_issues_the_sealed_bytes(
    procedure, send, sign, officer, author, reviewer, approver
):
    page = procedure()
    approval = send(page, change_summary="Lần đầu", effective_days=5)
    sign(approval, reviewer)
    assert not Version.objects.exists()
    sign(approval, approver)
    version = Version.objects.get()
    assert approval.state == Approval.State.DONE
    assert version.approval == approval and version.origin == "issued"
    assert (version.issued_on, version.effective_on) == (today(), today() + 5 * DAY)
    assert version.change_summary == "Lần đầu"
    assert version.signers == [
        {"role": "drafted", "name": str(author), "post": ""},
        {"role": "reviewed", "name": str(reviewer), "post": "Phó phòng"},
        {"role": "approved", "name": str(approver), "post": "Giám đốc"},
    ]
    assert version.digest == version.compute_digest() and version.made_by == approver
    page = DocumentPage.objects.get(pk=page.pk)
    assert not page.has_open_draft and page.drafters == []
    assert page.specific.get_latest_revision_as_object().effective_on == version.effective_on


def test_the_version_is_the_sealed_draft_and_nothing_else(
    procedure, send, sign, reviewer, approver
):
    page = procedure()
    approval = send(page)
    data = queries.bytes_of(approval.items.get())
    sign(approval, reviewer, approver)
    version, sealed = Version.objects.get(), sealing.version_from(data)
    for name in sealing.FACTS[sealing.FORMAT]:
        assert getattr(version, name) == getattr(sealed, name), name
    event = Event.objects.get(kind="issued")
    assert event.data["digest"] == version.digest


def test_returned_it_is_edited_and_sent_as_the_next_round(
    procedure, send, sign, officer, reviewer, approver
):
    page = procedure()
    first = send(page, change_summary="Bản một", effective_days=3)
    approvals.return_to_sender(first, by=reviewer, reason="Thiếu bước thẩm định")
    page = DocumentPage.objects.get(pk=page.pk).specific
    assert sending.proposed(page).change_summary == "Bản một"
    assert sending.proposed(page).effective_days == 3
    lifecycle.revise_draft(page, owner_post="Chánh Văn phòng", by=officer)
    second = send(page, change_summary="Bản hai")
    assert (second.round, second.before) == (2, first)
    sign(second, reviewer, approver)
    assert Version.objects.get().owner_post == "Chánh Văn phòng"


def test_whoever_saved_the_draft_or_sent_it_signs_nothing(
    procedure, send, sign, appoint, agency, author, approver
):
    appoint("author", "reviewer", agency)
    appoint("officer", "reviewer", agency)
    approval = send(procedure())
    for person in (author, *Approval.objects.get().barred.all()):
        with pytest.raises(Refused):
            sign(approval, person)
    assert not approval.signatures.exists()


def test_an_author_sends_what_they_started_and_nobody_else_does(
    procedure, send, author, reader, reviewer, stranger
):
    page = procedure()
    for person in (reader, reviewer, stranger):
        with pytest.raises(Refused):
            send(page, by=person)
    assert send(page, by=author).sent_by == author


def test_a_draft_is_in_one_approval_at_a_time(procedure, send):
    page = procedure()
    send(page)
    with pytest.raises(Refused, match="đang được trình duyệt"):
        send(page)
    assert Approval.objects.count() == 1


def test_a_draft_changed_since_it_was_shown_is_not_sent(procedure, officer):
    page = procedure()
    terms = Terms(1, 0)
    seen = sending.fingerprint(page, terms)
    lifecycle.revise_draft(page, owner_post="Khác", by=officer)
    fresh = DocumentPage.objects.get(pk=page.pk).specific
    with pytest.raises(Refused, match="vừa thay đổi"):
        sending.send([(fresh, terms)], by=officer, shown={page.pk: seen})
    with pytest.raises(Refused, match="vừa thay đổi"):
        sending.send([(fresh, terms)], by=officer, shown={})


def test_a_fixed_day_that_passed_while_it_waited_is_refused_at_the_last_signature(
    procedure, send, sign, reviewer, approver, monkeypatch
):
    approval = send(procedure(), effective_on=today())
    sign(approval, reviewer)
    monkeypatch.setattr(issuing, "today", lambda: today() + DAY)
    with pytest.raises(Refused, match="ngày hiệu lực"):
        sign(approval, approver)
    approval.refresh_from_db()
    assert approval.state == Approval.State.OPEN and approval.signatures.count() == 1
    assert not Version.objects.exists()


def test_a_code_taken_while_it_waited_is_refused_at_the_last_signature(
    procedure, send, sign, make_document, agency, officer, reviewer, approver
):
    approval = send(procedure())
    sign(approval, reviewer)
    make_document(agency, officer, code="QT-01", title="Khác hẳn", issued=today().isoformat())
    with pytest.raises(Refused, match="mã hiệu đang được dùng"):
        sign(approval, approver)
    assert Version.objects.count() == 1


# -- the draft is closed meanwhile


def test_nothing_changes_a_draft_in_an_approval(procedure, send, officer, author):
    page = procedure(flags=[{"code": "converted", "message": "", "values": []}])
    first = page.latest_revision
    send(page)
    fresh = DocumentPage.objects.get(pk=page.pk).specific
    with pytest.raises(Refused, match="rút lại"):
        lifecycle.revise_draft(fresh, title="Khác", by=officer)
    with pytest.raises(Refused, match="trình duyệt"):
        fresh.save_revision(user=author, overwrite_revision=fresh.latest_revision)
    with pytest.raises(Refused, match="trình duyệt"):
        first.as_object().save_revision(user=officer)
    with pytest.raises(Refused, match="trình duyệt"):
        lifecycle.clear_flags(fresh, by=officer)
    with pytest.raises(Refused, match="trình duyệt"):
        lifecycle.delete_draft(fresh, by=officer)
    with pytest.raises(Refused, match="trình duyệt"):
        lifecycle.record(fresh, issued_on=today(), by=officer, paper={"number": "1/QĐ"})
    assert DocumentPage.objects.get(pk=page.pk).flags == page.flags
    assert DocumentPage.objects.get(pk=page.pk).latest_revision_id == first.pk


@pytest.mark.parametrize("end", ["take_back", "return", "void"])
def test_the_draft_opens_again_when_the_approval_ends_without_issue(
    procedure, send, officer, reviewer, end
):
    page = procedure()
    approval = send(page)
    if end == "take_back":
        approvals.take_back(approval, by=officer)
    elif end == "return":
        approvals.return_to_sender(approval, by=reviewer, reason="Sửa")
    else:
        approvals.void(approval, by=officer, reason="Nhầm")
    assert lifecycle.revise_draft(page, owner_post="Mới", by=officer).owner_post == "Mới"


def test_a_draft_on_its_way_keeps_the_flags_it_was_sent_with(procedure, send, officer, agency):
    page = procedure(code="QT-01")
    approval = send(page)
    other = procedure(code="QT-01", title="Trùng mã hiệu")
    known.refresh_duplicates(agency, page.code_key)
    flags = {one.pk: [f["code"] for f in one.flags] for one in DocumentPage.objects.all()}
    assert flags == {page.pk: [], other.pk: ["duplicate_code"]}
    approvals.take_back(approval, by=officer)
    known.refresh_duplicates(agency, page.code_key)
    assert [f["code"] for f in DocumentPage.objects.get(pk=page.pk).flags] == ["duplicate_code"]


def test_whoever_wrote_the_line_of_the_amendment_log_does_not_sign_it(
    procedure, send, sign, agency, author, officer, reviewer, approver
):
    page = procedure()
    sign(send(page), reviewer, approver)
    lifecycle.revise_draft(page, owner_post="Văn thư", by=author)
    agency.appointments.create(person=approver, role="officer", starts_on=today())
    access.forget(approver)
    amendments.edit(page, place="Bước 2", summary="Rút ngắn", by=approver)
    with pytest.raises(Refused, match="không đủ người ký|chưa đủ người ký"):
        send(page, revision_number=1)
