"""What readers and signers see: the sealed document with its files, a version's signers, and the
origin of paper versions."""

import csv
import datetime
import io

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from procedures import lifecycle
from procedures.approval import deciding
from procedures.models import Version
from qms import frame
from qms.approvals import capacity
from qms.approvals import lifecycle as approvals
from qms.approvals.sealing import in_fours
from qms.clock import today, written
from qms.errors import Refused
from qms.proof import store


def test_the_documents_page_says_who_drafted_reviewed_and_approved_over_which_digest(
    procedure, send, sign, author, reviewer, approver, reader, client
):
    page = procedure()
    approval = send(page)
    digest = in_fours(approval.items.get().digest)
    sign(approval, reviewer, approver)
    client.force_login(reader)
    html = client.get(f"/d/{page.pk}/").content.decode()
    manifest = in_fours(approval.manifest)
    for said in (str(author), str(reviewer), str(approver), "Giám đốc", digest, manifest):
        assert said in html, said


def test_what_is_shown_at_signing_is_shown_again_on_the_document_under_the_same_names(
    procedure, send, sign, reviewer, approver, client
):
    page = procedure()
    approval = send(page)
    client.force_login(reviewer)
    at_signing = client.get(approval.get_absolute_url()).content.decode()
    sign(approval, reviewer, approver)
    document = client.get(f"/d/{page.pk}/").content.decode()
    digests = {
        "Mã băm của nội dung được ký": in_fours(approval.items.get().digest),
        "Mã băm của lần trình": in_fours(approval.manifest),
    }
    for html in (at_signing, document):
        said = " ".join(strip_tags(html.replace("<", " <")).replace(":", "").split())
        for name, digest in digests.items():
            assert f"{name} {digest}" in said, name


def test_a_sealed_draft_says_on_every_screenful_and_sheet_that_it_is_one(
    procedure, send, sign, reviewer, approver, client
):
    approval = send(procedure())
    client.force_login(reviewer)

    def strip():
        html = client.get(approval.get_absolute_url()).content.decode()
        return '<body class="state-draft"' in html, '<div class="strip strip-draft"' in html

    assert strip() == (True, True)
    sign(approval, reviewer, approver)
    assert strip() == (False, False)


def test_the_register_and_the_document_name_the_decision(
    procedure, send, sign, officer, reviewer, approver, agency, client
):
    pages = [procedure(f"QT-0{n}") for n in (1, 2)]
    decided = sign(send(pages[0], by_decision=True), reviewer, approver)
    facts = {"symbol": "QĐ-STP", "dated": today(), "title": "Ban hành quy trình"}
    deciding.issue_by_decision(decided, number=7, by=officer, **facts)
    sign(send(pages[1]), reviewer, approver)
    said = [
        f"Ban hành theo Quyết định số 07/QĐ-STP ngày {written(today())}",
        "Ban hành khi đủ chữ ký, không có số quyết định",
    ]
    client.force_login(officer)
    for page, sentence in zip(pages, said, strict=True):
        assert sentence in client.get(f"/d/{page.pk}/").content.decode()
    register = f"/a/{agency.pk}/danh-muc/"
    html = client.get(register).content.decode()
    assert all(sentence in html for sentence in said)
    exported = client.get(register, {"export": "csv"}).content.decode("utf-8-sig")
    rows = [line[-3:] for line in csv.reader(io.StringIO(exported))][1:]
    assert rows == [["07/QĐ-STP", f"{today():%d/%m/%Y}", said[0]], ["", "", said[1]]]


def test_what_was_recorded_from_paper_says_so_on_page_and_register(
    make_document, agency, officer, reader, client
):
    page = make_document(agency, officer)
    lifecycle.record(
        page,
        issued_on=today(),
        by=officer,
        paper={"number": "15/QĐ-STP", "dated": datetime.date(2026, 2, 5).isoformat()},
    )
    client.force_login(reader)
    html = client.get(f"/d/{page.pk}/").content.decode()
    assert "Ghi nhận từ bản giấy số 15/QĐ-STP ngày 05/02/2026" in html and str(officer) in html
    register = client.get(f"/a/{agency.pk}/danh-muc/").content.decode()
    assert "Ghi nhận từ bản giấy" in register and str(officer) in register


