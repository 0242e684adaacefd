"""The approval page of a version as PDF and Word file: it says what the version's page says to the
same reader."""

import datetime
import io
import re
import zipfile

import pypdfium2
import pytest
from django.utils.html import strip_tags

from procedures import lifecycle as documents
from procedures.approval import deciding, withdrawing
from procedures.models import Version
from qms.approvals import lifecycle as approvals
from qms.approvals.sealing import in_fours
from qms.clock import today, written

DECISION = {"number": 7, "symbol": "QĐ-STP", "title": "Ban hành quy trình"}


def words(text: str) -> str:
    """The words alone: lines are broken differently in each kind of file."""
    return " ".join(text.split())


def read_docx(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        xml = file.read("word/document.xml").decode()
    return words(strip_tags(xml.replace("</w:p>", " ").replace("<w:br/>", " ")))


def read_pdf(data: bytes) -> str:
    return words(
        " ".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(data))
    )


READ = {"docx": read_docx, "pdf": read_pdf}


@pytest.fixture
def paper(client):
    """paper(version, user, kind="docx", lang="vi") -> the words of the file."""

    def get(version, user, kind="docx", lang="vi"):
        client.logout()
        if user is not None:
            client.force_login(user)
        answer = client.get(f"/v/{version.pk}/trang-phe-duyet.{kind}", {"lang": lang})
        assert answer.status_code == 200, answer.status_code
        return READ[kind](answer.content)

    return get


@pytest.fixture
def twice_issued(procedure, send, sign, officer, reviewer, approver):
    """The second version of a document: returned once, sent again, issued under a decision."""
    page = procedure()
    sign(send(page), reviewer, approver)
    documents.revise_draft(page, owner_post="Văn thư", by=officer)
    again = {"issue_number": 1, "revision_number": 1, "change_summary": "Thêm người phụ trách"}
    first = send(page, by_decision=True, **again)
    approvals.return_to_sender(first, by=reviewer, reason="Thiếu căn cứ")
    approval = sign(send(page, by_decision=True, **again), reviewer, approver)
    deciding.issue_by_decision(approval, by=officer, dated=today(), **DECISION)
    return Version.objects.get(ordinal=2)


@pytest.mark.parametrize("kind", READ)
def test_it_names_the_document_the_rounds_the_signatures_and_the_digests(
    paper, twice_issued, kind, agency, officer, reviewer, approver
):
    said = paper(twice_issued, officer, kind)
    approval = twice_issued.approval
    day = written(today())
    for part in (
        "TRANG PHÊ DUYỆT", agency.name, "QT-01 Quy trình QT-01", "Lần ban hành: 01", "Lần sửa đổi: 01",
        f"Ngày ban hành: {day}", f"Quyết định số 07/QĐ-STP ngày {day}", f"Soạn thảo {officer}",
        f"Xem xét {reviewer} Phó phòng", f"Phê duyệt {approver} Giám đốc", "mật khẩu",
        f"1 {officer} {day} Đã trả lại", f"2 {officer} {day} Đã hoàn tất", "Các phiên bản trước", "01/00",
        in_fours(approval.items.get().digest), in_fours(approval.manifest), in_fours(twice_issued.digest),
    ):  # fmt: skip
        assert part in said.replace(agency.name.upper(), agency.name), part


@pytest.mark.parametrize("kind", READ)
def test_it_exists_in_english_too(paper, twice_issued, kind, officer, reviewer):
    said = paper(twice_issued, officer, kind, "en")
    for part in ("APPROVAL PAGE", f"Reviewed by {reviewer}", "password", "Previous versions"):
        assert part in said, part
    for vietnamese in ("Lần trình", "Mã băm", "Phê duyệt", "hệ thống"):
        assert vietnamese not in said, vietnamese


def test_a_reader_reads_the_signed_round_alone_as_on_the_page(
    paper, twice_issued, reader, reviewer
):
    said = paper(twice_issued, reader)
    assert "Đã hoàn tất" in said and "Đã trả lại" not in said and str(reviewer) in said
    assert "Thiếu căn cứ" not in paper(twice_issued, reviewer)


def test_the_page_of_the_version_leads_to_it(twice_issued, reader, client):
    client.force_login(reader)
    html = client.get(f"/d/{twice_issued.document_id}/").content.decode()
    for kind in READ:
        assert f"/v/{twice_issued.pk}/trang-phe-duyet.{kind}" in html


def test_who_may_not_read_the_version_finds_no_page(
    procedure, send, sign, reviewer, approver, reader, stranger, client
):
    page = procedure(visibility="agency")
    sign(send(page), reviewer, approver)
    address = f"/v/{page.versions.get().pk}/trang-phe-duyet"
    assert client.get(f"{address}.pdf").status_code == 404
    client.force_login(stranger)
    assert client.get(f"{address}.docx").status_code == 404
    client.force_login(reader)
    assert client.get(f"{address}.docx").status_code == 200
    assert client.get(f"{address}.exe").status_code == 404
    assert client.post(f"{address}.pdf").status_code == 405


@pytest.mark.parametrize("kind", READ)
def test_what_was_recorded_from_paper_says_so_instead_of_signatures(
    paper, make_document, agency, officer, kind
):
    page = make_document(agency, officer, visibility="public")
    page.signers = [{"role": "approved", "name": "Lê Văn Giấy", "post": "Giám đốc"}]
    page.save_revision()
    day = datetime.date(2026, 2, 5)
    version = documents.record(
        page, issued_on=today(), by=officer, paper={"number": "15/QĐ-STP", "dated": day.isoformat()}
    )
    said = paper(version, None, kind)
    assert "Ghi nhận từ bản giấy số 15/QĐ-STP ngày 05/02/2026" in said
    assert "không có chữ ký trên hệ thống" in said and "Phê duyệt: Lê Văn Giấy, Giám đốc" in said
    assert "Các lần trình" not in said and "Ký lúc" not in said


@pytest.mark.parametrize("kind", READ)
def test_a_substitute_signs_with_both_names_and_the_paper(
    paper, procedure, send, sign, appoint, agency, reviewer, approver, officer, reader, kind
):
    deputy = appoint("deputy", "reader", agency, name="Hoàng Thị Phó", post="Phó Giám đốc Sở")
    deputy.appointments.update(capacity="KT.")
    approver.appointments.update(post="Giám đốc Sở")
    approvals.record_absence(
        agency, approver, starts_on=today(), ends_on=today(), substitute=deputy, reason="Công tác",
        paper="15/GUQ-STP", by=officer,
    )  # fmt: skip
    sign(send(procedure()), reviewer, deputy)
    said = paper(Version.objects.get(), reader, kind)
    for part in (
        "Phê duyệt Hoàng Thị Phó",
        "KT. Giám đốc Sở, Phó Giám",
        f"ký thay {approver}",
    ):
        assert part in said, part
    assert "15/GUQSTP" in re.sub(r"[^\w/]", "", said)  # broken at its hyphen


def test_a_withdrawal_is_told_with_who_approved_it_and_what_was_struck_out_has_no_page(
    paper, make_document, sign, agency, officer, reviewer, approver, client
):
    version = make_document(agency, officer, issued="2026-01-05").versions.get()
    asked = {"by": officer, "reason": "Bãi bỏ thủ tục"}
    sign(withdrawing.request(version, "withdraw", **asked), reviewer, approver)
    said = paper(version, officer)
    assert "Lý do: Bãi bỏ thủ tục" in said and f"Phê duyệt: {approver}, Giám đốc" in said
    assert "không qua lần trình" in said
    sign(withdrawing.request(version, "strike_out", **asked), reviewer, approver)
    client.force_login(officer)
    assert client.get(f"/v/{version.pk}/trang-phe-duyet.pdf").status_code == 404