def test_a_signer_reads_the_sealed_text_with_what_changed_and_opens_its_files(
    make_form, make_document, send, sign, agency, officer, reviewer, approver, stranger, client
):
    page = make_form("Họ và tên")
    sign(send(page), reviewer, approver)
    file = store.add(b"mau moi")
    lifecycle.revise_draft(
        page, file=file, file_name="mau-moi.bin", owner_post="Văn thư", by=officer
    )
    approval = send(page, issue_number=2, change_summary="Thay mẫu")
    client.force_login(reviewer)
    html = client.get(approval.get_absolute_url()).content.decode()
    assert "Thay đổi so với phiên bản 1" in html and "Văn thư" in html and "Thay mẫu" in html
    address = reverse("approval_file", args=[approval.items.get().pk, file.pk, "mau-moi.bin"])
    assert address in html
    assert b"".join(client.get(address)) == b"mau moi"
    other = reverse("approval_file", args=[approval.items.get().pk, "0" * 64, "x"])
    assert client.get(other).status_code == 404
    client.force_login(stranger)
    assert client.get(address).status_code == 404
    client.logout()
    assert client.get(address).status_code in {302, 404}
    assert Version.objects.count() == 1


def test_changes_since_the_last_round_outside_the_text_are_shown(
    procedure, send, officer, reviewer, client
):
    page = procedure()
    first = send(page, change_summary="Theo Luật cũ")
    approvals.return_to_sender(first, by=reviewer, reason="Ghi lại")
    second = send(page, change_summary="Theo Luật mới", effective_days=5)
    client.force_login(reviewer)
    html = client.get(second.get_absolute_url()).content.decode()
    assert "Thay đổi so với lần trình trước" in html and "giống hệt" not in html
    assert "<del>cũ</del>" in html and "<ins>mới</ins>" in html
    assert "Số ngày sau ngày ban hành" in html


def test_a_deputy_approves_for_the_head_and_reviews_with_the_own_post(
    procedure, send, sign, appoint, agency, reviewer, approver, officer, reader, client
):
    deputy = appoint("deputy", "reader", agency, name="Hoàng Thị Phó", post="Phó Giám đốc Sở")
    deputy.appointments.update(capacity="KT.")
    reviewer.appointments.update(capacity="KT.")
    approver.appointments.update(post="Giám đốc Sở")
    approvals.record_absence(
        agency, approver, starts_on=today(), ends_on=today(), substitute=deputy, reason="Công tác",
        paper="15/GUQ-SKHCN", by=officer,
    )  # fmt: skip
    page = procedure()
    approval = send(page)
    for person, said in ((reviewer, "Phó phòng"), (deputy, "KT. Giám đốc Sở, Phó Giám đốc Sở")):
        client.force_login(person)
        html = client.get(approval.get_absolute_url()).content.decode()
        assert f"<br>{said}" in " ".join(html.split()).replace("<br> ", "<br>")
        sign(approval, person)
    version = Version.objects.get()
    assert [one.get("capacity") for one in version.signers] == [None, None, "KT."]
    client.force_login(reader)
    html = " ".join(client.get(f"/d/{page.pk}/").content.decode().split())
    assert html.count("KT. Giám đốc Sở, Phó Giám đốc Sở") == 3  # head, table of control, proof
    assert html.count(f"ký thay {approver}") == 3 and html.count("15/GUQ-SKHCN") == 2
    assert "KT. Phó phòng" not in html and "KT. Phó Giám đốc" not in html


@pytest.mark.parametrize(
    ("kind", "post", "held", "meaning", "absent", "said"),
    [
        ("department", "Phó Giám đốc", "KT.", "approved", None, "KT. Giám đốc, Phó Giám đốc"),
        ("department", "Phó Giám đốc", "KT.", "reviewed", None, "Phó Giám đốc"),
        ("department", "Phó Giám đốc", "KT.", "approved", "Giám đốc Sở", "KT. Giám đốc Sở, Phó Giám đốc"),
        ("department", "Phó Giám đốc", "KT.", "approved", "Phó Giám đốc", "KT. Giám đốc, Phó Giám đốc"),
        ("ward", "Phó Chủ tịch", "KT.", "approved", None, "KT. Chủ tịch, Phó Chủ tịch"),
        ("ward", "Chủ tịch", "TM.", "approved", None, "TM. Ủy ban nhân dân, Chủ tịch"),
        ("ward", "Chủ tịch", "TM.", "reviewed", None, "Chủ tịch"),
        ("ward", "Trưởng phòng", "Q.", "reviewed", None, "Q. Trưởng phòng"),
        ("ward", "Chủ tịch", "", "approved", None, "Chủ tịch"),
    ],
)  # fmt: skip
def test_in_whose_name_somebody_signs(agency, kind, post, held, meaning, absent, said):
    agency.kind = kind
    assert capacity.line(agency, post, held, meaning, absent) == said


def test_what_has_all_signatures_waits_among_the_officers_work_for_its_number(
    procedure, send, sign, officer, reviewer, approver, stranger, client
):
    approval = sign(send(procedure(), by_decision=True), reviewer, approver)
    address = reverse("procedures_admin:decide", args=[approval.pk])
    seen = {}
    for person in (officer, approver, stranger):
        client.force_login(person)
        seen[person] = address in client.get("/viec/").content.decode()
    assert seen == {officer: True, approver: False, stranger: False}
    assert frame.count_waiting(officer)["decisions"] == 1
    facts = {"number": 7, "symbol": "QĐ-STP", "dated": today(), "title": "Ban hành quy trình"}
    deciding.issue_by_decision(approval, by=officer, **facts)
    assert frame.count_waiting(officer)["decisions"] == 0


def test_the_proposed_number_goes_on_after_the_papers_of_the_year(
    procedure, make_document, send, sign, officer, reviewer, approver, agency
):
    for code, number in (("QT-08", "54/QĐ-STP"), ("QT-09", "99/QĐ-UBND"), ("QT-10", "không rõ")):
        page = make_document(agency, officer, code=code)
        paper = {"number": number, "dated": today().isoformat()}
        lifecycle.record(page, issued_on=today(), by=officer, paper=paper)
    approval = sign(send(procedure(), by_decision=True), reviewer, approver)
    assert deciding.usual_symbol(approval) == "QĐ-STP"
    assert deciding.next_number(approval) == 55


@pytest.fixture
def damaged(procedure, send):
    """An approval whose sealed bytes were changed on the disk."""
    approval = send(procedure())
    path = store.path_of(approval.items.get().digest)
    path.chmod(0o644)
    path.write_bytes(b"something else")
    return approval


def test_nobody_signs_over_bytes_that_are_damaged(damaged, sign, reviewer):
    with pytest.raises(Refused, match="không khớp mã băm"):
        sign(damaged, reviewer)
    assert not damaged.signatures.exists()


def test_damaged_bytes_break_no_page(damaged, procedure, officer, reviewer, client):
    item = damaged.items.get()
    other = procedure("QT-09", title="Khác hẳn")
    client.force_login(officer)
    assert client.get(damaged.get_absolute_url()).status_code == 200
    assert client.get(f"/duyet/tep/{item.pk}/{'0' * 64}/a.png").status_code == 404
    approvals.return_to_sender(damaged, by=reviewer, reason="Hỏng")
    for pk in (other.pk, int(item.subject.partition(":")[2])):
        assert client.get(reverse("procedures_admin:send", args=[pk])).status_code == 200
